/**
 * Bytes of native links: packets between two nodes over a medium, and the items inside a sealed packet
 * (docs/protocol.md, "Links"). Integers are big-endian; a varint is unsigned LEB128 of at most five bytes
 * and 32 bits, in its shortest form.
 *
 * ```
 * INIT    B1 ‖ initiator session 4 ‖ destination 16 ‖ flags 1 ‖ X25519 32 ‖ ML-KEM-768 key 1184
 * REPLY   B2 ‖ initiator session 4 ‖ responder session 4 ‖ X25519 32 ‖ ML-KEM-768 ciphertext 1088 ‖ proof
 * FINISH  B3 ‖ responder session 4 ‖ proof
 * SEALED  B4 ‖ receiver's session 4 ‖ counter 6 ‖ AEAD(items) with its tag 16
 * CLEAR   B5 ‖ receiver's session 4 ‖ counter 6 ‖ items ‖ tag 16
 *
 * proof, before it is sealed:  key id length 2 ‖ key id ‖ Ed25519 public key 32 ‖ signature 64
 * ```
 * What is not exactly of these forms decodes to `undefined` and is dropped: unknown types and flags, items
 * of unknown type, trailing bytes, varints that could be shorter.
 */
import { utf8Decode, utf8Encode } from "../../base/bytes.js";
import { limits } from "../../base/limits.js";

export const packetType = { init: 0xb1, reply: 0xb2, finish: 0xb3, sealed: 0xb4, clear: 0xb5 } as const;

export const x25519Bytes = 32;
export const kemKeyBytes = 1184;
export const kemCiphertextBytes = 1088;
export const tagBytes = 16;
export const destinationBytes = 16;
/** Type, session, counter. */
export const dataHeadBytes = 11;
export const dataOverheadBytes = dataHeadBytes + tagBytes;
/** Counters are 48 bits on the wire; a session ends long before. */
export const counterMax = 2 ** 48 - 1;

const initBytes = 1 + 4 + destinationBytes + 1 + x25519Bytes + kemKeyBytes;
export const replyHeadBytes = 1 + 4 + 4 + x25519Bytes + kemCiphertextBytes;
export const finishHeadBytes = 1 + 4;
const flagReadable = 1;

export interface InitPacket {
  readonly session: number;
  /** First 16 bytes of SHA-256 of the wanted key id. */
  readonly destination: Uint8Array;
  /** Packets stay readable for everybody: authenticated, not encrypted. */
  readonly readable: boolean;
  readonly x25519: Uint8Array;
  readonly kemKey: Uint8Array;
}

export interface ReplyPacket {
  readonly initiatorSession: number;
  readonly session: number;
  readonly x25519: Uint8Array;
  readonly kemCiphertext: Uint8Array;
  readonly proof: Uint8Array;
}

export interface FinishPacket {
  readonly session: number;
  readonly proof: Uint8Array;
}

export interface Proof {
  readonly keyId: string;
  readonly ed25519: Uint8Array;
  readonly signature: Uint8Array;
}

export interface DataPacket {
  readonly session: number;
  readonly readable: boolean;
  readonly counter: number;
  /** Everything before the items: authenticated with them. */
  readonly head: Uint8Array;
  readonly sealed: Uint8Array;
}

/** Why a message was not taken; 0 is accepted. */
export const outcomeCode = { accepted: 0, busy: 1, closed: 2, too_large: 3 } as const;
export type OutcomeName = keyof typeof outcomeCode;
const outcomeNames = Object.keys(outcomeCode) as OutcomeName[];

export const closeCode = { stopped: 0, unauthorized: 1, superseded: 2 } as const;
export type CloseName = keyof typeof closeCode;
const closeNames = Object.keys(closeCode) as CloseName[];

/** Inclusive range of packet counters. */
export interface CounterRange {
  readonly first: number;
  readonly last: number;
}

export type LinkItem =
  /** Counters received, newest range first, and how long the newest waited for this. */
  | { readonly type: "ack"; readonly delayMs: number; readonly ranges: readonly CounterRange[] }
  /** The peer's proof holds: frames may flow. */
  | { readonly type: "ready" }
  /** The peer's keys are unknown here; it may show them. */
  | { readonly type: "askKeys" }
  | { readonly type: "outcome"; readonly message: number; readonly outcome: OutcomeName }
  /** The sender gave the message up; what arrived of it may be dropped. */
  | { readonly type: "cancel"; readonly message: number }
  | { readonly type: "close"; readonly reason: CloseName }
  | { readonly type: "ping" }
  /** Last item of its packet: its bytes run to the end. */
  | {
      readonly type: "piece";
      readonly message: number;
      readonly total: number;
      readonly offset: number;
      readonly bytes: Uint8Array;
    };

const itemType = {
  ping: 0,
  ack: 1,
  piece: 2,
  outcome: 3,
  cancel: 4,
  ready: 5,
  askKeys: 6,
  close: 7,
} as const;

/** What a piece costs at most besides its bytes. */
export const pieceHeadBytesMax = 1 + 3 * 5;
/** What that one costs. */
export const pieceHeadBytes = (message: number, total: number, offset: number): number =>
  1 + varintBytes(message) + varintBytes(total) + varintBytes(offset);
export const ackRangesMax = 32;
/** An acknowledgement of `count` ranges takes this at most: type, delay, highest counter, count, ranges. */
export const ackBytesMax = (count: number): number => 1 + 5 + 6 + 1 + count * 10;

export function encodeInit(packet: InitPacket): Uint8Array {
  const bytes = new Uint8Array(initBytes);
  bytes[0] = packetType.init;
  putUint32(bytes, 1, packet.session);
  bytes.set(packet.destination, 5);
  bytes[21] = packet.readable ? flagReadable : 0;
  bytes.set(packet.x25519, 22);
  bytes.set(packet.kemKey, 22 + x25519Bytes);
  return bytes;
}

export function decodeInit(bytes: Uint8Array): InitPacket | undefined {
  if (bytes.length !== initBytes || bytes[0] !== packetType.init || bytes[21]! > flagReadable)
    return undefined;
  return {
    session: uint32At(bytes, 1),
    destination: bytes.slice(5, 21),
    readable: bytes[21] === flagReadable,
    x25519: bytes.slice(22, 22 + x25519Bytes),
    kemKey: bytes.slice(22 + x25519Bytes),
  };
}

/** The part of a REPLY that its proof signs and is sealed with. */
export function encodeReplyHead(packet: Omit<ReplyPacket, "proof">): Uint8Array {
  const bytes = new Uint8Array(replyHeadBytes);
  bytes[0] = packetType.reply;
  putUint32(bytes, 1, packet.initiatorSession);
  putUint32(bytes, 5, packet.session);
  bytes.set(packet.x25519, 9);
  bytes.set(packet.kemCiphertext, 9 + x25519Bytes);
  return bytes;
}

export function decodeReply(bytes: Uint8Array): ReplyPacket | undefined {
  if (bytes[0] !== packetType.reply || !isProofLength(bytes.length - replyHeadBytes)) return undefined;
  return {
    initiatorSession: uint32At(bytes, 1),
    session: uint32At(bytes, 5),
    x25519: bytes.slice(9, 9 + x25519Bytes),
    kemCiphertext: bytes.slice(9 + x25519Bytes, replyHeadBytes),
    proof: bytes.slice(replyHeadBytes),
  };
}

export function encodeFinishHead(session: number): Uint8Array {
  const bytes = new Uint8Array(finishHeadBytes);
  bytes[0] = packetType.finish;
  putUint32(bytes, 1, session);
  return bytes;
}

export function decodeFinish(bytes: Uint8Array): FinishPacket | undefined {
  if (bytes[0] !== packetType.finish || !isProofLength(bytes.length - finishHeadBytes)) return undefined;
  return { session: uint32At(bytes, 1), proof: bytes.slice(finishHeadBytes) };
}

export function encodeProof(proof: Proof): Uint8Array {
  const keyId = utf8Encode(proof.keyId);
  const bytes = new Uint8Array(proofFixedBytes + keyId.length);
  bytes[0] = keyId.length >> 8;
  bytes[1] = keyId.length;
  bytes.set(keyId, 2);
  bytes.set(proof.ed25519, 2 + keyId.length);
  bytes.set(proof.signature, 34 + keyId.length);
  return bytes;
}

export function decodeProof(bytes: Uint8Array): Proof | undefined {
  if (bytes.length < proofFixedBytes) return undefined;
  const length = (bytes[0]! << 8) | bytes[1]!;
  if (length === 0 || length > limits.keyIdBytesMax || bytes.length !== proofFixedBytes + length)
    return undefined;
  const keyId = decodeText(bytes.subarray(2, 2 + length));
  if (keyId === undefined) return undefined;
  return { keyId, ed25519: bytes.slice(2 + length, 34 + length), signature: bytes.slice(34 + length) };
}

/** Length, Ed25519 key, signature. */
const proofFixedBytes = 2 + 32 + 64;

function isProofLength(sealedBytes: number): boolean {
  const plainBytes = sealedBytes - tagBytes;
  return plainBytes > proofFixedBytes && plainBytes <= proofFixedBytes + limits.keyIdBytesMax;
}

export function encodeDataHead(session: number, counter: number, readable: boolean): Uint8Array {
  const bytes = new Uint8Array(dataHeadBytes);
  bytes[0] = readable ? packetType.clear : packetType.sealed;
  putUint32(bytes, 1, session);
  bytes[5] = Math.floor(counter / 2 ** 40);
  bytes[6] = Math.floor(counter / 2 ** 32);
  putUint32(bytes, 7, counter % 2 ** 32);
  return bytes;
}

export function decodeData(bytes: Uint8Array): DataPacket | undefined {
  const type = bytes[0];
  if (type !== packetType.sealed && type !== packetType.clear) return undefined;
  if (bytes.length < dataOverheadBytes) return undefined;
  return {
    session: uint32At(bytes, 1),
    readable: type === packetType.clear,
    counter: bytes[5]! * 2 ** 40 + bytes[6]! * 2 ** 32 + uint32At(bytes, 7),
    head: bytes.subarray(0, dataHeadBytes),
    sealed: bytes.subarray(dataHeadBytes),
  };
}

/** Items one after the other; a piece must be the last. */
export class ItemWriter {
  readonly #bytes: Uint8Array;
  #length = 0;

  /** Writes into `bytes`, which is used again when the packet is sealed. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get room(): number {
    return this.#bytes.length - this.#length;
  }

  get isEmpty(): boolean {
    return this.#length === 0;
  }

  /** A view of what was written. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** The caller has checked that there is room. */
  write(item: LinkItem): void {
    this.#byte(itemType[item.type]);
    switch (item.type) {
      case "ack":
        this.#ack(item.delayMs, item.ranges);
        return;
      case "piece":
        this.#varint(item.message);
        this.#varint(item.total);
        this.#varint(item.offset);
        this.#bytes.set(item.bytes, this.#length);
        this.#length += item.bytes.length;
        return;
      case "outcome":
        this.#varint(item.message);
        this.#byte(outcomeCode[item.outcome]);
        return;
      case "cancel":
        this.#varint(item.message);
        return;
      case "close":
        this.#byte(closeCode[item.reason]);
        return;
      case "ready":
      case "askKeys":
      case "ping":
    }
  }

  /** Highest counter 6 ‖ range count 1 ‖ length−1 of the first, then gap−1 and length−1 of each further one. */
  #ack(delayMs: number, ranges: readonly CounterRange[]): void {
    this.#varint(Math.min(delayMs, 0xffff_ffff));
    const newest = ranges[0]!.last;
    this.#byte(Math.floor(newest / 2 ** 40));
    this.#byte(Math.floor(newest / 2 ** 32));
    putUint32(this.#bytes, this.#length, newest % 2 ** 32);
    this.#length += 4;
    this.#byte(ranges.length);
    for (const [i, { first, last }] of ranges.entries()) {
      if (i > 0) this.#varint(ranges[i - 1]!.first - last - 2);
      this.#varint(last - first);
    }
  }

  #byte(value: number): void {
    this.#bytes[this.#length++] = value;
  }

  #varint(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.#byte((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.#byte(rest);
  }
}

/**
 * Every item of a packet that was authenticated, or `undefined` when it is not exactly of the forms above, or
 * has more items than a packet may have.
 */
export function decodeItems(bytes: Uint8Array): LinkItem[] | undefined {
  const reader = new ItemReader(bytes);
  const items: LinkItem[] = [];
  while (!reader.atEnd) {
    if (items.length === limits.linkItemsMax) return undefined;
    const item = reader.item();
    if (item === undefined) return undefined;
    items.push(item);
  }
  return items;
}

class ItemReader {
  #at = 0;
  #bad = false;

  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  item(): LinkItem | undefined {
    const item = this.#item(this.#byte());
    return this.#bad ? undefined : item;
  }

  #item(type: number): LinkItem | undefined {
    switch (type) {
      case itemType.ping:
        return { type: "ping" };
      case itemType.ready:
        return { type: "ready" };
      case itemType.askKeys:
        return { type: "askKeys" };
      case itemType.ack:
        return this.#ack();
      case itemType.piece:
        return this.#piece();
      case itemType.outcome: {
        const message = this.#varint();
        return this.#named(outcomeNames, (outcome) => ({ type: "outcome", message, outcome }));
      }
      case itemType.cancel:
        return { type: "cancel", message: this.#varint() };
      case itemType.close:
        return this.#named(closeNames, (reason) => ({ type: "close", reason }));
      default:
        return undefined;
    }
  }

  #named<Name>(names: readonly Name[], make: (name: Name) => LinkItem): LinkItem | undefined {
    const name = names[this.#byte()];
    return name === undefined ? undefined : make(name);
  }

  #piece(): LinkItem | undefined {
    const message = this.#varint();
    const total = this.#varint();
    const offset = this.#varint();
    const bytes = this.#bytes.subarray(this.#at);
    this.#at = this.#bytes.length;
    if (bytes.length === 0 || offset + bytes.length > total) return undefined;
    return { type: "piece", message, total, offset, bytes };
  }

  #ack(): LinkItem | undefined {
    const delayMs = this.#varint();
    let last = this.#byte() * 2 ** 40 + this.#byte() * 2 ** 32;
    last += this.#byte() * 2 ** 24 + this.#byte() * 2 ** 16 + this.#byte() * 2 ** 8 + this.#byte();
    const count = this.#byte();
    if (count === 0 || count > ackRangesMax) return undefined;
    const ranges: CounterRange[] = [];
    for (let i = 0; i < count && !this.#bad; i++) {
      if (i > 0) last = ranges[i - 1]!.first - this.#varint() - 2;
      const first = last - this.#varint();
      if (first < 0) return undefined;
      ranges.push({ first, last });
    }
    return { type: "ack", delayMs, ranges };
  }

  #byte(): number {
    const value = this.#bytes[this.#at++];
    if (value === undefined) this.#bad = true;
    return value ?? 0;
  }

  #varint(): number {
    let value = 0;
    for (let i = 0; i < 5; i++) {
      const byte = this.#byte();
      value += (byte & 0x7f) * 2 ** (7 * i);
      if (byte < 0x80) {
        if ((byte === 0 && i > 0) || value > 0xffff_ffff) this.#bad = true;
        return value;
      }
    }
    this.#bad = true;
    return 0;
  }
}

function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes++;
  return bytes;
}

function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return utf8Decode(bytes);
  } catch {
    return undefined;
  }
}

function putUint32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}

function uint32At(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}
