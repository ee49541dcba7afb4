/** SHA-256 is the same whoever computes it: the core, the runtime, or a hash of the caller's that fails now and then. */
import { createHash } from "node:crypto";
import test from "ava";
import fc from "fast-check";
import { loadCore, type Sha256Options } from "waxwing/core";
import { wasmBuilds } from "#bindings/wasm/load.js";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const expected = (data: Uint8Array) => createHash("sha256").update(data).digest("hex");
const rightHash = (data: Uint8Array) => new Uint8Array(createHash("sha256").update(data).digest());

/** What a given hash may do wrong: every digest has to be right in spite of it. */
const wrongHashes: Record<string, (data: Uint8Array) => Uint8Array> = {
  throws: () => {
    throw new Error("no hash today");
  },
  "31 bytes": (data) => rightHash(data).subarray(1),
  "33 bytes": () => new Uint8Array(33),
  "a string": (data) => hex(rightHash(data)) as unknown as Uint8Array,
  "a promise": (data) => Promise.resolve(rightHash(data)) as unknown as Uint8Array,
  nothing: () => undefined as unknown as Uint8Array,
};
/** Right for what it is tried with, so that it is taken, and for every other message of the rest. */
function nowAndThen(wrong: (data: Uint8Array) => Uint8Array): (data: Uint8Array) => Uint8Array {
  let turn = 0;
  return (data) => (turn++ % 2 === 0 ? rightHash(data) : wrong(data));
}

const sizes = fc.oneof(
  fc.integer({ min: 0, max: 1200 }),
  // The widths of blocks and of their padding.
  fc.constantFrom(...[0, 55, 56, 63, 64, 119, 120, 247, 248, 256, 320, 832, 1024].flatMap((n) => [n, n + 1])),
);
const messages = fc.array(
  fc.tuple(sizes, fc.nat(255)).map(([size, fill]) => new Uint8Array(size).map((_, i) => i * 7 + fill)),
  { maxLength: 40 },
);
const crossovers = fc.record({ fromBytes: sizes, batchFromBytes: sizes });

for (const build of wasmBuilds()) {
  const hashes = { "the runtime": undefined, "a hash of the caller": rightHash } as const;
  for (const [name, hash] of Object.entries(hashes))
    test(`${build}: digests are the same with any crossover to ${name}`, async (t) => {
      await fc.assert(
        fc.asyncProperty(crossovers, messages, async (from, list) => {
          const sha256: Sha256Options = { ...from, afterBytes: 0, ...(hash && { hash }) };
          const core = await loadCore({ build, cacheBytes: 0, sha256 });
          t.deepEqual(core.sha256Batch(list).map(hex), list.map(expected));
          t.deepEqual(
            list.map((data) => hex(core.sha256(data))),
            list.map(expected),
          );
        }),
        { numRuns: 25 },
      );
    });

  for (const [name, wrong] of Object.entries(wrongHashes))
    test(`${build}: digests are right where a given hash gives ${name}`, async (t) => {
      const core = await loadCore({
        build,
        cacheBytes: 0,
        sha256: { hash: nowAndThen(wrong), fromBytes: 100, batchFromBytes: 100 },
      });
      fc.assert(
        fc.property(messages, (list) => {
          t.deepEqual(core.sha256Batch(list).map(hex), list.map(expected));
          for (const data of list) t.is(hex(core.sha256(data)), expected(data));
        }),
        { numRuns: 20 },
      );
    });

  test(`${build}: envelopeHash() is the same in the core, in the runtime, and in part of each`, async (t) => {
    const inCore = await loadCore({ build, sha256: "core" });
    const outside = await loadCore({ build, sha256: { fromBytes: 0, afterBytes: 0 } });
    const failing = await loadCore({
      build,
      sha256: { hash: nowAndThen(wrongHashes.throws!), fromBytes: 0 },
    });
    fc.assert(
      fc.property(fc.json(), fc.nat(3), (text, spaces) => {
        const json = new TextEncoder().encode(" ".repeat(spaces) + text);
        const hash = hex(inCore.envelopeHash(json));
        t.is(hash, expected(inCore.canonicalize(json)));
        t.is(hex(outside.envelopeHash(json)), hash);
        t.is(hex(failing.envelopeHash(json)), hash);
      }),
      { numRuns: 150 },
    );
    // Two windows of output and a part of a third.
    const large = new TextEncoder().encode(
      JSON.stringify(Array.from({ length: 100_000 }, (_, i) => ({ b: i, a: "x" }))),
    );
    t.is(hex(outside.envelopeHash(large)), hex(inCore.envelopeHash(large)));
  });
}
