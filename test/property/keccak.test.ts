/** SHA-3 and SHAKE agree with node:crypto and with the reference engine on every length and content. */
import { createHash } from "node:crypto";
import test from "ava";
import fc from "fast-check";
import { allEngines } from "../support/engines.js";

const digests = [
  ["sha3_256", "sha3-256", 136],
  ["sha3_512", "sha3-512", 72],
] as const;
const outputs = [
  ["shake128", "shake128", 168],
  ["shake256", "shake256", 136],
] as const;

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
/** Every byte differs from its neighbours, so that swapped or dropped ones show. */
const pattern = (length: number) =>
  Uint8Array.from({ length }, (_, index) => (index * 7 + (index >> 8)) & 255);

for (const { name, engine } of await allEngines()) {
  for (const [method, algorithm, rate] of digests) {
    const expected = (data: Uint8Array) => createHash(algorithm).update(data).digest("hex");

    test(`${name} ${method} agrees with node:crypto around the edges of blocks`, (t) => {
      for (const blocks of [0, 1, 2, 5])
        for (const difference of [-1, 0, 1]) {
          const data = pattern(Math.max(0, blocks * rate + difference));
          t.is(hex(engine[method](data)), expected(data), `${data.length} bytes`);
        }
    });

    test(`${name} ${method} agrees with node:crypto on random messages`, (t) => {
      fc.assert(
        fc.property(
          fc.uint8Array({ maxLength: 1000 }),
          (data) => hex(engine[method](data)) === expected(data),
        ),
        { numRuns: 60 },
      );
      t.pass();
    });
  }

  for (const [method, algorithm, rate] of outputs) {
    const expected = (data: Uint8Array, outputLength: number) =>
      createHash(algorithm, { outputLength }).update(data).digest("hex");

    test(`${name} ${method} agrees with node:crypto around the edges of blocks, in and out`, (t) => {
      for (const length of [rate - 1, rate, rate + 1, 3 * rate])
        for (const outputLength of [1, rate - 1, rate, rate + 1, 4 * rate - 1, 4 * rate]) {
          const data = pattern(length);
          t.is(
            hex(engine[method](data, outputLength)),
            expected(data, outputLength),
            `${length} → ${outputLength} bytes`,
          );
        }
    });

    test(`${name} ${method} agrees with node:crypto on random messages and lengths`, (t) => {
      fc.assert(
        fc.property(
          fc.uint8Array({ maxLength: 600 }),
          fc.integer({ min: 1, max: 900 }),
          (data, outputLength) => hex(engine[method](data, outputLength)) === expected(data, outputLength),
        ),
        { numRuns: 60 },
      );
      t.pass();
    });
  }
}
