/**
 * Where a node verifies: in its own thread, or on others as well (`core.verifyWorkers`).
 *
 * `auto` uses threads where they win: with more than one core, and where memory allows for their cores of
 * 27 MiB each. A node of one core, or a small board, stays with one thread.
 */
import { limits } from "../base/index.js";
import type { BatchVerifier, Engine } from "../contracts/index.js";
import { createVerifyPool, inlineVerifier } from "../engine/pool/index.js";
import type { Config } from "./config.js";
import { type Machine, thisMachine } from "./machine.js";

/** Threads on a smaller machine would crowd out the store's page cache. */
export const autoWorkersMemoryBytesMin = 1024 * 1024 * 1024;

export interface VerifyWorkers {
  readonly workers: number;
  readonly reason: string;
}

export function chooseVerifyWorkers(wanted: number | "auto", { cores, memoryBytes }: Machine): VerifyWorkers {
  if (wanted !== "auto") return { workers: wanted, reason: "configured" };
  if (cores < 2) return { workers: 0, reason: "one core" };
  if (memoryBytes < autoWorkersMemoryBytesMin) return { workers: 0, reason: "less than 1 GiB of memory" };
  return { workers: Math.min(cores, limits.verifyWorkersAutoMax), reason: `${cores} cores` };
}

/** What `openVerifier` does on this machine. */
export function verifyWorkersHere({ core }: Config): VerifyWorkers {
  return chooseVerifyWorkers(core.verifyWorkers, thisMachine());
}

/** Threads run the WASM core, so a node with another engine verifies with that alone. */
export function openVerifier(config: Config, engine: Engine): BatchVerifier {
  const { workers } = verifyWorkersHere(config);
  if (workers === 0 || !engine.features.engine.startsWith("wasm-")) return inlineVerifier(engine);
  return createVerifyPool({ engine, workers, cacheBytes: config.core.cacheBytes });
}
