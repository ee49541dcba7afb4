/**
 * Which kinds differ at all: every cadence one frame each way for all kinds of a Waxwing peer, instead of a round each
 * (docs/adr/0016). An entry is a kind and the head of its set of record ids; the answer names the kinds whose heads are not
 * the same, and those that are not reconciled with the asker.
 */
import { equalBytes } from "../base/bytes.js";
import type { KeyId, KindToken } from "../base/ids.js";
import { limits } from "../base/limits.js";
import type { IdSet } from "../contracts/id-set.js";
import type { ReplicationContext } from "./context.js";
import { isWayFailure } from "./frame-port.js";
import type { ExchangeReport, NodeExchange } from "./node-exchange.js";
import { shownSets } from "./reconcilable.js";
import { noRecords, type RoundReport } from "./report.js";
import type { KindHead } from "./wire/message.js";

/** What came of comparing heads with a peer. */
export interface ComparisonReport {
  /** Kinds that need a round of their own. */
  readonly due: readonly KindToken[];
  /** One report for each kind that is the same on both sides. */
  readonly equal: readonly RoundReport[];
  /** Of the exchange; without `failure` it went well, or there was nothing to compare. */
  readonly failure?: ExchangeReport["failure"];
  readonly bytesSent: number;
  readonly retryAfterMs?: number;
}

/** Asks a peer about these kinds. Never rejects. */
export async function compareHeads(
  context: ReplicationContext,
  exchange: NodeExchange,
  peer: KeyId,
  kinds: readonly KindToken[],
  signal: AbortSignal,
): Promise<ComparisonReport> {
  const entries: KindHead[] = [];
  for (const kind of kinds.slice(0, limits.headsKindsMax)) {
    const own = await headOf(context, peer, kind).catch(() => undefined);
    if (own?.head) entries.push(own);
  }
  if (entries.length === 0) return { due: kinds, equal: [], bytesSent: 0 };
  const report = await exchange.ask(peer, { type: "heads", kind: "", entries }, signal);
  const { answer, failure, bytesSent, retryAfterMs } = report;
  if (failure?.outcome === "timedOut") context.framing.silentReconciliation(peer);
  const sent = { bytesSent, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  if (answer?.type !== "headsAnswer") {
    // A question that never fits the way, for one, must not keep its kinds from being compared at all.
    const isNoWayFailure = failure?.outcome === "error" && !isWayFailure(failure.code);
    return { due: isNoWayFailure ? kinds : [], equal: [], ...(failure ? { failure } : {}), ...sent };
  }
  const differing = new Set(answer.entries.map(({ kind }) => kind));
  const equal = entries.filter(({ kind }) => !differing.has(kind)).map(({ kind }) => kind);
  const isEqual = new Set(equal);
  return {
    due: kinds.filter((kind) => !isEqual.has(kind)),
    equal: equal.map((kind, index) => reportOf(peer, kind, report, share(report, index, equal.length))),
    ...sent,
  };
}

/** The kinds of a question that are not the same here, or not compared with this peer. */
export async function differingHeads(
  context: ReplicationContext,
  peer: KeyId,
  asked: readonly KindHead[],
): Promise<KindHead[]> {
  const differing: KindHead[] = [];
  for (const { kind, head } of asked) {
    const own = context.kinds.has(kind) ? await headOf(context, peer, kind) : { kind, count: 0 };
    const isEqual = head !== undefined && own.head !== undefined && equalBytes(head, own.head);
    if (!isEqual) differing.push(own);
  }
  return differing;
}

/** Without a head where the kind is not compared with the peer. */
async function headOf(context: ReplicationContext, peer: KeyId, kind: KindToken): Promise<KindHead> {
  const sets = await shownSets(context, peer, kind);
  const set: IdSet | undefined = await sets?.offeredSet(kind);
  return set ? { kind, head: set.head(), count: set.size } : { kind, count: 0 };
}

/** All kinds share a frame; each report has its part, and the first what is left over. */
function share({ bytesSent, bytesReceived }: ExchangeReport, index: number, count: number) {
  const part = (bytes: number) => Math.floor(bytes / count) + (index === 0 ? bytes % count : 0);
  return { sent: part(bytesSent), received: part(bytesReceived) };
}

function reportOf(
  peer: KeyId,
  kind: KindToken,
  { round, startedAt, endedAt }: ExchangeReport,
  bytes: { readonly sent: number; readonly received: number },
): RoundReport {
  return {
    kind,
    role: "initiator",
    outcome: "completed",
    way: "head",
    roundTrips: 1,
    ...noRecords,
    askAgain: 0,
    staleness: { state: "inSync" },
    peer,
    round,
    bytesSent: bytes.sent,
    bytesReceived: bytes.received,
    protocolBytesSent: bytes.sent,
    protocolBytesReceived: bytes.received,
    startedAt,
    endedAt,
  };
}
