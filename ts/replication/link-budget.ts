/**
 * How much one message may carry and how long an answer may take, for the way to one peer. The reference's
 * budgets suit fast links; a slow one gets smaller pages and longer waits.
 */
import { limits } from "../base/limits.js";
import type { PeerLink } from "./context.js";

/** Bytes of one ref in a Summary, at most: 32 integers of three digits, names and a 16-digit seq. */
const refBytesMax = 192;
/** Preamble, type, kind and brackets of any message. */
const messageHeadBytes = 256;
/** Characters of one record byte in an integer array, at most, comma included. */
const charactersPerByteMax = 4;
/** A page below this many refs costs more in round trips than it saves. */
const summaryRefsMin = 16;

/** A Summary fits the frame, and takes the link for one wait at most. */
export function summaryRefsFor(link: PeerLink | undefined): number {
  const { frameBytesMax = limits.frameBytesMax, rateBitsPerSecond } = link ?? {};
  const byFrame = Math.floor((frameBytesMax - messageHeadBytes) / refBytesMax);
  const byRate =
    rateBitsPerSecond === undefined
      ? limits.summaryRefsMax
      : Math.max(summaryRefsMin, Math.floor((rateBitsPerSecond * limits.roundWaitMs) / 8000 / refBytesMax));
  return Math.max(1, Math.min(limits.summaryRefsMax, byFrame, byRate));
}

export function deliverBytesFor(link: PeerLink | undefined): number {
  return Math.min(limits.deliverBytesMax, recordBytesFor(link));
}

/** A record above this fits no frame of the link, so the peer cannot have it this way. */
export function recordBytesFor(link: PeerLink | undefined): number {
  const { frameBytesMax = limits.frameBytesMax } = link ?? {};
  return Math.max(0, Math.floor((frameBytesMax - messageHeadBytes) / charactersPerByteMax));
}

/** DESIGN §9: `delayMs`, or four times what the outstanding bytes take on the link if that is longer. */
export function waitFor(delayMs: number, outstandingBytes: number, link: PeerLink | undefined): number {
  if (!link?.rateBitsPerSecond) return delayMs;
  return Math.max(delayMs, Math.ceil((4 * outstandingBytes * 8000) / link.rateBitsPerSecond));
}
