/**
 * The arithmetic under ML-DSA-65, scalar and in SIMD lanes, against the definitions of FIPS 204 in plain
 * numbers: at the bounds that ntt.ts states, and for rounding over every residue there is. A lane that
 * overflows at its bound would hide from random signatures.
 */
import { createHash } from "node:crypto";
import test from "ava";
import { wasmBuilds } from "#bindings/wasm/load.js";
import { compileAssembly } from "../../support/assembly.js";

const q = 8380417;
const n = 256;
const gamma1 = 2 ** 19;
const gamma2 = (q - 1) / 32;
const mebibyte = 1024 * 1024;
/** In the region of messages, which these functions do not use. */
const at = { a: 12 * mebibyte, b: 13 * mebibyte, c: 14 * mebibyte, d: 15 * mebibyte, out: 16 * mebibyte };

const files = ["mldsa/ntt.ts", "mldsa/poly.ts", "mldsa/pack.ts"];
const memory = new WebAssembly.Memory({ initial: 512, maximum: 512 });
const bytes = new Uint8Array(memory.buffer);
const coefficients = (address: number, count = n) => new Int32Array(memory.buffer, address, count);

const builds = [{ build: "scalar", core: await compileAssembly(files, memory, ["--disable", "simd"]) }];
if (wasmBuilds().includes("simd"))
  builds.push({
    build: "simd",
    core: await compileAssembly([...files, "hash/keccak-pair.ts"], memory, ["--enable", "simd"]),
  });

/** Products of two residues stay below 2⁴⁷, exact in a double. */
const mod = (value: number) => ((value % q) + q) % q;
const times = (a: number, b: number) => mod(mod(a) * mod(b));
const power = (base: number, exponent: number): number =>
  exponent === 0 ? 1 : times(power(times(base, base), exponent >> 1), exponent & 1 ? base : 1);
const reversed = (m: number) =>
  Number.parseInt(m.toString(2).padStart(8, "0").split("").reverse().join(""), 2);
const zetas = Array.from({ length: n }, (_, m) => power(1753, reversed(m)));

/** FIPS 204 algorithm 41. */
function ntt(poly: ArrayLike<number>): number[] {
  const w = Array.from(poly, mod);
  for (let m = 0, length = 128; length >= 1; length >>= 1)
    for (let start = 0; start < n; start += 2 * length) {
      const zeta = zetas[++m]!;
      for (let j = start; j < start + length; j++) {
        const t = times(zeta, w[j + length]!);
        w[j + length] = mod(w[j]! - t);
        w[j] = mod(w[j]! + t);
      }
    }
  return w;
}

let state = 1;
/** From −bound to bound; the same in every run. */
function random(bound: number): number {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.round((state / 2 ** 32) * 2 * bound) - bound;
}

/** Polynomials within a bound, the bound itself often. */
function polynomials(bound: number): number[][] {
  const fill = (value: (i: number) => number) => Array.from({ length: n }, (_, i) => value(i));
  return [
    fill(() => bound),
    fill(() => -bound),
    fill((i) => (i % 2 ? bound : -bound)),
    fill((i) => (i < 128 ? bound : -bound)),
    fill((i) => (i === 255 ? bound : 0)),
    fill((i) => zetas[i]! % (bound + 1)),
    ...Array.from({ length: 20 }, () =>
      fill(() => (random(1) === 0 ? random(bound) : Math.sign(random(2)) * bound)),
    ),
  ];
}

const montgomery = 2 ** 32 % q;

for (const { build, core } of builds) {
  test(`${build}: ntt() is algorithm 41 on coefficients in (−q, q), with results in (−9q, 9q)`, (t) => {
    for (const poly of polynomials(q - 1)) {
      coefficients(at.a).set(poly);
      core.ntt!(at.a);
      t.deepEqual(Array.from(coefficients(at.a), mod), ntt(poly));
      t.true(coefficients(at.a).every((value) => Math.abs(value) < 9 * q));
    }
  });

  test(`${build}: nttInverse() undoes ntt() up to 2³², with results in (−q, q)`, (t) => {
    for (const poly of polynomials(q - 1)) {
      coefficients(at.a).set(poly);
      core.nttInverse!(at.a);
      const result = [...coefficients(at.a)];
      t.deepEqual(
        ntt(result),
        poly.map((value) => times(value, montgomery)),
      );
      t.true(result.every((value) => Math.abs(value) < q));
    }
  });

  test(`${build}: products are exact modulo q at the bounds of their operands`, (t) => {
    const rows = polynomials(q - 1);
    const vectors = polynomials(9 * q - 1);
    const inverse = power(montgomery, q - 2);
    for (let turn = 0; turn < vectors.length; turn++) {
      const pick = (from: readonly number[][], i: number) =>
        from[turn < 6 ? turn : (turn + 7 * i) % from.length]!;
      for (let i = 0; i < 5; i++) {
        coefficients(at.a + 1024 * i).set(pick(rows, i));
        coefficients(at.b + 1024 * i).set(pick(vectors, i));
      }
      // The opposite sign makes the sum largest.
      coefficients(at.c).set(pick(vectors, 5).map((value) => -value));
      coefficients(at.d).set(pick(vectors, 5));
      const sums = Array.from({ length: n }, (_, k) => {
        let sum = 0;
        for (let i = 0; i < 5; i++)
          sum = mod(sum + times(coefficients(at.a + 1024 * i)[k]!, coefficients(at.b + 1024 * i)[k]!));
        return sum;
      });
      const last = Array.from({ length: n }, (_, k) => times(coefficients(at.c)[k]!, coefficients(at.d)[k]!));
      const results: [string, () => void, number[]][] = [
        ["dotProduct", () => core.dotProduct!(at.out, at.a, at.b), sums],
        [
          "dotProductMinus",
          () => core.dotProductMinus!(at.out, at.a, at.b, at.c, at.d),
          sums.map((sum, k) => mod(sum - last[k]!)),
        ],
        ["multiply", () => core.multiply!(at.out, at.c, at.d), last],
      ];
      for (const [name, run, expected] of results) {
        run();
        const got = coefficients(at.out);
        t.true(
          expected.every((value, k) => mod(got[k]!) === times(value, inverse) && Math.abs(got[k]!) < q),
          `${name}, turn ${turn}`,
        );
      }
    }
  });

  test(`${build}: every residue is rounded as algorithms 35 and 36 say`, (t) => {
    let wrong = 0;
    for (let first = -q + 1; first < q; first += n) {
      const values = coefficients(at.a);
      for (let i = 0; i < n; i++) values[i] = Math.min(first + i, q - 1);
      coefficients(at.b).set(values);
      coefficients(at.c).fill(0);
      core.highBitsPoly!(at.a, at.out);
      core.decompose!(at.a, at.d);
      core.power2RoundSum!(at.b, at.c, at.c);
      for (let i = 0; i < n; i++) {
        const r = Math.min(first + i, q - 1);
        const residue = r < 0 ? r + q : r;
        let low = residue % (2 * gamma2);
        if (low > gamma2) low -= 2 * gamma2;
        let high = (residue - low) / (2 * gamma2);
        if (high === 16) [high, low] = [0, low - 1];
        let t0 = residue & 8191;
        if (t0 > 4096) t0 -= 8192;
        const rounded =
          coefficients(at.a)[i] === low && coefficients(at.d)[i] === high && coefficients(at.out)[i] === high;
        const split = coefficients(at.b)[i] === t0 && coefficients(at.c)[i] === (residue - t0) / 8192;
        if (!rounded || !split) wrong++;
      }
    }
    t.is(wrong, 0);
  });

  test(`${build}: makeHints() is 1 exactly outside [−γ2, γ2], and at −γ2 unless the high bits are 0`, (t) => {
    const lows = [
      0,
      1,
      -1,
      gamma2 - 1,
      gamma2,
      gamma2 + 1,
      -gamma2 + 1,
      -gamma2,
      -gamma2 - 1,
      q >> 3,
      -(q >> 3),
    ];
    for (let turn = 0; turn < 40; turn++) {
      const rows = Array.from({ length: n }, (_, i) => {
        const low = lows[(i * 7 + turn) % lows.length]!;
        const change = random(4000);
        return { low, change, high: (i + turn) % 3 === 0 ? 0 : (i % 15) + 1 };
      });
      coefficients(at.a).set(rows.map(({ low, change }) => low - change));
      coefficients(at.b).set(rows.map(({ change }) => change));
      coefficients(at.c).set(rows.map(({ high }) => high));
      const ones = core.makeHints!(at.out, at.a, at.b, at.c);
      const expected = rows.map(({ low, high }) =>
        low > gamma2 || low < -gamma2 || (low === -gamma2 && high !== 0) ? 1 : 0,
      );
      t.deepEqual([...bytes.subarray(at.out, at.out + n)], expected);
      t.is(ones, expected.filter(Boolean).length);
    }
  });

  test(`${build}: normBelow() sees one coefficient at the bound, wherever it is`, (t) => {
    const bound = gamma1 - 196;
    const vector = coefficients(at.a, 5 * n).fill(bound - 1);
    t.is(core.normBelow!(at.a, 5, bound), 1);
    for (let i = 0; i < 5 * n; i++) {
      for (const value of [bound, -bound]) {
        vector[i] = value;
        if (core.normBelow!(at.a, 5, bound) !== 0) t.fail(`${value} at ${i}`);
      }
      vector[i] = 1 - bound;
    }
    t.is(core.normBelow!(at.a, 5, bound), 1);
  });

  test(`${build}: sums and differences are centred, whatever representatives they come from`, (t) => {
    for (const poly of polynomials(100 * q)) {
      const other = poly.toReversed();
      for (const [name, sign] of [
        ["addReduced", 1],
        ["subtractReduced", -1],
        ["reducePoly", 0],
      ] as const) {
        coefficients(at.a).set(poly);
        coefficients(at.b).set(other);
        core[name]!(at.a, at.b);
        const got = coefficients(at.a);
        t.true(
          poly.every((value, i) => mod(got[i]!) === mod(value + sign * other[i]!)),
          name,
        );
        t.true(
          got.every((value) => Math.abs(value) < 0.76 * q),
          name,
        );
      }
    }
  });

  test(`${build}: unpackZ() reads 20 bits a coefficient and packW1() writes 4`, (t) => {
    for (let turn = 0; turn < 20; turn++) {
      const values = Array.from({ length: n }, () => random(gamma1 - 1) + (turn % 2));
      const bits = values.map((z) => (gamma1 - z).toString(2).padStart(20, "0").split("").reverse().join(""));
      const packed = bits.join("").match(/.{8}/g)!;
      bytes.set(
        packed.map((byte) => Number.parseInt(byte.split("").reverse().join(""), 2)),
        at.b,
      );
      core.unpackZ!(at.a, at.b);
      t.deepEqual([...coefficients(at.a)], values);

      const nibbles = values.map((z) => z & 15);
      coefficients(at.a).set(nibbles);
      core.packW1!(at.out, at.a);
      t.deepEqual(
        [...bytes.subarray(at.out, at.out + 128)],
        Array.from({ length: 128 }, (_, i) => nibbles[2 * i]! | (nibbles[2 * i + 1]! << 4)),
      );
    }
  });

  if (core.shakePairBegin === undefined) continue;
  test(`${build}: two sponges in step are two SHAKEs`, (t) => {
    for (const [name, rate, seedBytes] of [
      ["shake128", 168, 32],
      ["shake256", 136, 64],
    ] as const) {
      const seed = Uint8Array.from({ length: seedBytes }, () => random(127) & 255);
      bytes.set(seed, at.a);
      for (const nonces of [
        [0, 1],
        [0x0504, 0xffff],
        [256, 255],
      ] as const) {
        core.shakePairBegin!(at.b, rate, at.a, seedBytes, ...nonces);
        for (let block = 0; block < 4; block++) {
          core.shakePairBlock!(at.b, rate, at.c + block * rate, at.d + block * rate);
          core.keccakF1600Pair!(at.b);
        }
        for (const [i, target] of [at.c, at.d].entries()) {
          const nonce = Uint8Array.of(nonces[i]! & 255, nonces[i]! >> 8);
          const expected = createHash(name, { outputLength: 4 * rate })
            .update(seed)
            .update(nonce)
            .digest();
          t.deepEqual(Buffer.from(bytes.subarray(target, target + 4 * rate)), expected);
        }
      }
    }
  });
}
