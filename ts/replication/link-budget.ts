/**
 * How much one message may carry and how long an answer may take, for the way to one peer. The reference's
 * budgets suit fast links; a slow one gets smaller pages and longer waits, so that a 1 200 baud line moves
 * one record after the other, and a gigabit link is not held back.
 */
import { limits } from "../base/limits.js";
import type { PeerLink } from "./context.js";

/** What one message costs in bytes, by the framing that carries it. */
export interface MessageCosts {
  /** One ref in a Summary, at most. */
  readonly refBytesMax: number;
  /** For one byte of a record, at most. */
  readonly bytesPerByteMax: number;
}

/** JSON: a ref is 32 integers of three digits, names and a 16-digit seq; a byte is three digits and a comma. */
export const jsonCosts: MessageCosts = { refBytesMax: 192, bytesPerByteMax: 4 };
/** Native frames: hash and seq; a byte is a byte. */
export const nativeCosts: MessageCosts = { refBytesMax: 40, bytesPerByteMax: 1 };

/** Preamble, type, kind and brackets of any message. */
const messageHeadBytes = 256;
/** What a record costs beside its bytes: its length, or brackets and a comma. */
const recordHeadBytes = 4;
/** One coded symbol, packed: sum, checksum and count. */
const symbolBytesMax = 56;
/** A page below this many refs costs more in round trips than it saves. */
const summaryRefsMin = 16;

/** A Summary fits the frame, and takes the link for one wait at most. */
export function summaryRefsFor(link: PeerLink | undefined, { refBytesMax }: MessageCosts): number {
  const { frameBytesMax = limits.frameBytesMax, rateBitsPerSecond } = link ?? {};
  const byFrame = Math.floor((frameBytesMax - messageHeadBytes) / refBytesMax);
  const byRate =
    rateBitsPerSecond === undefined
      ? limits.summaryRefsMax
      : Math.max(summaryRefsMin, Math.floor((rateBitsPerSecond * limits.roundWaitMs) / 8000 / refBytesMax));
  return Math.max(1, Math.min(limits.summaryRefsMax, byFrame, byRate));
}

/** A Deliver fits the frame, and takes the link for two waits at most: what is left follows in the next round. */
export function deliverBytesFor(link: PeerLink | undefined, costs: MessageCosts): number {
  const { rateBitsPerSecond } = link ?? {};
  const byRate =
    rateBitsPerSecond === undefined
      ? limits.deliverBytesMax
      : Math.floor((rateBitsPerSecond * 2 * limits.roundWaitMs) / 8000 / costs.bytesPerByteMax);
  return Math.max(1, Math.min(limits.deliverBytesMax, byRate, recordBytesFor(link, costs)));
}

/** Frames of bodies follow each other, so each fits the frame and takes the link for half a wait at most. */
export function bodiesBytesFor(link: PeerLink | undefined): number {
  const byRate = bytesIn(link, limits.roundWaitMs / 2) ?? limits.bodiesBytesMax;
  return Math.max(1, Math.min(limits.bodiesBytesMax, byRate, recordBytesFor(link, nativeCosts)));
}

/** A message of ranges or ids fits the frame, and takes the link for half a wait at most. */
export function rangeBytesFor(link: PeerLink | undefined): number {
  const byRate = bytesIn(link, limits.roundWaitMs / 2) ?? limits.rangeMessageBytes;
  const most = Math.min(limits.rangeMessageBytes, byRate, recordBytesFor(link, nativeCosts));
  return Math.max(limits.rangeMessageBytesMin, most);
}

/** Symbols of one sketch, which travel in one frame: that fits, and takes the link for half a wait at most. */
export function sketchSymbolsFor(link: PeerLink | undefined): number {
  const byRate = bytesIn(link, limits.roundWaitMs / 2) ?? Number.POSITIVE_INFINITY;
  const bytes = Math.min(byRate, recordBytesFor(link, nativeCosts));
  return Math.min(limits.sketchSymbolsMax, Math.floor(bytes / symbolBytesMax));
}

/** Whether every message that a reconciliation cannot do without fits a frame of the link. */
export function carriesReconciliation(link: PeerLink | undefined): boolean {
  const { frameBytesMax = limits.frameBytesMax } = link ?? {};
  const least = Math.max(limits.sketchFirstSymbols * symbolBytesMax, limits.rangeMessageBytesMin);
  return frameBytesMax - messageHeadBytes >= least;
}

/** Differing ids of one round: told in one frame, both lists, and records of a KiB each take the link for ten waits at most. */
export function reconcileIdsFor(link: PeerLink | undefined): number {
  const byFrame = Math.floor(recordBytesFor(link, nativeCosts) / (2 * 32));
  const bytes = bytesIn(link, 10 * limits.roundWaitMs) ?? Number.POSITIVE_INFINITY;
  const byRate = Math.max(summaryRefsMin, Math.floor(bytes / 1024));
  return Math.max(1, Math.min(limits.reconcileRoundIds, byFrame, byRate));
}

/** Undefined where the rate is not known. */
function bytesIn(link: PeerLink | undefined, ms: number): number | undefined {
  return link?.rateBitsPerSecond === undefined ? undefined : Math.floor((link.rateBitsPerSecond * ms) / 8000);
}

/** A record above this fits no frame of the link, so the peer cannot have it this way. */
export function recordBytesFor(link: PeerLink | undefined, { bytesPerByteMax }: MessageCosts): number {
  const { frameBytesMax = limits.frameBytesMax } = link ?? {};
  return Math.max(0, Math.floor((frameBytesMax - messageHeadBytes - recordHeadBytes) / bytesPerByteMax));
}

/** DESIGN §9: `delayMs`, or four times what the outstanding bytes take on the link if that is longer. */
export function waitFor(delayMs: number, outstandingBytes: number, link: PeerLink | undefined): number {
  if (!link?.rateBitsPerSecond) return delayMs;
  return Math.max(delayMs, Math.ceil((4 * outstandingBytes * 8000) / link.rateBitsPerSecond));
}

/** One send, behind what other rounds of this node have under way on the same link. */
export function sendMsFor(frameBytes: number, link: PeerLink | undefined): number {
  return waitFor(limits.replySendMs, limits.roundsPerPeerMax * (frameBytes + messageHeadBytes), link);
}
