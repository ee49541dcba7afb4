/**
 * The quick way through an envelope: the engine finds, checks and decodes its members in one pass, and no
 * JavaScript value is made of the text until somebody asks. It accepts the plainest texts only, those without
 * escapes in the members that matter, and only what the plain way of envelope.ts accepts with the same parts.
 */
import { base64Encode, utf8Decode, utf8Encode } from "../base/bytes.js";
import type { KeyId } from "../base/ids.js";
import { limits } from "../base/limits.js";
import type { Engine, SignedObject, SignedShape } from "../contracts/engine.js";
import type { RecordSignature } from "../contracts/record.js";
import type { Envelope } from "./envelope.js";
import type { JsonObject } from "./kind-spec.js";
import { parseTimeMs } from "./time.js";

/** The only schema version there is. */
export const schemaVersion = "v2_0_0";
const versionText = utf8Encode(`"${schemaVersion}"`);
export const nonceBytes = 16;
export const bodyHashBytes = 32;

/** Members by their place in `shape`. */
const member = {
  version: 0,
  signer: 1,
  destination: 2,
  messageType: 3,
  sentAt: 4,
  nonce: 5,
  body: 6,
  ed25519: 7,
  mlDsa65: 8,
  inReplyTo: 9,
} as const;

const shape: SignedShape = [
  { name: "edge_schema_version", type: "text" },
  { name: "signing_key_id", type: "text" },
  { name: "destination_key_id", type: "text" },
  { name: "message_type", type: "text" },
  { name: "sent_at", type: "text" },
  { name: "nonce", type: { bytes: nonceBytes } },
  { name: "body", type: "value" },
  { name: "signature", type: "signature" },
  { name: "signature_pqc", type: "signature", optional: true },
  { name: "in_reply_to", type: { bytes: bodyHashBytes }, optional: true },
  { name: "testimonial_witness", type: "object", optional: true },
  { name: "key_boundary_scope", type: "value", optional: true },
  { name: "cohort_scope", type: "value", optional: true },
];

/** Undefined where the plain way has to look. Nothing of `bytes` is kept. */
export function readEnvelope(engine: Engine, bytes: Uint8Array): Envelope | undefined {
  const read = engine.readSigned(bytes, shape);
  if (read === undefined) return undefined;
  if (!holdsVersion(bytes, read)) return undefined;
  if (!holdsKeyId(read, member.signer) || !holdsKeyId(read, member.destination)) return undefined;
  const sentAtMs = parseTimeMs(textOf(bytes, read, member.sentAt));
  return sentAtMs === undefined ? undefined : new ReadEnvelope(engine, bytes, read, sentAtMs);
}

class ReadEnvelope implements Envelope {
  readonly signedBytes: Uint8Array;
  readonly signature: RecordSignature;
  readonly destinationKeyId: KeyId;
  readonly messageType: string;
  readonly sentAtMs: number;
  readonly nonce: Uint8Array;
  readonly body: Uint8Array;
  /** Not declared as a field: where there is none, there is no member either. */
  declare readonly inReplyTo?: Uint8Array;
  readonly #engine: Engine;
  #bodyHash: Uint8Array | undefined;
  #value: JsonObject | undefined;

  constructor(engine: Engine, bytes: Uint8Array, read: SignedObject, sentAtMs: number) {
    const { decoded, places, signedBytes } = read;
    const keyId = textOf(bytes, read, member.signer);
    const ed25519 = decoded[member.ed25519]!;
    const mlDsa65 = decoded[member.mlDsa65];
    const inReplyTo = decoded[member.inReplyTo];
    this.signedBytes = signedBytes;
    this.signature = mlDsa65 === undefined ? { keyId, ed25519 } : { keyId, ed25519, mlDsa65 };
    this.destinationKeyId = textOf(bytes, read, member.destination);
    this.messageType = textOf(bytes, read, member.messageType);
    this.sentAtMs = sentAtMs;
    this.nonce = decoded[member.nonce]!;
    // Not slice(), which shares the memory of a Buffer: the caller may use its bytes again.
    this.body = new Uint8Array(bytes.subarray(places[2 * member.body], places[2 * member.body + 1]));
    if (inReplyTo !== undefined) this.inReplyTo = inReplyTo;
    this.#engine = engine;
  }

  get signingKeyId(): KeyId {
    return this.signature.keyId;
  }

  get bodyHash(): Uint8Array {
    this.#bodyHash ??= this.#engine.sha256(this.body);
    return this.#bodyHash;
  }

  get value(): JsonObject {
    this.#value ??= signedValue(this);
    return this.#value;
  }
}

/** All members of an envelope as its signature covers them, and its signatures. */
export function signedValue({
  signedBytes,
  signature,
}: Pick<Envelope, "signedBytes" | "signature">): JsonObject {
  const { ed25519, mlDsa65 } = signature;
  return {
    ...(JSON.parse(utf8Decode(signedBytes)) as JsonObject),
    signature: base64Encode(ed25519),
    ...(mlDsa65 === undefined ? {} : { signature_pqc: base64Encode(mlDsa65) }),
  };
}

/** Without its quotes; the engine found it free of escapes. */
function textOf(bytes: Uint8Array, { places }: SignedObject, index: number): string {
  return utf8Decode(bytes.subarray(places[2 * index]! + 1, places[2 * index + 1]! - 1));
}

function holdsVersion(bytes: Uint8Array, { places }: SignedObject): boolean {
  const start = places[2 * member.version]!;
  if (places[2 * member.version + 1]! - start !== versionText.length) return false;
  for (let i = 0; i < versionText.length; i++) if (bytes[start + i] !== versionText[i]) return false;
  return true;
}

function holdsKeyId({ places }: SignedObject, index: number): boolean {
  const textBytes = places[2 * index + 1]! - places[2 * index]! - 2;
  return textBytes > 0 && textBytes <= limits.keyIdBytesMax;
}
