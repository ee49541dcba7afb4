/** A round that completed and moved nothing, and what a test says of it otherwise. */
import type { RoundReport } from "waxwing/replication";
import { noRecords } from "#dist/replication/report.js";

export const roundReport = (change: Partial<RoundReport> = {}): RoundReport => ({
  kind: "note",
  role: "initiator",
  peer: "P",
  outcome: "completed",
  way: "summary",
  roundTrips: 1,
  ...noRecords,
  askAgain: 0,
  staleness: { state: "inSync" },
  bytesSent: 100,
  bytesReceived: 0,
  protocolBytesSent: 100,
  protocolBytesReceived: 0,
  startedAt: 0,
  endedAt: 0,
  ...change,
});
