/**
 * Compliance suite of `Engine` (laws in contracts/engine.ts): known answers, edges and the rules that every
 * implementation shares. The large third-party vector sets are run beside it, in test/vectors.
 *
 * ```ts
 * import { loadCore } from "waxwing/core";
 * import { engineSuite } from "waxwing/testing";
 * const checks: [name: string, run: () => void | Promise<void>][] = [];
 * engineSuite("mine", await loadCore(), { check: (name, run) => checks.push([name, run]) });
 * for (const [, run] of checks) await run();
 * ```
 */
import type { Engine } from "../../contracts/engine.js";
import type { SuiteReport } from "../suite.js";
import { diffSuite } from "./diff.js";
import { ed25519Suite } from "./ed25519.js";
import { hashSuite } from "./hash.js";
import { jsonSuite } from "./json.js";
import { keccakSuite } from "./keccak.js";
import { mlDsa65Suite } from "./ml-dsa.js";
import { signedSuite } from "./signed.js";
import { verifySuite } from "./verify.js";

export function engineSuite(name: string, engine: Engine, report: SuiteReport): void {
  const named: SuiteReport = { check: (law, run) => report.check(`${name}: ${law}`, run) };
  hashSuite(engine, named);
  keccakSuite(engine, named);
  jsonSuite(engine, named);
  signedSuite(engine, named);
  diffSuite(engine, named);
  ed25519Suite(engine, named);
  mlDsa65Suite(engine, named);
  verifySuite(engine, named);
}
