/**
 * The proof of a round: its report as plain JSON, for events, logs and whoever reads them by program, and how loud a log it is worth.
 */
import { hexEncode, type KeyId, type KindToken, shortId, uint64BeEncode } from "../base/index.js";
import type { RoundReport } from "../replication/index.js";
import type { Logger } from "./log.js";

/**
 * One round with one peer over one kind, as it came out. Counts are records unless they say bytes; times are Unix ms of this
 * node's clock. The members are those of `RoundReport` of `waxwing/replication`; `round` is 16 hex digits.
 */
export type RoundRecord = Omit<RoundReport, "peer" | "round"> & {
  readonly peerKeyId: KeyId;
  readonly round?: string;
};

export function roundRecord({ peer, round, ...report }: RoundReport): RoundRecord {
  return {
    ...report,
    peerKeyId: peer,
    ...(round === undefined ? {} : { round: hexEncode(uint64BeEncode(round)) }),
  };
}

/** A round that moved or failed something is told to operators, one that found nothing to do only to who looks for it. */
export function logRound(log: Logger, record: RoundRecord): void {
  const { peerKeyId, kind, outcome, startedAt, endedAt, ...rest } = record;
  const fields = { peer: shortId(peerKeyId), kind, outcome, ms: endedAt - startedAt, ...rest };
  const hasMoved = record.admitted > 0 || record.served > 0 || Object.keys(record.refused).length > 0;
  if (outcome === "error" || outcome === "refused") log.warn(fields, "a round failed");
  else if (hasMoved || outcome === "timedOut") log.info(fields, "a round ended");
  else log.debug(fields, "a round ended");
}

/** Rounds to open at once: all, those with a peer, those of a kind, or both. */
export interface RoundRequest {
  readonly peerKeyId?: KeyId;
  readonly kind?: KindToken;
}
