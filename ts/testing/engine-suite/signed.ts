/** Signed objects of an engine: what fits a shape, what is found, and what the signed bytes leave out. */
import { equalBytes, hexEncode, utf8Decode, utf8Encode } from "../../base/bytes.js";
import { limits } from "../../base/limits.js";
import type { Engine, SignedShape } from "../../contracts/engine.js";
import { assert, assertEqual, assertThrows, type SuiteReport } from "../suite.js";
import { assertBytesOnly } from "./check.js";

type Json = Pick<Engine, "canonicalize" | "readSigned">;

const shape: SignedShape = [
  { name: "id", type: "text" },
  { name: "nonce", type: { bytes: 2 } },
  { name: "body", type: "value", optional: true },
  { name: "more", type: "object", optional: true },
  { name: "sig", type: "signature" },
  { name: "sig_2", type: "signature", optional: true },
];

/** Text, signed bytes, and what is found by member: a place as text, or decoded bytes as hexadecimal. */
const fitting: readonly [text: string, signed: string, found: readonly (string | undefined)[]][] = [
  [
    '{"body":1,"id":"a","nonce":[1,255],"sig":"AQI="}',
    '{"body":1,"id":"a","nonce":[1,255]}',
    ['"a"', "01ff", "1", undefined, "0102", undefined],
  ],
  [
    ' { "sig" : "/+8A" , "z" : 1.0 , "nonce" : [ 1e1 , -0 ] , "more" : { } , "sig_2" : "" , "id" : "é" } ',
    '{"id":"é","more":{},"nonce":[10,0],"z":1}',
    ['"é"', "0a00", undefined, "{ }", "ffef00", ""],
  ],
  [
    '{"\\u0073ig":"AQ==","id":"","nonce":[200e-1,2.5E1],"body":{"b":[1],"a":"\\u0041"},"":0}',
    '{"":0,"body":{"a":"A","b":[1]},"id":"","nonce":[20,25]}',
    ['""', "1419", '{"b":[1],"a":"\\u0041"}', undefined, "01", undefined],
  ],
];

/** The first text above with one thing changed that does not fit. */
const unfit: readonly [what: string, text: string][] = [
  ["an array", "[]"],
  ["an empty object", "{}"],
  ["a string", '"sig"'],
  ["a missing member", '{"id":"a","nonce":[1,255]}'],
  ["text that is a number", '{"id":1,"nonce":[1,255],"sig":"AQI="}'],
  ["text with an escape", '{"id":"\\u0061","nonce":[1,255],"sig":"AQI="}'],
  ["text with an escape that stays", '{"id":"\\n","nonce":[1,255],"sig":"AQI="}'],
  ["null for a value", '{"body":null,"id":"a","nonce":[1,255],"sig":"AQI="}'],
  ["an array for an object", '{"id":"a","more":[],"nonce":[1,255],"sig":"AQI="}'],
  ["a list too short", '{"id":"a","nonce":[1],"sig":"AQI="}'],
  ["a list too long", '{"id":"a","nonce":[1,2,3],"sig":"AQI="}'],
  ["an empty list", '{"id":"a","nonce":[],"sig":"AQI="}'],
  ["a number above 255", '{"id":"a","nonce":[1,256],"sig":"AQI="}'],
  ["a number far above 255", '{"id":"a","nonce":[1,4294967297],"sig":"AQI="}'],
  ["a fraction", '{"id":"a","nonce":[1,2.5],"sig":"AQI="}'],
  ["a negative number", '{"id":"a","nonce":[1,-1],"sig":"AQI="}'],
  ["a nested list", '{"id":"a","nonce":[1,[2]],"sig":"AQI="}'],
  ["base64 without padding", '{"id":"a","nonce":[1,255],"sig":"AQI"}'],
  ["base64 with stray bits", '{"id":"a","nonce":[1,255],"sig":"AQJ="}'],
  ["base64 of the other alphabet", '{"id":"a","nonce":[1,255],"sig":"-_8A"}'],
  ["base64 with an escape", '{"id":"a","nonce":[1,255],"sig":"\\/+8A"}'],
  ["base64 with white space", '{"id":"a","nonce":[1,255],"sig":"AQ I"}'],
];

export function signedSuite(engine: Json, report: SuiteReport): void {
  for (const [text, signed, found] of fitting)
    report.check(`readSigned of ${JSON.stringify(text)}`, () => {
      const json = utf8Encode(text);
      const read = engine.readSigned(json, shape);
      assert(read !== undefined, "fits");
      assertEqual(utf8Decode(read.signedBytes), signed, "signed bytes");
      shape.forEach(({ name }, index) => {
        const [start, end] = read.places.slice(2 * index, 2 * index + 2);
        const decoded = read.decoded[index];
        const place = end === 0 ? undefined : utf8Decode(json.subarray(start, end));
        assertEqual(decoded ? hexEncode(decoded) : place, found[index], name);
      });
      assertEqual(utf8Decode(json), text, "the argument stays");
    });

  for (const [what, text] of unfit)
    report.check(`readSigned does not take ${what}`, () =>
      assertEqual(engine.readSigned(utf8Encode(text), shape), undefined, text),
    );

  report.check(
    "readSigned decodes base64 of every length, and sees a foreign character at every place",
    () => {
      const one: SignedShape = [{ name: "s", type: "signature" }];
      for (let length = 0; length < 70; length++) {
        const bytes = Uint8Array.from({ length }, (_, index) => (index * 89 + length) & 255);
        const text = btoa(String.fromCharCode(...bytes));
        assertEqual(
          engine.readSigned(utf8Encode(`{"s":"${text}"}`), one)?.decoded[0],
          bytes,
          `${length} bytes`,
        );
        for (let at = 0; at < text.length; at++)
          for (const foreign of ["-", "=", "é"]) {
            const changed = text.slice(0, at) + foreign + text.slice(at + 1);
            // At the end padding is no fault, or one that leaves stray bits.
            if (foreign === "=" && at >= text.length - 2) continue;
            const read = engine.readSigned(utf8Encode(`{"s":"${changed}"}`), one);
            assertEqual(read, undefined, `${changed} is no base64`);
          }
      }
    },
  );

  report.check("readSigned leaves out every signature, be it all that there is", () => {
    const two: SignedShape = [
      { name: "a", type: "signature", optional: true },
      { name: "b", type: "signature", optional: true },
    ];
    for (const [text, signed] of [
      ['{"a":"","b":"AAAA"}', "{}"],
      ['{"b":"AAAA"}', "{}"],
      ['{"a":"","ab":{"b":"a","a":"b"},"b":""}', '{"ab":{"a":"b","b":"a"}}'],
      ['{"c":1}', '{"c":1}'],
    ] as const)
      assertEqual(utf8Decode(engine.readSigned(utf8Encode(text), two)!.signedBytes), signed, text);
  });

  report.check("readSigned writes signed bytes of more than one megabyte whole", () => {
    const long = "0123456789abcdef".repeat(100_000);
    const text = utf8Encode(`{"z":"${long}","s":"AQID","a":[1.0]}`);
    const read = engine.readSigned(text, [{ name: "s", type: "signature" }])!;
    assert(equalBytes(read.signedBytes, utf8Encode(`{"a":[1],"z":"${long}"}`)), "signed bytes");
    assertEqual(read.decoded[0], Uint8Array.of(1, 2, 3), "signature");
  });

  report.check("readSigned lists signedMembersMax members and no more", () => {
    const members = Array.from({ length: limits.signedMembersMax }, (_, index) => `"${index}":0`);
    const text = (more: string) => utf8Encode(`{"s":"",${members.slice(1).join(",")}${more}}`);
    const one: SignedShape = [{ name: "s", type: "signature" }];
    const expected = engine.canonicalize(utf8Encode(`{${members.slice(1).join(",")}}`));
    assertEqual(engine.readSigned(text(""), one)?.signedBytes, expected, "signed bytes");
    assertEqual(engine.readSigned(text(',"x":0'), one), undefined, "one more");
  });

  report.check("law 3: a shape that is none throws, and so does text that is not bytes", async () => {
    await assertBytesOnly((json) => engine.readSigned(json, shape), "readSigned");
    const json = utf8Encode('{"a":1}');
    for (const bad of [
      undefined,
      [{ name: "a" }],
      [{ name: 'a"', type: "text" }],
      [{ name: "", type: "text" }],
      [
        { name: "a", type: "text" },
        { name: "a", type: "value" },
      ],
    ])
      await assertThrows(
        () => engine.readSigned(json, bad as SignedShape),
        (error) => error instanceof TypeError,
        JSON.stringify(bad),
      );
    for (const bytes of [0, 65, 1.5])
      await assertThrows(
        () => engine.readSigned(json, [{ name: "a", type: { bytes } }]),
        (error) => error instanceof RangeError,
        `${bytes} bytes`,
      );
  });
}
