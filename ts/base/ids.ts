/**
 * Names of things. A key id is text (foreign ids are free text); a hash is 32 bytes; the branded text
 * form of a hash exists because `Map` keys compare by identity otherwise.
 */
import { hexEncode } from "./bytes.js";

/** Who: a native id (`wx1` and 64 hex digits, the hash of both public keys) or a foreign one (free text, at most `limits.keyIdBytesMax` UTF-8 bytes). */
export type KeyId = string;

const nativeForm = /^wx1[0-9a-f]{64}$/;

/** Whether an id has the native form; then only keys that hash to it may stand behind it. */
export function isNativeKeyId(keyId: KeyId): boolean {
  return nativeForm.test(keyId);
}

/** Which kind of record: the token that stands in CRPL messages, e.g. `identity_occurrence`. */
export type KindToken = string;

/** Lower-case hex of 32 bytes, for map keys, logs and command lines. */
export type HashHex = string & { readonly __brand: "HashHex" };

export const hashBytes = 32;

export function hashHex(hash: Uint8Array): HashHex {
  return hexEncode(hash) as HashHex;
}

/** First eight characters, for logs: enough to tell peers apart, too little to collect them. */
export function shortId(id: string): string {
  return id.length <= 12 ? id : `${id.slice(0, 11)}…`;
}
