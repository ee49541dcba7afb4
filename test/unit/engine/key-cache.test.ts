/** The key cache: who gets in, who goes, what it counts, and that minted keys cannot churn it. */
import test from "ava";
import { loadCore } from "waxwing/core";

const message = new TextEncoder().encode("abc");
const maker = await loadCore({ cacheBytes: 0 });

function signer(index: number) {
  const seed = new Uint8Array(32);
  new DataView(seed.buffer).setUint32(0, index);
  const { publicKey, secretKey } = maker.mlDsa65.keygen(seed);
  return { publicKey, signature: maker.mlDsa65.sign(message, secretKey, { random: false }) };
}

const signers = Array.from({ length: 60 }, (_, index) => signer(index));
const wrong = { ...signers[0]!, signature: signers[1]!.signature };

/** `slots`: by the sizes that key-cache.ts states. */
async function open(slots: number) {
  const core = await loadCore({ cacheBytes: 16_384 + 4096 + slots * 40_960 });
  const cache = core.keyCache!;
  const counts = () => ({
    hits: cache.hits,
    misses: cache.misses,
    evictions: cache.evictions,
    entries: cache.entries,
  });
  const verify = ({ publicKey, signature }: typeof wrong) =>
    core.mlDsa65.verify(signature, message, publicKey);
  /** Twice earns the place. */
  const enter = (each: typeof wrong) => verify(each) && verify(each);
  const holds = (each: typeof wrong) => {
    const before = cache.hits;
    verify(each);
    return cache.hits > before;
  };
  return { core, cache, counts, verify, enter, holds };
}

test("a key is kept from its second good signature on", async (t) => {
  const { verify, counts } = await open(8);
  const [one] = signers;
  t.true(verify(one!));
  t.deepEqual(counts(), { hits: 0, misses: 1, evictions: 0, entries: 0 });
  t.true(verify(one!));
  t.deepEqual(counts(), { hits: 0, misses: 2, evictions: 0, entries: 1 });
  t.true(verify(one!));
  t.deepEqual(counts(), { hits: 1, misses: 2, evictions: 0, entries: 1 });
});

test("of keys that come in turn each is kept from its second good signature on", async (t) => {
  const { verify, counts } = await open(8);
  for (const each of signers.slice(0, 3)) verify(each);
  t.is(counts().entries, 0);
  for (const each of signers.slice(0, 3)) verify(each);
  t.is(counts().entries, 3);
});

test("bad signatures earn nothing, and a known key does not make them good", async (t) => {
  const { verify, enter, counts } = await open(8);
  for (let i = 0; i < 4; i++) t.false(verify(wrong));
  t.is(counts().entries, 0);
  enter(signers[0]!);
  t.false(verify(wrong));
  t.is(counts().hits, 1);
});

test("batches and hybrid halves fill the cache as single calls do", async (t) => {
  const { core, counts } = await open(8);
  const { publicKey, signature } = signers[0]!;
  const item = { algorithm: "ml-dsa-65", signature, message, publicKey } as const;
  t.deepEqual([...core.verifyBatch([item, item, item])], [1, 1, 1]);
  t.deepEqual(counts(), { hits: 1, misses: 2, evictions: 0, entries: 1 });
});

test("the least recently used key goes first", async (t) => {
  const { cache, enter, verify, holds } = await open(3);
  const slots = cache.bytesMax / 40_960;
  t.true(slots >= 3 && slots <= 5, `${slots}`);
  const kept = signers.slice(0, slots);
  for (const each of kept) enter(each);
  t.is(cache.entries, slots);
  verify(kept[0]!);
  enter(signers[slots]!);
  t.is(cache.evictions, 1);
  t.is(cache.bytes, cache.bytesMax);
  t.true(holds(kept[0]!));
  t.true(holds(signers[slots]!));
  for (const each of kept.slice(2)) t.true(holds(each));
  t.false(holds(kept[1]!));
});

test("minted keys run out of evictions, and the keys in use stay", async (t) => {
  const { cache, enter, holds } = await open(3);
  const slots = cache.bytesMax / 40_960;
  const kept = signers.slice(0, slots);
  for (const each of kept) enter(each);
  cache.chargeTo("mint");
  for (const each of signers.slice(slots)) enter(each);
  const minted = signers.length - slots;
  // 16 to begin with, and one for 16 good signatures of its own.
  t.true(cache.evictions <= 16 + Math.ceil((minted * 2) / 16), `${cache.evictions}`);
  cache.chargeTo("honest");
  for (const each of kept) enter(each);
  for (const each of kept) t.true(holds(each), "another source has its own budget");
});

test("chargeTo() gives a source back the budget that it had", async (t) => {
  const { cache, enter } = await open(3);
  cache.chargeTo("a");
  for (const each of signers) enter(each);
  const spent = cache.evictions;
  for (const other of ["b", undefined, "a"]) cache.chargeTo(other);
  for (const each of signers.slice(0, 3)) enter(each);
  t.true(cache.evictions - spent <= 1, "nothing but what six signatures may have earned");
  cache.chargeTo("c");
  for (const each of signers.slice(10, 20)) enter(each);
  t.true(cache.evictions - spent >= 10);
});

test("forget() drops a key, which earns its place anew", async (t) => {
  const { cache, enter, verify, counts } = await open(8);
  for (const each of signers.slice(0, 5)) enter(each);
  t.true(cache.forget(signers[2]!.publicKey));
  t.false(cache.forget(signers[2]!.publicKey));
  t.is(cache.entries, 4);
  verify(signers[2]!);
  t.is(counts().entries, 4);
  verify(signers[2]!);
  t.is(counts().entries, 5);
  verify(signers[2]!);
  t.is(counts().hits, 1);
});

test("forget() takes back a first good signature too", async (t) => {
  const { cache, verify } = await open(8);
  verify(signers[0]!);
  t.false(cache.forget(signers[0]!.publicKey));
  verify(signers[0]!);
  t.is(cache.entries, 0);
});

test("forget() and chargeTo() reject what they cannot take", async (t) => {
  const { cache } = await open(1);
  t.throws(() => cache.forget(new Uint8Array(33)), { instanceOf: RangeError });
  t.throws(() => cache.forget("key" as unknown as Uint8Array), { instanceOf: TypeError });
  t.throws(() => cache.chargeTo(7 as unknown as string), { instanceOf: TypeError });
});

test("keys that differ in one late byte are different keys", async (t) => {
  const { core, enter } = await open(8);
  const { publicKey, signature } = signers[0]!;
  enter(signers[0]!);
  for (const place of [0, 31, 63, 64, 1000, 1951]) {
    const other = publicKey.slice();
    other[place]! ^= 1;
    t.false(core.mlDsa65.verify(signature, message, other), `${place}`);
  }
});

test("a cache of no bytes keeps nothing and counts nothing", async (t) => {
  const core = await loadCore({ cacheBytes: 0 });
  const { publicKey, signature } = signers[0]!;
  for (let i = 0; i < 3; i++) t.true(core.mlDsa65.verify(signature, message, publicKey));
  const { hits, misses, evictions, entries, bytes, bytesMax } = core.keyCache!;
  t.deepEqual([hits, misses, evictions, entries, bytes, bytesMax], [0, 0, 0, 0, 0, 0]);
  t.false(core.keyCache!.forget(publicKey));
});

test("a cache smaller than one slot keeps nothing", async (t) => {
  const core = await loadCore({ cacheBytes: 1 });
  t.true(core.keyCache!.bytesMax <= 65_536);
  const { publicKey, signature } = signers[0]!;
  for (let i = 0; i < 3; i++) t.true(core.mlDsa65.verify(signature, message, publicKey));
});
