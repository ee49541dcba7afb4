/** SHA-256 and SHA-512 of every engine agree with node:crypto at every length and content. */
import { createHash } from "node:crypto";
import test from "ava";
import fc from "fast-check";
import { SeededRandom } from "waxwing/testing";
import { allEngines } from "../support/engines.js";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

for (const { name, engine } of await allEngines()) {
  for (const algorithm of ["sha256", "sha512"] as const) {
    const expected = (data: Uint8Array) => createHash(algorithm).update(data).digest("hex");

    test(`${name} ${algorithm}() agrees with node:crypto on random messages`, (t) => {
      fc.assert(
        fc.property(
          fc.uint8Array({ maxLength: 2000 }),
          (data) => hex(engine[algorithm](data)) === expected(data),
        ),
        { numRuns: 200 },
      );
      t.pass();
    });

    test(`${name} ${algorithm}() agrees with node:crypto around the windows that large inputs pass through`, (t) => {
      const windowBytes = 16.5 * 1024 * 1024;
      const data = new SeededRandom(`sha2 ${algorithm}`).bytes(windowBytes + 100);
      const lengths =
        name === "reference" ? [windowBytes + 1] : [-1, 0, 1, 63, 100].map((n) => windowBytes + n);
      for (const length of lengths)
        t.is(
          hex(engine[algorithm](data.subarray(0, length))),
          expected(data.subarray(0, length)),
          `${length}`,
        );
    });
  }

  test(`${name} sha256Batch() agrees with node:crypto on lists of every shape`, (t) => {
    // Lengths at the edges of a block and of its padding, in lists that lanes end and begin anew in any order.
    const edges = [0, 1, 55, 56, 63, 64, 65, 119, 120, 127, 128, 129, 1000, 5000];
    const random = new SeededRandom(`sha256Batch ${name}`);
    for (let count = 0; count <= 9; count++)
      for (let round = 0; round < 20; round++) {
        const messages = Array.from({ length: count }, () =>
          random.bytes(edges[Math.floor((random.bytes(1)[0]! / 256) * edges.length)]!),
        );
        t.deepEqual(
          engine.sha256Batch(messages).map(hex),
          messages.map((data) => createHash("sha256").update(data).digest("hex")),
        );
      }
  });

  test(`${name} sha256Batch() agrees with node:crypto on random lists`, (t) => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 40 }), (messages) => {
        const digests = engine.sha256Batch(messages).map(hex);
        const expected = messages.map((data) => createHash("sha256").update(data).digest("hex"));
        return digests.join() === expected.join();
      }),
      { numRuns: 100 },
    );
    t.pass();
  });
}

// 64 MB in one call: four windows of the WASM engine.
test("sha256() and sha512() of 64 MB agree with node:crypto", async (t) => {
  const [{ engine }] = (await allEngines()) as [Awaited<ReturnType<typeof allEngines>>[number]];
  const data = new Uint8Array(64_000_000).map((_, i) => i * 31);
  for (const algorithm of ["sha256", "sha512"] as const)
    t.is(hex(engine[algorithm](data)), createHash(algorithm).update(data).digest("hex"), algorithm);
});
