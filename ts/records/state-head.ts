/**
 * State heads: a node's signed word that its set of record ids of a kind has a certain head (docs/protocol.md §11). Equal heads
 * prove two nodes equal to whoever holds their statements, without a record being moved. Pure: the set, the time
 * and whether the signer is believed are others' business.
 *
 * ```
 * {"waxwing_state_head":1,"node_key_id":…,"kind":…,"count":…,"head":"64 hex digits","at":"RFC 3339",
 *  "signature_ed25519":"base64","signature_ml_dsa_65":"base64"}
 * M = "waxwing state head v1" ‖ 00 ‖ JCS of the object without its two signatures
 * ```
 */
import {
  base64Decode,
  base64Encode,
  concatBytes,
  hexDecode,
  hexEncode,
  utf8Decode,
  utf8Encode,
} from "../base/bytes.js";
import { checkBytes, checkInteger } from "../base/check.js";
import { isWaxwingError, WaxwingError } from "../base/errors.js";
import { hashBytes, type KeyId, type KindToken } from "../base/ids.js";
import { limits } from "../base/limits.js";
import type { Engine } from "../contracts/engine.js";
import type { Identity } from "../contracts/identity.js";
import type { RecordSignature } from "../contracts/record.js";
import { encodeFields } from "./encode-json.js";
import { withoutMembers } from "./json-members.js";
import { type Field, type JsonObject, required } from "./kind-spec.js";
import { findSchemaFault, isJsonObject } from "./schema.js";
import { formatTime, parseTimeMs } from "./time.js";

export interface StateHead {
  readonly kind: KindToken;
  /** Ids in the set. */
  readonly count: number;
  /** 32 B (IdSet.head). */
  readonly head: Uint8Array;
  /** When it was so, by the node's clock: Unix ms. */
  readonly atMs: number;
}

export interface SignedStateHead extends StateHead {
  readonly nodeKeyId: KeyId;
  readonly signedBytes: Uint8Array;
  readonly signature: RecordSignature;
}

const fields: readonly Field[] = [
  required("waxwing_state_head", "uint"),
  required("node_key_id", "keyId"),
  required("kind", "text"),
  required("count", "uint"),
  required("head", "hash"),
  required("at", "time"),
  required("signature_ed25519", "base64"),
  required("signature_ml_dsa_65", "base64"),
];
const version = 1;
const domain = utf8Encode("waxwing state head v1\0");

/** The bytes of a statement in the name of `identity`. */
export async function buildStateHead(
  engine: Engine,
  identity: Identity,
  { kind, count, head, atMs }: StateHead,
): Promise<Uint8Array> {
  checkBytes(head, "head", hashBytes);
  checkInteger(count, "count", 0);
  const statement = {
    waxwing_state_head: version,
    node_key_id: identity.keyId,
    kind,
    count,
    head: hexEncode(head),
    at: formatTime(atMs),
  };
  const unsigned = utf8Encode(encodeFields(statement, fields.slice(0, -2)));
  const pair = await identity.sign(concatBytes(domain, engine.canonicalize(unsigned)));
  const signed = {
    ...statement,
    signature_ed25519: base64Encode(pair.ed25519),
    signature_ml_dsa_65: base64Encode(pair.mlDsa65),
  };
  return utf8Encode(encodeFields(signed, fields));
}

/** Throws `state_head_malformed`. Nothing is believed yet: `verifyStateHead` of `waxwing/trust` asks who signed. */
export function parseStateHead(engine: Engine, bytes: Uint8Array): SignedStateHead {
  const value = decode(engine, bytes);
  const fault = findSchemaFault(value, fields);
  if (fault !== undefined) throw malformed(fault);
  if (value.waxwing_state_head !== version)
    throw malformed(`version ${value.waxwing_state_head} is not ${version}`);
  const count = value.count as number;
  if (!Number.isSafeInteger(count)) throw malformed("count does not survive a double");
  const unsigned = withoutMembers(bytes, ["signature_ed25519", "signature_ml_dsa_65"]);
  return {
    nodeKeyId: value.node_key_id as string,
    kind: value.kind as string,
    count,
    head: hexDecode(value.head as string),
    atMs: parseTimeMs(value.at as string)!,
    signedBytes: concatBytes(domain, engine.canonicalize(unsigned)),
    signature: {
      keyId: value.node_key_id as string,
      ed25519: base64Decode(value.signature_ed25519 as string),
      mlDsa65: base64Decode(value.signature_ml_dsa_65 as string),
    },
  };
}

function decode(engine: Engine, bytes: Uint8Array): JsonObject {
  if (bytes.length > limits.stateHeadBytesMax) throw malformed(`${bytes.length} bytes`);
  try {
    engine.checkJson(bytes);
  } catch (error) {
    if (!isWaxwingError(error)) throw error;
    throw malformed(`${error.message} (${error.code})`);
  }
  const value: unknown = JSON.parse(utf8Decode(bytes));
  if (!isJsonObject(value)) throw malformed("not a JSON object");
  return value;
}

function malformed(what: string): WaxwingError {
  return new WaxwingError("state_head_malformed", `state head: ${what}`);
}
