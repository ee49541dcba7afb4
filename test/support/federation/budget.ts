/** How much a node may send and hold, computed from what there is to do. */
import { limits } from "#base/limits.js";
import type { FederationPlan } from "./plan.js";

export interface Budget {
  readonly durationMs: number;
  /** Records written anywhere, each of which may open rounds at once. */
  readonly writes: number;
  readonly records: number;
  /** Starts of all nodes together. */
  readonly lives: number;
}

/** Frames that one side sends in a round: Summary, Diff, Deliver. */
const framesPerRound = 3;
/** Ticks come a twentieth earlier at most, and a peer that is heard again makes its kinds due out of turn. */
const ticksPerCadence = 1.06;

/** From one node to one peer; `heard`: frames of a peer that keeps no rule, each of which may be answered. */
export function framesBudget(plan: FederationPlan, budget: Budget, heard: number): number {
  const { kinds, cadenceSeconds, network } = plan;
  const cadences = (budget.durationMs / (cadenceSeconds * 1000)) * ticksPerCadence + 1;
  const opens = kinds.length * (cadences + budget.lives) + budget.writes + budget.records;
  const copies = 1 + (budget.writes > 0 ? (network.duplicateChance ?? 0) : 0);
  // Two responders may take each other's legacy Summaries for openings, until the loop guard ends it.
  const echoes = framesPerRound * limits.legacyOpensInARowMax;
  // Both open rounds and compare heads, and each takes part in what the other begins.
  return Math.ceil(2 * (framesPerRound * opens + cadences) * copies + echoes + 2 * heard);
}

export interface Holding {
  readonly peers: number;
  readonly records: number;
  /** Frames of a liar. */
  readonly lies: number;
}

/** Entries in memory: inboxes of eight frames and rounds for each stream and role, claims, refusals, deferred refs. */
export function heldBudget(plan: FederationPlan, { peers, records, lies }: Holding): number {
  const streams = peers * plan.kinds.length + (lies > 0 ? 20 : 0);
  const perStream = 2 * (8 + 1) + 1;
  const hashesPerLie = plan.liar?.behaviour === "oversizes" ? 2000 : 60;
  return streams * (perStream + records) + 2 * records + 2 * hashesPerLie * lies;
}
