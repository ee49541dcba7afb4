/** Reed-Solomon: every number of errors and erasures within reach is put right, and beyond it no lie is told. */
import test from "ava";
import fc from "fast-check";
import { ReedSolomon } from "waxwing/framing";
import { SeededRandom } from "waxwing/testing";
import { checkProperty } from "../../support/property.js";

/** A codeword with `errors` wrong bytes, and `erasures` places of which about every other is wrong. */
function harm(codeword: Uint8Array, errors: number, erasures: number, random: SeededRandom) {
  const harmed = codeword.slice();
  const places = random.shuffle(Array.from(codeword.keys())).slice(0, errors + erasures);
  const change = (place: number) => {
    harmed[place] = harmed[place]! ^ random.integer(1, 255);
  };
  for (const place of places.slice(0, errors)) change(place);
  const erased = places.slice(errors);
  for (const place of erased) if (random.chance(0.5)) change(place);
  return { harmed, erased };
}

function codewordOf(code: ReedSolomon, length: number, random: SeededRandom): Uint8Array {
  const data = random.bytes(length - code.parity);
  const codeword = new Uint8Array(length);
  codeword.set(data);
  codeword.set(code.encode(data), data.length);
  return codeword;
}

for (const parity of [1, 2, 7, 16, 32]) {
  test(`every e and f with 2e + f ≤ ${parity} is put right, in codewords short and long`, (t) => {
    const random = new SeededRandom(`reed-solomon ${parity}`);
    const code = new ReedSolomon(parity);
    for (const length of [parity + 1, parity + 10, 100, 255]) {
      for (let errors = 0; 2 * errors <= parity; errors++) {
        for (let erasures = 0; 2 * errors + erasures <= parity; erasures++) {
          const codeword = codewordOf(code, length, random);
          const { harmed, erased } = harm(codeword, errors, erasures, random);
          const wrong = harmed.filter((byte, index) => byte !== codeword[index]).length;
          if (code.decode(harmed, erased) !== wrong || Buffer.compare(harmed, codeword) !== 0)
            return t.fail(`${errors} errors and ${erasures} erasures in ${length} bytes`);
        }
      }
    }
    t.pass();
  });
}

test("any parity, length and damage within reach", (t) => {
  checkProperty(
    t,
    fc.property(
      fc.integer({ min: 1, max: 254 }),
      fc.nat(),
      fc.nat(),
      fc.nat(),
      fc.integer(),
      (parity, a, b, c, seed) => {
        const random = new SeededRandom(seed);
        const code = new ReedSolomon(parity);
        const length = parity + 1 + (a % (255 - parity));
        const errors = b % (Math.floor(parity / 2) + 1);
        const erasures = Math.min(c % (parity - 2 * errors + 1), length - errors);
        const codeword = codewordOf(code, length, random);
        const { harmed, erased } = harm(codeword, errors, erasures, random);
        return code.decode(harmed, erased) !== undefined && Buffer.compare(harmed, codeword) === 0;
      },
    ),
  );
});

test("beyond reach: refused with the word unchanged, or another codeword, never anything else", (t) => {
  const random = new SeededRandom("beyond");
  for (const parity of [8, 16, 64]) {
    const code = new ReedSolomon(parity);
    let refused = 0;
    for (let round = 0; round < 300; round++) {
      const codeword = codewordOf(code, 255, random);
      const { harmed } = harm(codeword, parity / 2 + 1 + random.integer(0, 20), 0, random);
      const before = harmed.slice();
      if (code.decode(harmed) === undefined) {
        refused++;
        t.deepEqual(harmed, before);
      } else t.is(code.decode(harmed), 0, "a codeword");
    }
    // One wrong word in (parity / 2)! is near another codeword.
    t.true(refused > 270, `${refused} of 300 refused with ${parity} parity bytes`);
  }
});
