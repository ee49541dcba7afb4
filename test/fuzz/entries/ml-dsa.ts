/**
 * ML-DSA-65 signatures and public keys as they come from peers. Any bytes get a verdict, the same from every
 * build of the core, with the key known and unknown, as from the reference engine; and they leave the core fit
 * for the next one.
 */
import { createReferenceEngine } from "#dist/engine/index.js";
import { allCores } from "../../support/engines.js";
import { demand, type FuzzTarget } from "../target.js";

/** With a cache and without: a good signature before each input makes the first of each build know its key. */
const cores = [...(await allCores()), ...(await allCores({ cacheBytes: 0 }))].map(({ mlDsa65 }) => mlDsa65);
const core = cores[0]!;
const reference = createReferenceEngine().mlDsa65;
const message = new TextEncoder().encode("fuzz");
const { publicKey, secretKey } = core.keygen(new Uint8Array(32));
const signature = core.sign(message, secretKey, { random: false });

/** A verdict of no, told to the rig as a refusal: it wants to see both kinds of input. */
class NotValid extends Error {}

export const mlDsaTargets: readonly FuzzTarget[] = [
  {
    name: "mlDsa65.verify: signature",
    seeds: [signature, core.sign(message, secretKey, { random: new Uint8Array(32).fill(1) })],
    // Counts and places at the limits of the hint.
    tokens: [Uint8Array.of(55), Uint8Array.of(56), Uint8Array.of(61), Uint8Array.of(255), new Uint8Array(61)],
    run(bytes) {
      const valid = reference.verify(bytes, message, publicKey);
      for (const core of cores) {
        demand(core.verify(bytes, message, publicKey) === valid, "engines agree");
        demand(core.verify(signature, message, publicKey), "a good signature still holds");
      }
      if (!valid) throw new NotValid();
    },
    refusals: (error) => error instanceof NotValid,
  },
  {
    name: "mlDsa65.verify: public key",
    seeds: [publicKey],
    run(bytes) {
      const valid = reference.verify(signature, message, bytes);
      for (const core of cores) {
        demand(core.verify(signature, message, bytes) === valid, "engines agree");
        demand(core.verify(signature, message, publicKey), "a good key still works");
      }
    },
    refusals: (error) => error instanceof RangeError && error.message.startsWith("publicKey:"),
  },
];
