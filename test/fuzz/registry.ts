/**
 * Every decoder of bytes that come from outside, one row each, so that none is forgotten: smoke.test.ts runs
 * them briefly with a fixed seed, run.ts for as long as it is told. Rows live in entries/, one file an area.
 */
import { ed25519Targets } from "./entries/ed25519.js";
import { framingTargets } from "./entries/framing.js";
import { hashTargets } from "./entries/hash.js";
import { honestTargets } from "./entries/honest.js";
import { jsonTargets } from "./entries/json.js";
import { linkTargets } from "./entries/links.js";
import { mlDsaTargets } from "./entries/ml-dsa.js";
import { nodeTargets } from "./entries/node.js";
import { reconcileTargets } from "./entries/reconcile.js";
import { recordTargets } from "./entries/records.js";
import { replicationTargets } from "./entries/replication.js";
import { roundTargets } from "./entries/rounds.js";
import { ruleTargets } from "./entries/rules.js";
import { storeTargets } from "./entries/store.js";
import { textTargets } from "./entries/text.js";
import { transportTargets } from "./entries/transport.js";
import { verifyTargets } from "./entries/verify.js";
import type { FuzzTarget } from "./target.js";

/** The core: every build against the reference engine, and against node:crypto where that can judge. */
export const differential: readonly FuzzTarget[] = [
  ...ed25519Targets,
  ...mlDsaTargets,
  ...honestTargets,
  ...verifyTargets,
  ...hashTargets,
  ...jsonTargets,
];

export const registry: readonly FuzzTarget[] = [
  ...differential,
  ...framingTargets,
  ...linkTargets,
  ...textTargets,
  ...recordTargets,
  ...ruleTargets,
  ...reconcileTargets,
  ...replicationTargets,
  ...roundTargets,
  ...transportTargets,
  ...nodeTargets,
  ...storeTargets,
];
