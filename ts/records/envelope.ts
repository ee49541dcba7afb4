/**
 * EdgeEnvelope: an addressed, signed message (ciris-edge §7.10). Pure: parsing, signing bytes, building.
 * Freshness, replay and the sender's key are `trust`'s business.
 *
 * M is the JCS form of the whole envelope without its top-level `signature` and `signature_pqc`, so unknown
 * members are signed as well.
 */
import { base64Decode, base64Encode, utf8Decode, utf8Encode } from "../base/bytes.js";
import { checkBytes } from "../base/check.js";
import { isWaxwingError, WaxwingError } from "../base/errors.js";
import type { KeyId } from "../base/ids.js";
import { limits } from "../base/limits.js";
import type { Engine } from "../contracts/engine.js";
import type { Identity } from "../contracts/identity.js";
import type { RecordSignature } from "../contracts/record.js";
import { encodeFields, encodeJson } from "./encode-json.js";
import { memberValue, withoutMembers } from "./json-members.js";
import { type Field, type JsonObject, optional, required } from "./kind-spec.js";
import { bodyHashBytes, nonceBytes, readEnvelope, schemaVersion, signedValue } from "./read-envelope.js";
import { findSchemaFault, isJsonObject } from "./schema.js";
import { formatTime, parseTimeMs } from "./time.js";

const envelopeFields: readonly Field[] = [
  required("edge_schema_version", { oneOf: [schemaVersion] }),
  required("signing_key_id", "keyId"),
  required("destination_key_id", "keyId"),
  required("message_type", "text"),
  required("sent_at", "time"),
  required("nonce", { list: "uint" }),
  required("body", "json"),
  required("signature", "base64"),
  optional("signature_pqc", "base64"),
  optional("in_reply_to", { list: "uint" }),
  optional("testimonial_witness", "object"),
  optional("key_boundary_scope", "json"),
  optional("cohort_scope", "json"),
];

export interface Envelope {
  readonly signingKeyId: KeyId;
  readonly destinationKeyId: KeyId;
  readonly messageType: string;
  readonly sentAtMs: number;
  /** 16 B. */
  readonly nonce: Uint8Array;
  /** The body as it was written; its hash is what a reply names. */
  readonly body: Uint8Array;
  /** SHA-256 of `body`, 32 B. */
  readonly bodyHash: Uint8Array;
  readonly inReplyTo?: Uint8Array;
  readonly signedBytes: Uint8Array;
  readonly signature: RecordSignature;
  /** All members as the signature covers them, decoded, and the signatures; untrusted until accepted. */
  readonly value: JsonObject;
}

/**
 * Throws `WaxwingError` with an `envelope_*` code: size → parse → schema. What the signature covers and the
 * signature itself are made at once, `bodyHash` and `value` when they are first asked for.
 */
export function parseEnvelope(engine: Engine, bytes: Uint8Array): Envelope {
  if (bytes.length > limits.envelopeBytesMax) {
    throw new WaxwingError(
      "envelope_too_large",
      `envelope: ${bytes.length} bytes, at most ${limits.envelopeBytesMax}`,
    );
  }
  return checkJson(() => readEnvelope(engine, bytes)) ?? decodeEnvelope(engine, bytes);
}

/** The plain way, for what the engine's pass does not read: whatever is wrong is found and named here. */
function decodeEnvelope(engine: Engine, bytes: Uint8Array): Envelope {
  const value: unknown = JSON.parse(utf8Decode(bytes));
  if (!isJsonObject(value)) throw new WaxwingError("envelope_malformed", "envelope: not a JSON object");
  const fault = findSchemaFault(value, envelopeFields) ?? findArrayFault(value);
  if (fault !== undefined) throw new WaxwingError("envelope_schema", `envelope: ${fault}`);
  // Not slice(), which shares the memory of a Buffer: the caller may use its bytes again.
  const body = new Uint8Array(memberValue(bytes, "body")!);
  const pqc = value.signature_pqc as string | undefined;
  const signedBytes = engine.canonicalize(withoutMembers(bytes, ["signature", "signature_pqc"]));
  const signature: RecordSignature = {
    keyId: value.signing_key_id as string,
    ed25519: base64Decode(value.signature as string),
    ...(pqc === undefined ? {} : { mlDsa65: base64Decode(pqc) }),
  };
  return {
    signingKeyId: value.signing_key_id as string,
    destinationKeyId: value.destination_key_id as string,
    messageType: value.message_type as string,
    sentAtMs: parseTimeMs(value.sent_at as string)!,
    nonce: Uint8Array.from(value.nonce as number[]),
    body,
    bodyHash: engine.sha256(body),
    ...(value.in_reply_to === undefined ? {} : { inReplyTo: Uint8Array.from(value.in_reply_to as number[]) }),
    signedBytes,
    signature,
    value: signedValue({ signedBytes, signature }),
  };
}

export interface EnvelopeFields {
  readonly destinationKeyId: KeyId;
  /** PascalCase, e.g. `OpaqueEvent`. */
  readonly messageType: string;
  readonly sentAtMs: number;
  /** 16 fresh random bytes. */
  readonly nonce: Uint8Array;
  /** Any JSON value. */
  readonly body: unknown;
  /** SHA-256 of the body that this answers. */
  readonly inReplyTo?: Uint8Array;
}

/** The bytes of a hybrid-signed envelope. */
export async function buildEnvelope(
  engine: Engine,
  identity: Identity,
  fields: EnvelopeFields,
): Promise<Uint8Array> {
  checkBytes(fields.nonce, "nonce", nonceBytes);
  if (fields.inReplyTo) checkBytes(fields.inReplyTo, "in_reply_to", bodyHashBytes);
  const unsigned = {
    edge_schema_version: schemaVersion,
    signing_key_id: identity.keyId,
    destination_key_id: fields.destinationKeyId,
    message_type: fields.messageType,
    sent_at: formatTime(fields.sentAtMs),
    nonce: [...fields.nonce],
    body: fields.body,
    ...(fields.inReplyTo ? { in_reply_to: [...fields.inReplyTo] } : {}),
  };
  const pair = await identity.sign(engine.canonicalize(utf8Encode(encodeJson(unsigned))));
  const signed = {
    ...unsigned,
    signature: base64Encode(pair.ed25519),
    signature_pqc: base64Encode(pair.mlDsa65),
  };
  const bytes = utf8Encode(encodeFields(signed, envelopeFields));
  // What would be refused is not sent: the caller's mistake shows here.
  parseEnvelope(engine, bytes);
  return bytes;
}

/** The engine's scanner is the strict one: UTF-8, duplicate keys, lone surrogates, depth, number range. */
function checkJson<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!isWaxwingError(error)) throw error;
    throw new WaxwingError("envelope_malformed", `envelope: ${error.message} (${error.code})`, {
      cause: error,
    });
  }
}

function findArrayFault(value: JsonObject): string | undefined {
  if (!isByteArray(value.nonce, nonceBytes)) return `nonce is not ${nonceBytes} bytes`;
  if (value.in_reply_to !== undefined && !isByteArray(value.in_reply_to, bodyHashBytes))
    return `in_reply_to is not ${bodyHashBytes} bytes`;
  return undefined;
}

function isByteArray(value: unknown, length: number): boolean {
  return Array.isArray(value) && value.length === length && value.every((byte) => byte <= 255);
}
