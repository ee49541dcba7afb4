/**
 * Records by id, both ways at once: the second half of a round that reconciles.
 *
 * ```
 * found(missing, extra) → want ⊆ extra          who asked for something gets it in frames of bodies
 * bodies(…, left) → taken(frames)               at most deliverFramesAhead frames are not taken yet
 * ```
 * `left` falls with every frame and never says more than was asked for, so that a peer cannot go on for ever. What it sends
 * beyond its credit, or wants without having been offered it, breaks the protocol.
 */
import { compareBytes } from "../base/bytes.js";
import { WaxwingError } from "../base/errors.js";
import { limits } from "../base/limits.js";
import type { AdmitVerdict } from "../contracts/record.js";
import { ascend } from "../reconcile/index.js";
import { type Draft, idBytes, noIds, type ReconcileRoundState } from "./reconcile-state.js";
import type { BodiesMessage, TakenMessage, WantIdsMessage } from "./wire/message.js";

/** Ids that one load is given: more never fit a frame. */
const idsPerLoad = limits.deliverRecordsAcceptedMax;

export function malformed(what: string): WaxwingError {
  return new WaxwingError("reconcile_malformed", `reconcile: ${what}`);
}

export function countIds(ids: Uint8Array): number {
  return ids.length / idBytes;
}

/** Begins to wait for these. */
export function expectRecords(draft: Draft, wanted: Uint8Array): void {
  const count = countIds(wanted);
  draft.receive({ wanted, arrived: new Uint8Array(count), outstanding: count });
  draft.count({ wanted: count });
}

/** Begins to send these. */
export function serveRecords(draft: Draft, ids: Uint8Array): void {
  draft.serve({ ids });
  loadNext(draft);
}

/** The peer's choice of what it was offered. False when it was made before. */
export function onWant(draft: Draft, { ids }: WantIdsMessage): boolean {
  if (draft.state.outgoing.ids !== undefined) return false;
  if (!ascend(ids, undefined)) throw malformed("wanted ids that do not ascend");
  if (!isSubset(ids, draft.state.offered)) throw malformed("a wanted id that was not offered");
  serveRecords(draft, ids);
  return true;
}

/** False for a frame that came before. */
export function onBodies(draft: Draft, { kind, envelopes, left }: BodiesMessage): boolean {
  const { outstanding, frames, acknowledged } = draft.state.incoming;
  if (left >= outstanding) return false;
  if (envelopes.length + left > outstanding) throw malformed("more records than were asked for");
  if (frames - acknowledged >= limits.deliverFramesAhead) throw malformed("bodies beyond their credit");
  draft.receive({ frames: frames + 1, outstanding: left });
  draft.add({ type: "admit", kind, records: envelopes }, { type: "admit" });
  return true;
}

/** False for what was known. */
export function onTaken(draft: Draft, { frames }: TakenMessage): boolean {
  const { taken, frames: made } = draft.state.outgoing;
  if (frames <= taken) return false;
  if (frames > made) throw malformed("taken frames that were not sent");
  draft.serve({ taken: frames });
  loadNext(draft);
  return true;
}

export function onLoaded(draft: Draft, bodies: readonly Uint8Array[], used: number): void {
  const { outgoing, options, tally } = draft.state;
  const { ids = noIds, frames } = outgoing;
  const at = outgoing.at + used;
  draft.serve({ at, isLoading: false, frames: frames + 1 });
  draft.count({ served: tally.served + bodies.length });
  draft.send({ type: "bodies", kind: options.kind, envelopes: bodies, left: countIds(ids) - at });
  loadNext(draft);
}

export function onAdmitted(draft: Draft, verdicts: readonly AdmitVerdict[]): void {
  countVerdicts(draft, verdicts);
  draft.receive({ admitted: draft.state.incoming.admitted + 1 });
  const { admitted, acknowledged, frames, outstanding } = draft.state.incoming;
  const isLast = outstanding === 0 && admitted === frames;
  // Half of what the sender may be ahead, so that it never waits for an answer and answers stay few.
  if (!isLast && admitted - acknowledged < limits.deliverFramesAhead / 2) return;
  draft.receive({ acknowledged: admitted });
  draft.send({ type: "taken", kind: draft.state.options.kind, frames: admitted });
}

export function hasAllRecords({ incoming }: ReconcileRoundState): boolean {
  return incoming.outstanding === 0 && incoming.acknowledged === incoming.frames;
}

export function hasServedAll({ outgoing }: ReconcileRoundState): boolean {
  const { ids, at, taken, frames } = outgoing;
  return ids !== undefined && at === countIds(ids) && taken === frames;
}

/**
 * As many ids as a round is for were found, and hardly any moved: what one side does not take fills the rounds, and the ids
 * behind them would never be reached. What is asked of others meanwhile is no sign of it.
 */
export function isClogged({ isPartial, tally, options }: ReconcileRoundState): boolean {
  const found = tally.missing + tally.offered;
  const moved = tally.admitted + tally.served;
  return isPartial && found >= options.idsMax && 2 * moved < found - tally.elsewhere;
}

/** Ids that were asked for and did not come. */
export function unbrought({ incoming }: ReconcileRoundState): Uint8Array[] {
  const ids: Uint8Array[] = [];
  for (const [index, arrived] of incoming.arrived.entries())
    if (arrived === 0) ids.push(incoming.wanted.subarray(index * idBytes, (index + 1) * idBytes));
  return ids;
}

function loadNext(draft: Draft): void {
  const { ids = noIds, at, isLoading, frames, taken } = draft.state.outgoing;
  if (isLoading || at === countIds(ids) || frames - taken >= limits.deliverFramesAhead) return;
  const { kind, bodiesBytesMax: bytesMax } = draft.state.options;
  const next = ids.subarray(at * idBytes, (at + idsPerLoad) * idBytes);
  draft.serve({ isLoading: true });
  draft.add({ type: "loadBodiesById", kind, ids: next, bytesMax }, { type: "load" });
}

function countVerdicts(draft: Draft, verdicts: readonly AdmitVerdict[]): void {
  const { wanted } = draft.state.incoming;
  const arrived = draft.state.incoming.arrived.slice();
  const refused = { ...draft.state.tally.refused };
  let { admitted, duplicates, unsolicited, refusedWanted } = draft.state.tally;
  for (const verdict of verdicts) {
    const index = verdict.recordId === undefined ? -1 : indexOf(wanted, verdict.recordId);
    const isWanted = index >= 0 && arrived[index] === 0;
    if (isWanted) arrived[index] = 1;
    else unsolicited++;
    if (verdict.status === "admitted") admitted++;
    else if (verdict.status === "duplicate") duplicates++;
    else {
      refused[verdict.refusal.code] = (refused[verdict.refusal.code] ?? 0) + 1;
      if (isWanted) refusedWanted++;
    }
  }
  draft.receive({ arrived });
  draft.count({ admitted, duplicates, unsolicited, refusedWanted, refused });
}

/** The place of an id among ids that ascend; −1 where it is not. */
function indexOf(ids: Uint8Array, id: Uint8Array): number {
  let low = 0;
  let high = countIds(ids);
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareBytes(ids.subarray(middle * idBytes, (middle + 1) * idBytes), id) < 0) low = middle + 1;
    else high = middle;
  }
  const isHere =
    low < countIds(ids) && compareBytes(ids.subarray(low * idBytes, (low + 1) * idBytes), id) === 0;
  return isHere ? low : -1;
}

function isSubset(ids: Uint8Array, of: Uint8Array): boolean {
  for (let at = 0; at < ids.length; at += idBytes)
    if (indexOf(of, ids.subarray(at, at + idBytes)) < 0) return false;
  return true;
}
