/**
 * The handshake of native links: two nodes agree on keys and prove who they are (docs/protocol.md, "Links").
 * SIGMA-I (Krawczyk 2003) with X25519 and ML-KEM-768 together: whoever breaks one of them still lacks the
 * other's secret. Proofs are Ed25519 signatures over the whole exchange and both names; they travel sealed,
 * the initiator's only after it has seen the responder's.
 *
 * ```
 * h     = SHA-256(INIT ‖ REPLY head)
 * keys  = HKDF-SHA-256(ikm = X25519 ‖ ML-KEM secret, salt = h, info = "waxwing link v1", 128)
 *       = responder's proof ‖ initiator's proof ‖ initiator's data ‖ responder's data, 32 each
 * responder signs  "waxwing link v1 responder" ‖ 00 ‖ h ‖ name(responder)
 * initiator signs  "waxwing link v1 initiator" ‖ 00 ‖ h ‖ name(responder) ‖ name(initiator)
 * name(k)          = length of the key id 2 ‖ key id
 * ```
 * h binds the ephemeral keys, both session numbers, the mode and the name that was asked for.
 */
import { concatBytes, utf8Encode } from "../../base/bytes.js";
import type { LinkAead, LinkCrypto } from "../../contracts/link-crypto.js";
import {
  decodeProof,
  destinationBytes,
  encodeInit,
  encodeProof,
  encodeReplyHead,
  type InitPacket,
  type Proof,
  type ReplyPacket,
  tagBytes,
} from "./wire.js";

export interface HandshakeParts {
  readonly crypto: LinkCrypto;
  readonly random: (length: number) => Uint8Array;
  readonly sha256: (data: Uint8Array) => Uint8Array;
}

export interface HandshakeKeys {
  /** SHA-256 of the exchange so far. */
  readonly transcript: Uint8Array;
  readonly responderProof: LinkAead;
  readonly initiatorProof: LinkAead;
  readonly initiatorData: LinkAead;
  readonly responderData: LinkAead;
}

export interface Opening {
  readonly session: number;
  readonly packet: Uint8Array;
  readonly readable: boolean;
  readonly x25519Secret: Uint8Array;
  readonly kemSecret: Uint8Array;
}

export interface Answer {
  readonly head: Uint8Array;
  readonly keys: HandshakeKeys;
}

const proofNonce = new Uint8Array(12);
const nothing = new Uint8Array(0);

/** The place in an INIT for whom it is: says nothing to who does not know the key id. */
export function destinationOf(parts: Pick<HandshakeParts, "sha256">, keyId: string): Uint8Array {
  return parts.sha256(utf8Encode(keyId)).slice(0, destinationBytes);
}

export function openHandshake(
  parts: HandshakeParts,
  session: number,
  keyId: string,
  readable: boolean,
): Opening {
  const x25519Secret = parts.random(32);
  const kem = parts.crypto.mlKem768.keygen(parts.random(64));
  const packet = encodeInit({
    session,
    destination: destinationOf(parts, keyId),
    readable,
    x25519: parts.crypto.x25519.publicKey(x25519Secret),
    kemKey: kem.publicKey,
  });
  return { session, packet, readable, x25519Secret, kemSecret: kem.secretKey };
}

/** `undefined`: the peer's ephemeral keys are of no use. */
export function answerHandshake(
  parts: HandshakeParts,
  session: number,
  init: InitPacket,
  initBytes: Uint8Array,
): Answer | undefined {
  const secret = parts.random(32);
  const shared = parts.crypto.x25519.shared(secret, init.x25519);
  const kem = parts.crypto.mlKem768.encapsulate(init.kemKey, parts.random(32));
  if (!shared || !kem) return undefined;
  const head = encodeReplyHead({
    initiatorSession: init.session,
    session,
    x25519: parts.crypto.x25519.publicKey(secret),
    kemCiphertext: kem.cipherText,
  });
  const keys = deriveKeys(parts, shared, kem.shared, initBytes, head);
  secret.fill(0);
  return { head, keys };
}

export function completeHandshake(
  parts: HandshakeParts,
  opening: Opening,
  reply: ReplyPacket,
): HandshakeKeys | undefined {
  const shared = parts.crypto.x25519.shared(opening.x25519Secret, reply.x25519);
  if (!shared) return undefined;
  const kemShared = parts.crypto.mlKem768.decapsulate(reply.kemCiphertext, opening.kemSecret);
  return deriveKeys(parts, shared, kemShared, opening.packet, encodeReplyHead(reply));
}

/** Ephemeral secrets are of no use after the handshake, except to who records the link. */
export function wipe(opening: Opening): void {
  opening.x25519Secret.fill(0);
  opening.kemSecret.fill(0);
}

export function responderStatement(keys: HandshakeKeys, responder: string): Uint8Array {
  return concatBytes(utf8Encode("waxwing link v1 responder\0"), keys.transcript, name(responder));
}

export function initiatorStatement(keys: HandshakeKeys, responder: string, initiator: string): Uint8Array {
  const label = utf8Encode("waxwing link v1 initiator\0");
  return concatBytes(label, keys.transcript, name(responder), name(initiator));
}

/** A readable link keeps even its proofs readable: authenticated by the tag, not encrypted. */
export function sealProof(aead: LinkAead, proof: Proof, head: Uint8Array, readable: boolean): Uint8Array {
  const plain = encodeProof(proof);
  if (!readable) return aead.seal(proofNonce, plain, head);
  return concatBytes(plain, aead.seal(proofNonce, nothing, concatBytes(head, plain)));
}

export function openProof(
  aead: LinkAead,
  sealed: Uint8Array,
  head: Uint8Array,
  readable: boolean,
): Proof | undefined {
  if (!readable) {
    const plain = aead.open(proofNonce, sealed, head);
    return plain && decodeProof(plain);
  }
  const plain = sealed.subarray(0, sealed.length - tagBytes);
  const holds = aead.open(proofNonce, sealed.subarray(plain.length), concatBytes(head, plain));
  return holds && decodeProof(plain);
}

function name(keyId: string): Uint8Array {
  const bytes = utf8Encode(keyId);
  return concatBytes(Uint8Array.of(bytes.length >> 8, bytes.length & 0xff), bytes);
}

function deriveKeys(
  { crypto, sha256 }: HandshakeParts,
  x25519Shared: Uint8Array,
  kemShared: Uint8Array,
  initBytes: Uint8Array,
  replyHead: Uint8Array,
): HandshakeKeys {
  const transcript = sha256(concatBytes(initBytes, replyHead));
  const input = concatBytes(x25519Shared, kemShared);
  const keys = crypto.hkdf(input, transcript, utf8Encode("waxwing link v1"), 128);
  const aead = (index: number) => crypto.aead(keys.subarray(32 * index, 32 * (index + 1)));
  const result = {
    transcript,
    responderProof: aead(0),
    initiatorProof: aead(1),
    initiatorData: aead(2),
    responderData: aead(3),
  };
  for (const secret of [x25519Shared, kemShared, input, keys]) secret.fill(0);
  return result;
}
