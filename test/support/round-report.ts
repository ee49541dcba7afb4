/** A round that completed and moved nothing, and what a test says of it otherwise. */
import type { RoundReport } from "waxwing/replication";

export const roundReport = (change: Partial<RoundReport> = {}): RoundReport => ({
  kind: "note",
  role: "initiator",
  peer: "P",
  outcome: "completed",
  way: "summary",
  roundTrips: 1,
  offered: 0,
  wanted: 0,
  served: 0,
  admitted: 0,
  duplicates: 0,
  refused: {},
  unsolicited: 0,
  deferred: 0,
  askAgain: 0,
  offerMore: false,
  staleness: { state: "inSync" },
  bytesSent: 100,
  bytesReceived: 0,
  protocolBytesSent: 100,
  protocolBytesReceived: 0,
  startedAt: 0,
  endedAt: 0,
  ...change,
});
