/**
 * Verdicts never depend on the key cache: any sequence of single, batch and hybrid calls over valid, invalid,
 * malformed and mixed-order items, with keys kept, evicted and forgotten on the way, gives the verdicts of the
 * reference engine. The caches are so small that their keys take turns.
 */
import test from "ava";
import fc from "fast-check";
import type { VerifyItem } from "waxwing/core";
import { createReferenceEngine } from "#dist/engine/index.js";
import { allCores } from "../support/engines.js";

const reference = createReferenceEngine();
const keyCount = 7;
const encode = (text: string) => new TextEncoder().encode(text);

function changed(bytes: Uint8Array, place: number, mask = 1): Uint8Array {
  const copy = bytes.slice();
  copy[place]! ^= mask;
  return copy;
}

/** What can be asked about one signer: the good answer, and every kind of bad one. */
function itemsOf(index: number): VerifyItem[] {
  const seed = new Uint8Array(32).fill(index + 1);
  const message = encode(`record ${index}`);
  const edKey = reference.ed25519.publicKey(seed);
  const edSignature = reference.ed25519.sign(message, seed);
  const { publicKey: mlKey, secretKey } = reference.mlDsa65.keygen(seed);
  const mlSignature = reference.mlDsa65.sign(message, secretKey, { random: false });
  const bound = new Uint8Array([...message, ...edSignature]);
  const mlBound = reference.mlDsa65.sign(bound, secretKey, { random: false });
  const ed = (signature: Uint8Array, publicKey = edKey, text = message): VerifyItem => ({
    algorithm: "ed25519",
    signature,
    message: text,
    publicKey,
  });
  const ml = (signature: Uint8Array, publicKey = mlKey, text = message): VerifyItem => ({
    algorithm: "ml-dsa-65",
    signature,
    message: text,
    publicKey,
  });
  const hybrid = (mlDsa65: Uint8Array, ed25519 = edSignature): VerifyItem => ({
    algorithm: "hybrid",
    signatures: { ed25519, mlDsa65 },
    message,
    publicKeys: { ed25519: edKey, mlDsa65: mlKey },
  });
  const smallOrder = new Uint8Array(32).fill(1, 0, 1);
  const sPlusL = changed(edSignature, 63, 0x80);
  return [
    ed(edSignature),
    ed(edSignature),
    ml(mlSignature),
    ml(mlSignature),
    hybrid(mlBound),
    hybrid(mlSignature),
    hybrid(mlBound, changed(edSignature, 3)),
    ed(changed(edSignature, 40)),
    ed(sPlusL),
    ed(edSignature, edKey, encode("another")),
    ed(edSignature, changed(edKey, 31, 0x80)),
    ed(edSignature, changed(edKey, 8)),
    ed(edSignature, smallOrder),
    ed(new Uint8Array([...smallOrder, ...new Uint8Array(32)]), edKey),
    ed(edSignature.subarray(1)),
    ml(changed(mlSignature, 7)),
    ml(changed(mlSignature, 1000)),
    ml(changed(mlSignature, 3308, 0x40)),
    ml(mlSignature, mlKey, encode("another")),
    ml(mlSignature, changed(mlKey, 0)),
    ml(mlSignature, changed(mlKey, 1951)),
    ml(mlSignature.subarray(1)),
    ml(mlSignature, mlKey.subarray(1)),
  ];
}

const items = Array.from({ length: keyCount }, (_, index) => itemsOf(index)).flat();
const expected = reference.verifyBatch(items);

type Engine = Awaited<ReturnType<typeof allCores>>[number];

/** By the call for one, or `undefined` where that throws for the length of a key. */
function single({ ed25519, mlDsa65, hybrid }: Engine, item: VerifyItem): boolean | undefined {
  try {
    if (item.algorithm === "hybrid") return hybrid.verify(item.signatures, item.message, item.publicKeys);
    const { verify } = item.algorithm === "ed25519" ? ed25519 : mlDsa65;
    return verify(item.signature, item.message, item.publicKey);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

const choice = fc.nat(items.length - 1);
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("single" as const), at: choice }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("batch" as const), at: fc.array(choice, { maxLength: 12 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("forget" as const), at: choice }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("charge" as const), to: fc.constantFrom("a", "b", undefined) }),
  },
);

/** Slots: none, 4 and 1637. */
const sizes = [0, 3 * 65_536, 64 * 1024 * 1024];
const cores = await Promise.all(sizes.map((cacheBytes) => allCores({ cacheBytes })));

for (const [index, cacheBytes] of sizes.entries()) {
  for (const core of cores[index]!) {
    const name = `${core.features.engine} with a cache of ${cacheBytes} bytes`;

    test(`${name} gives the reference's verdicts in every order of calls`, (t) => {
      const { keyCache } = core;
      fc.assert(
        fc.property(fc.array(step, { minLength: 5, maxLength: 25 }), (steps) => {
          for (const each of steps) {
            if (each.kind === "charge") keyCache!.chargeTo(each.to);
            else if (each.kind === "forget") {
              const item = items[each.at]!;
              const key = item.algorithm === "hybrid" ? item.publicKeys.mlDsa65 : item.publicKey;
              if (key.length === 32 || key.length === 1952) keyCache!.forget(key);
            } else if (each.kind === "single") {
              if ((single(core, items[each.at]!) ?? false) !== (expected[each.at] === 1)) return false;
            } else {
              const verdicts = core.verifyBatch(each.at.map((at) => items[at]!));
              if (each.at.some((at, index) => verdicts[index] !== expected[at])) return false;
            }
          }
          return keyCache!.bytes <= keyCache!.bytesMax;
        }),
        { numRuns: 40 },
      );
      t.is(keyCache!.hits > 0, cacheBytes > 0);
      t.is(keyCache!.evictions > 0, index === 1);
      t.true(expected.includes(0) && expected.includes(1));
    });
  }
}
