/**
 * What both ends of a link test say to each other, in frames of the link under test. Numbers are big-endian.
 *
 * ```
 *  0      type      ping · pong · load · ask · ask-last · counts
 *  1..4   number    of a question, repeated in its answer; 0 in load
 *  5..    padding, or in counts four times 8 bytes: see `WireCounts`
 * ```
 */
import type { LinkCounters } from "../../transport/index.js";

const types = ["ping", "pong", "load", "ask", "ask-last", "counts"] as const;
export type TestMessageType = (typeof types)[number];

export interface TestMessage {
  readonly type: TestMessageType;
  readonly number: number;
  readonly rest: Uint8Array;
}

export const testHeadBytes = 5;

export function encodeTestMessage(type: TestMessageType, number: number, rest: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(testHeadBytes + rest.length);
  bytes[0] = types.indexOf(type);
  new DataView(bytes.buffer).setUint32(1, number);
  bytes.set(rest, testHeadBytes);
  return bytes;
}

/** Undefined for what is no message of a test. */
export function decodeTestMessage(bytes: Uint8Array): TestMessage | undefined {
  const type = types[bytes[0] ?? types.length];
  if (type === undefined || bytes.length < testHeadBytes) return undefined;
  const number = new DataView(bytes.buffer, bytes.byteOffset).getUint32(1);
  return { type, number, rest: bytes.subarray(testHeadBytes) };
}

/** What an end has counted since it was opened. */
export interface WireCounts {
  readonly packetsSent: number;
  readonly packetsReceived: number;
  readonly packetsDamaged: number;
  readonly wireBytesSent: number;
}

const countNames = ["packetsSent", "packetsReceived", "packetsDamaged", "wireBytesSent"] as const;

export function wireCountsOf({ medium }: LinkCounters): WireCounts {
  const { packetsSent, packetsReceived, packetsDamaged, wireBytesSent } = medium;
  return { packetsSent, packetsReceived, packetsDamaged, wireBytesSent };
}

export function encodeWireCounts(counts: WireCounts): Uint8Array {
  const view = new DataView(new ArrayBuffer(8 * countNames.length));
  for (const [i, name] of countNames.entries()) view.setBigUint64(8 * i, BigInt(counts[name]));
  return new Uint8Array(view.buffer);
}

/** Undefined for another length. */
export function decodeWireCounts(bytes: Uint8Array): WireCounts | undefined {
  if (bytes.length !== 8 * countNames.length) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return Object.fromEntries(
    countNames.map((name, i) => [name, Number(view.getBigUint64(8 * i))]),
  ) as unknown as WireCounts;
}

/** What happened between two counts of one end. */
export function countsBetween(before: WireCounts, after: WireCounts): WireCounts {
  return Object.fromEntries(
    countNames.map((name) => [name, Math.max(0, after[name] - before[name])]),
  ) as unknown as WireCounts;
}
