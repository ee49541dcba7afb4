/** The WASM engine's ML-DSA-65 makes the reference engine's bytes, and each accepts what the other made. */
import test from "ava";
import fc from "fast-check";
import { createReferenceEngine } from "#dist/engine/index.js";
import { allCores } from "../support/engines.js";

const reference = createReferenceEngine();

const seed = fc.uint8Array({ minLength: 32, maxLength: 32 });
const message = fc.uint8Array({ maxLength: 500 });
const context = fc.uint8Array({ maxLength: 255 });
const random = fc.oneof(fc.constant(false as const), fc.uint8Array({ minLength: 32, maxLength: 32 }));
const same = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;

for (const core of await allCores()) {
  const name = core.features.engine;
  test(`${name}: keys and signatures are the reference's, for every seed, message, context and entropy`, (t) => {
    fc.assert(
      fc.property(seed, message, context, random, (seed, message, context, random) => {
        const ours = core.mlDsa65.keygen(seed);
        const theirs = reference.mlDsa65.keygen(seed);
        const options = { context, random };
        const signature = core.mlDsa65.sign(message, ours.secretKey, options);
        return (
          same(ours.publicKey, theirs.publicKey) &&
          same(ours.secretKey, theirs.secretKey) &&
          same(signature, reference.mlDsa65.sign(message, theirs.secretKey, options)) &&
          core.mlDsa65.verify(signature, message, theirs.publicKey, { context })
        );
      }),
      { numRuns: 40 },
    );
    t.pass();
  });

  test(`${name}: hedged signatures of either engine hold in both`, (t) => {
    fc.assert(
      fc.property(seed, message, context, (seed, message, context) => {
        const { publicKey, secretKey } = core.mlDsa65.keygen(seed);
        return [core, reference].every((signer) => {
          const signature = signer.mlDsa65.sign(message, secretKey, { context });
          return [core, reference].every(({ mlDsa65 }) =>
            mlDsa65.verify(signature, message, publicKey, { context }),
          );
        });
      }),
      { numRuns: 10 },
    );
    t.pass();
  });

  test(`${name}: a changed byte in signature, message or public key gets one verdict, and it is no`, (t) => {
    const { publicKey, secretKey } = core.mlDsa65.keygen(new Uint8Array(32).fill(9));
    const signed = new TextEncoder().encode("what was signed");
    const signature = core.mlDsa65.sign(signed, secretKey, { random: false });
    const places = fc.oneof(
      fc.tuple(fc.constant(0), fc.nat(signature.length - 1)),
      fc.tuple(fc.constant(0), fc.integer({ min: 3248, max: 3308 })), // the hint, small and strict
      fc.tuple(fc.constant(1), fc.nat(signed.length - 1)),
      fc.tuple(fc.constant(2), fc.nat(publicKey.length - 1)),
    );
    fc.assert(
      fc.property(places, fc.integer({ min: 1, max: 255 }), ([which, index], difference) => {
        const parts = [signature.slice(), signed.slice(), publicKey.slice()] as const;
        parts[which]![index]! ^= difference;
        return [core, reference].every(({ mlDsa65 }) => mlDsa65.verify(...parts) === false);
      }),
      { numRuns: 60 },
    );
    t.pass();
  });

  test(`${name}: messages past the input window are signed and verified whole`, (t) => {
    const large = new Uint8Array(17 * 1024 * 1024).fill(0xa5);
    const { publicKey, secretKey } = core.mlDsa65.keygen(new Uint8Array(32));
    const signature = core.mlDsa65.sign(large, secretKey, { random: false });
    t.true(reference.mlDsa65.verify(signature, large, publicKey));
    t.true(core.mlDsa65.verify(signature, large, publicKey));
    large[large.length - 1]! ^= 1;
    t.false(core.mlDsa65.verify(signature, large, publicKey));
  });
}
