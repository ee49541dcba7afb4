/** What a bench is made of; each file of micro/ and flow/ returns a list of these. */
import type { Engine } from "waxwing/core";
import type { Peers } from "./peers/load.js";

/** Does the whole operation on input `turn` (they rotate) and returns its output. */
export type Contender = (turn: number) => unknown;

export interface Case {
  /** `<area>/<operation>/<size>`; never reworded, since dashboards join on it. */
  readonly id: string;
  readonly contenders: Readonly<Record<string, Contender>>;
  /** What one call of a contender does, where it is more than one operation. */
  readonly operations?: Readonly<Record<string, number>>;
  /** What must be equal between contenders, where outputs may rightly differ (hedged signatures). */
  readonly comparable?: (output: unknown, turn: number) => unknown;
}

export interface Bench {
  /** Keeps keys. */
  readonly core: Engine;
  /** Keeps none, so that every key is new to it. */
  readonly coldCore: Engine;
  readonly peers: Peers;
  readonly quick: boolean;
}

/** What a contender that is not timed in a loop measured about itself. */
export interface Measured {
  readonly id: string;
  readonly engine: string;
  readonly unit: "operations/s" | "ms" | "bytes" | "round trips";
  readonly samples: readonly number[];
  /** Waxwing's figure over this contender's, sample by sample where they took turns. */
  readonly ratio?: number;
}

/** Inputs rotate over this many keys and messages, or engines would cache what a real caller never repeats. */
export const turns = 8;
