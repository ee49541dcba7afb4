/**
 * A pool gives the reference engine's verdicts for random mixtures of valid, invalid, small-order and
 * malformed items of several signers, however its calls overlap.
 */
import test from "ava";
import fc from "fast-check";
import { loadCore, type VerifyItem } from "waxwing/core";
import { createReferenceEngine, createVerifyPool } from "#dist/engine/index.js";

const reference = createReferenceEngine();
const signerCount = 6;

function changed(bytes: Uint8Array, place: number, mask = 1): Uint8Array {
  const copy = bytes.slice();
  copy[place]! ^= mask;
  return copy;
}

function itemsOf(index: number): VerifyItem[] {
  const seed = new Uint8Array(32).fill(index + 1);
  const message = new Uint8Array(index * 37).fill(index);
  const publicKey = reference.ed25519.publicKey(seed);
  const signature = reference.ed25519.sign(message, seed);
  const ml = reference.mlDsa65.keygen(seed);
  const bound = new Uint8Array([...message, ...signature]);
  const mlBound = reference.mlDsa65.sign(bound, ml.secretKey, { random: false });
  const mlAlone = reference.mlDsa65.sign(message, ml.secretKey, { random: false });
  const ed = { algorithm: "ed25519", signature, message, publicKey } as const;
  const post = { algorithm: "ml-dsa-65", signature: mlAlone, message, publicKey: ml.publicKey } as const;
  const signatures = { ed25519: signature, mlDsa65: mlBound };
  const publicKeys = { ed25519: publicKey, mlDsa65: ml.publicKey };
  const both = { algorithm: "hybrid", signatures, message, publicKeys } as const;
  const smallOrder = new Uint8Array(32).fill(1, 0, 1);
  return [
    ed,
    post,
    both,
    { ...ed, signature: changed(signature, 40) },
    { ...ed, signature: changed(signature, 63, 0x80) },
    { ...ed, publicKey: smallOrder },
    { ...ed, signature: new Uint8Array([...smallOrder, ...new Uint8Array(32)]) },
    { ...ed, signature: signature.subarray(1) },
    { ...ed, message: new Uint8Array([...message, 0]) },
    { ...post, signature: changed(mlAlone, 3308, 0x40) },
    { ...post, publicKey: changed(ml.publicKey, 3) },
    { ...post, publicKey: ml.publicKey.subarray(1) },
    { ...both, signatures: { ...signatures, mlDsa65: mlAlone } },
    { ...both, signatures: { ...signatures, ed25519: changed(signature, 3) } },
  ];
}

const items = Array.from({ length: signerCount }, (_, index) => itemsOf(index)).flat();
const expected = reference.verifyBatch(items);

const engine = await loadCore({ cacheBytes: 0 });
// Room for a few keys only, so that they take turns.
const pool = createVerifyPool({ engine, workers: 2, cacheBytes: 6 * 65_536, itemsMin: 2 });
await pool.warmUp();
test.after.always(() => pool.close());

const choices = fc.array(fc.nat(items.length - 1), { maxLength: 24 });

test("a pool gives the reference's verdicts for any mixture, by calls that overlap", async (t) => {
  t.is(pool.status().running, 2);
  await fc.assert(
    fc.asyncProperty(fc.array(choices, { minLength: 1, maxLength: 4 }), async (calls) => {
      const found = await Promise.all(calls.map((call) => pool.verifyBatch(call.map((at) => items[at]!))));
      return calls.every((call, index) =>
        Buffer.from(call.map((at) => expected[at]!)).equals(Buffer.from(found[index]!)),
      );
    }),
    { numRuns: Number(process.env.WAXWING_PROPERTY_RUNS || 300) },
  );
  t.true(pool.status().itemsOnWorkers > 0);
});
