/** Hex, base64 and UTF-8: they refuse with the errors of JavaScript, since callers name what they decode. */
import {
  base64Decode,
  base64Encode,
  base64UrlDecode,
  base64UrlEncode,
  hexDecode,
  hexEncode,
  utf8Decode,
  utf8Encode,
} from "#dist/base/bytes.js";
import { demand, type FuzzTarget, texts } from "../target.js";

const isRangeError = (error: unknown) => error instanceof RangeError;
const asText = (bytes: Uint8Array) => Buffer.from(bytes).toString("utf8");

export const textTargets: readonly FuzzTarget[] = [
  {
    name: "hexDecode",
    seeds: texts("", "00ff10", "ABCDEF0123456789"),
    refusals: isRangeError,
    run: (bytes) => {
      const text = asText(bytes);
      demand(hexEncode(hexDecode(text)) === text.toLowerCase(), "hex decodes to what encodes to it");
    },
  },
  {
    name: "base64Decode",
    seeds: texts("", "Zg==", "Zm8=", "Zm9v", "+/+/AAAA"),
    tokens: texts("=", "==", "+", "/", "-", "_"),
    refusals: isRangeError,
    run: (bytes) => {
      const text = asText(bytes);
      demand(base64Encode(base64Decode(text)) === text, "base64 has one text a value");
    },
  },
  {
    name: "base64UrlDecode",
    seeds: texts("", "Zg", "Zm8", "Zm9v", "-_-_AAAA"),
    tokens: texts("=", "+", "/", "-", "_"),
    refusals: isRangeError,
    run: (bytes) => {
      const text = asText(bytes);
      demand(base64UrlEncode(base64UrlDecode(text)) === text, "base64url has one text a value");
    },
  },
  {
    name: "utf8Decode",
    seeds: texts("", "plain", "é€😀", "\ufeffmark"),
    tokens: [
      Uint8Array.of(0xc0, 0x80),
      Uint8Array.of(0xed, 0xa0, 0x80),
      Uint8Array.of(0xf4, 0x90, 0x80, 0x80),
    ],
    refusals: (error) => error instanceof TypeError,
    run: (bytes) => {
      const again = utf8Encode(utf8Decode(bytes));
      demand(Buffer.compare(again, bytes) === 0, "UTF-8 decodes to what encodes to it");
    },
  },
];
