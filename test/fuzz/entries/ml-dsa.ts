/**
 * ML-DSA-65 signatures and public keys as they come from peers. Any bytes get a verdict, the same on both
 * engines, and leave the core fit for the next one.
 */
import { loadCore } from "waxwing/core";
import { createReferenceEngine } from "#dist/engine/index.js";
import { demand, type FuzzTarget } from "../target.js";

const core = (await loadCore()).mlDsa65;
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
      const valid = core.verify(bytes, message, publicKey);
      demand(valid === reference.verify(bytes, message, publicKey), "engines agree");
      demand(core.verify(signature, message, publicKey), "a good signature still holds");
      if (!valid) throw new NotValid();
    },
    refusals: (error) => error instanceof NotValid,
  },
  {
    name: "mlDsa65.verify: public key",
    seeds: [publicKey],
    run(bytes) {
      const valid = core.verify(signature, message, bytes);
      demand(valid === reference.verify(signature, message, bytes), "engines agree");
      demand(core.verify(signature, message, publicKey), "a good key still works");
    },
    refusals: (error) => error instanceof RangeError && error.message.startsWith("publicKey:"),
  },
];
