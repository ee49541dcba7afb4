/**
 * What of a record is signed, and what its names are: M, the record id, the natural key, the row hash.
 * All of it is made from raw slices, so that numbers keep their tokens until JCS decides about them
 * (DESIGN §5; ciris-edge §7.4a, §7.5).
 */
import { concatBytes, utf8Encode } from "../base/bytes.js";
import { invariant } from "../base/errors.js";
import type { KindToken } from "../base/ids.js";
import type { Engine } from "../contracts/engine.js";
import { joinElements, type RawJson } from "./json-members.js";
import type { KindSpec } from "./kind-spec.js";

/** The record and what it came in, as raw JSON; the same bytes for bare kinds. */
export interface RawRecord {
  readonly record: RawJson;
  readonly wrapper: RawJson;
}

/** M: the bytes under the signature. The schema has been checked, so the member is there. */
export function signedBytesOf(engine: Engine, spec: KindSpec, raw: RawRecord): Uint8Array {
  const { signed } = spec;
  const source = raw[signed.in];
  if ("without" in signed) return engine.canonicalize(source.bytes, signed.without);
  const member = source.value(signed.member);
  invariant(member !== undefined, `${spec.token}: no ${signed.member} after the schema check`);
  return engine.canonicalize(member);
}

/**
 * SHA-256 of the Python form of the row without `persist_row_hash` and `consent_role` (§7.5). The reference
 * hashes what its database holds, so this covers signatures and unsigned members too; anybody can recompute it.
 */
export function persistRowHash(engine: Engine, row: Uint8Array): Uint8Array {
  return engine.sha256(engine.canonicalizePython(row, outsideRowHash));
}

const outsideRowHash = ["persist_row_hash", "consent_role"];

export interface RecordNames {
  readonly recordId: Uint8Array;
  readonly naturalKey: Uint8Array;
}

/**
 * ```
 * natural key = SHA-256( token ‖ 00 ‖ JCS array of the values )
 * record id   = SHA-256( token ‖ 00 ‖ JCS array of the values ‖ SHA-256(M) )
 * ```
 * `signedHash` is SHA-256(M). `values` are raw JSON, without those that M does not repeat. A key with left-out members does not name
 * one thing any more, so it claims no natural key of its own: there the record id stands in, and such
 * records never conflict with each other.
 */
export function recordNames(
  engine: Engine,
  token: KindToken,
  values: readonly Uint8Array[],
  complete: boolean,
  signedHash: Uint8Array,
): RecordNames {
  const key = concatBytes(utf8Encode(token), Uint8Array.of(0), engine.canonicalize(joinElements(values)));
  const recordId = engine.sha256(concatBytes(key, signedHash));
  return { recordId, naturalKey: complete ? engine.sha256(key) : recordId };
}
