/**
 * The field in SIMD lanes against BigInt, at the bounds that lanes.ts states, where a double that rounds would
 * hide from random signatures; and the combs of known keys against the doublings of new ones, at the edges of
 * the scalars and for keys with a small-order part.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import fc from "fast-check";
import { wasmBuilds } from "#bindings/wasm/load.js";
import { type AssemblyExports, compileAssembly } from "../../support/assembly.js";
import { ownVectors } from "../../support/vectors.js";

const p = 2n ** 255n - 19n;
const L = 2n ** 252n + 27742317777372353535851937790883648493n;
/** e_0 … e_12: where limbs begin. */
const places = Array.from({ length: 13 }, (_, k) => Math.ceil((85 * k) / 4));

const mebibyte = 1024 * 1024;
/** In the region of messages, which these functions do not use. */
const at = {
  f: 12 * mebibyte,
  g: 13 * mebibyte,
  out: 14 * mebibyte,
  bytes: 15 * mebibyte,
  comb: 16 * mebibyte,
};

const flags = {
  scalar: ["--disable", "simd"],
  simd: ["--enable", "simd"],
  relaxed: ["--enable", "simd", "--enable", "relaxed-simd"],
};
const files = ["ed25519/lanes.ts", "ed25519/comb.ts", "ed25519/key.ts", "ed25519/verify-multiply.ts"];

async function open(build: keyof typeof flags) {
  const memory = new WebAssembly.Memory({ initial: 512, maximum: 512 });
  const compiled = build === "scalar" ? files.slice(1) : files;
  return {
    build,
    view: new DataView(memory.buffer),
    core: await compileAssembly(compiled, memory, flags[build]),
  };
}
type Core = { view: DataView; core: AssemblyExports };

const cores = await Promise.all(wasmBuilds().map(open));
const mod = (value: bigint) => ((value % p) + p) % p;

type Lanes = readonly [readonly number[], readonly number[]];

function writePair({ view }: Core, address: number, lanes: Lanes): void {
  for (const [lane, limbs] of lanes.entries())
    for (const [k, limb] of limbs.entries()) view.setFloat64(address + 16 * k + 8 * lane, limb, true);
}

function readPair({ view }: Core, address: number): Lanes {
  const lane = (offset: number) =>
    Array.from({ length: 12 }, (_, k) => view.getFloat64(address + 16 * k + offset, true));
  return [lane(0), lane(8)];
}

function writeInteger({ view }: Core, address: number, value: bigint): void {
  for (let i = 0; i < 32; i++) view.setUint8(address + i, Number((value >> BigInt(8 * i)) & 255n));
}

function readInteger({ view }: Core, address: number): bigint {
  let value = 0n;
  for (let i = 31; i >= 0; i--) value = (value << 8n) | BigInt(view.getUint8(address + i));
  return value;
}

const integerOf = (limbs: readonly number[]) => limbs.reduce((sum, limb) => sum + BigInt(limb), 0n);

/** Limbs as large as those of a sum of `count` reduced elements, the bound itself often. */
function sumOf(count: number): fc.Arbitrary<number[]> {
  const limb = (k: number) => {
    const bound = Math.floor(count * 1.01 * 2 ** (places[k + 1]! - places[k]! - 1));
    const units = fc.oneof(fc.constantFrom(-bound, bound, 0, 1, -1), fc.integer({ min: -bound, max: bound }));
    return units.map((value) => value * 2 ** places[k]!);
  };
  const mixed = fc.tuple(...Array.from({ length: 12 }, (_, k) => limb(k)));
  // All limbs at the bound, with one sign: the largest sums there are.
  const extreme = fc.constantFrom(-1, 1).map((sign) =>
    Array.from({ length: 12 }, (_, k) => {
      const bound = Math.floor(count * 1.01 * 2 ** (places[k + 1]! - places[k]! - 1));
      return sign * bound * 2 ** places[k]!;
    }),
  );
  return fc.oneof({ weight: 5, arbitrary: mixed }, { weight: 1, arbitrary: extreme });
}

const isReduced = (limbs: readonly number[]) =>
  limbs.every(
    (limb, k) =>
      Math.abs(limb) <= 1.01 * 2 ** (places[k + 1]! - 1) && BigInt(limb) % 2n ** BigInt(places[k]!) === 0n,
  );

const operands = fc
  .constantFrom([1, 1], [2, 2], [3, 4], [4, 3], [4, 4], [16, 1], [1, 16])
  .chain(([a, b]) => fc.tuple(sumOf(a!), sumOf(a!), sumOf(b!), sumOf(b!)));
const runs = { numRuns: 1500 };

for (const open of cores.filter(({ build }) => build !== "scalar")) {
  const { build, core } = open;

  test(`${build}: pairMul() multiplies operands whose sums meet at 16, and reduces`, (t) => {
    fc.assert(
      fc.property(operands, ([f0, f1, g0, g1]) => {
        writePair(open, at.f, [f0, f1]);
        writePair(open, at.g, [g0, g1]);
        core.pairMul!(at.out, at.f, at.g);
        const [low, high] = readPair(open, at.out);
        core.pairMulCrossed!(at.out, at.f, at.g);
        const [difference, sum] = readPair(open, at.out);
        return (
          isReduced(low) &&
          isReduced(high) &&
          mod(integerOf(low) - integerOf(f0) * integerOf(g0)) === 0n &&
          mod(integerOf(high) - integerOf(f1) * integerOf(g1)) === 0n &&
          low.every((limb, k) => difference[k] === high[k]! - limb && sum[k] === high[k]! + limb)
        );
      }),
      runs,
    );
    t.pass();
  });

  test(`${build}: pairSquare() gives what pairMul() gives, bit by bit`, (t) => {
    fc.assert(
      fc.property(sumOf(4), sumOf(4), (f0, f1) => {
        writePair(open, at.f, [f0, f1]);
        core.pairMul!(at.out, at.f, at.f);
        const product = readPair(open, at.out).flat();
        core.pairSquare!(at.out, at.f);
        const square = readPair(open, at.out).flat();
        core.pairSquareCrossed!(at.f, at.f);
        const [difference, sum] = readPair(open, at.f);
        return (
          product.every((limb, i) => limb === square[i]) &&
          sum.every((limb, k) => limb === square[k]! + square[k + 12]!) &&
          difference.every((limb, k) => limb === square[k + 12]! - square[k]!)
        );
      }),
      runs,
    );
    t.pass();
  });

  test(`${build}: pairLoad() takes any 255 bits, and pairStore() gives reduced elements back mod p`, (t) => {
    const edge = [0n, 1n, 18n, 19n, p - 1n, p, p + 18n, 2n ** 255n - 1n, 2n ** 254n];
    const number = fc.oneof(fc.constantFrom(...edge), fc.bigInt(0n, 2n ** 255n - 1n));
    fc.assert(
      fc.property(number, number, sumOf(1), sumOf(1), (a, b, f0, f1) => {
        // The top bit is the sign of an encoding, and not the number's.
        writeInteger(open, at.bytes, a + 2n ** 255n);
        writeInteger(open, at.bytes + 32, b);
        core.pairLoad!(at.out, at.bytes, at.bytes + 32);
        const loaded = readPair(open, at.out).map(integerOf);
        writePair(open, at.f, [f0, f1]);
        core.pairStore!(at.bytes, at.f, 0);
        core.pairStore!(at.bytes + 32, at.f, 1);
        const stored = [readInteger(open, at.bytes), readInteger(open, at.bytes + 32)];
        return (
          loaded[0] === a &&
          loaded[1] === b &&
          stored.every((value) => value < 2n ** 255n) &&
          mod(stored[0]! - integerOf(f0)) === 0n &&
          mod(stored[1]! - integerOf(f1)) === 0n
        );
      }),
      runs,
    );
    t.pass();
  });
}

const edges = [
  0n,
  1n,
  2n,
  15n,
  16n,
  17n,
  128n,
  129n,
  2n ** 125n,
  2n ** 250n,
  2n ** 252n - 1n,
  2n ** 252n,
  L - 1n,
];
const scalar = fc.oneof(
  fc.constantFrom(...edges),
  fc.bigInt(0n, L - 1n),
  // Runs of ones carry from digit to digit.
  fc
    .tuple(fc.nat(251), fc.nat(251))
    .map(([a, b]) => 2n ** BigInt(Math.max(a, b)) - 2n ** BigInt(Math.min(a, b))),
);
interface StrictVector {
  readonly name: string;
  readonly publicKey: string;
}
const strict = JSON.parse(readFileSync(join(ownVectors, "ed25519-strict.json"), "utf8")) as StrictVector[];
const publicKeys = [...new Set(strict.map(({ publicKey }) => publicKey))].filter((key) => key.length === 64);

for (const open of cores) {
  const { build, core, view } = open;

  test(`${build}: combDigits() gives digits within the width that add up to the scalar`, (t) => {
    const shapes = fc.constantFrom([5, 51, 4], [8, 32, 16]);
    fc.assert(
      fc.property(scalar, shapes, (value, [width, count, topMax]) => {
        writeInteger(open, at.f, value);
        view.setUint32(at.f + 32, 0xffff_ffff, true);
        core.combDigits!(at.out, at.f, width!, count!);
        const digits = Array.from({ length: count! }, (_, i) => view.getInt16(at.out + 2 * i, true));
        const total = digits.reduceRight((sum, digit) => sum * 2n ** BigInt(width!) + BigInt(digit), 0n);
        const half = 2 ** (width! - 1);
        return total === value && digits.every((d) => -half < d && d <= half) && digits.at(-1)! <= topMax!;
      }),
      { numRuns: 2000 },
    );
    t.pass();
  });

  test(`${build}: a comb gives the multiple that doublings give, for every key of the strict set`, (t) => {
    let decoded = 0;
    for (const [i, key] of publicKeys.entries()) {
      writeInteger(open, at.bytes, BigInt(`0x${Buffer.from(key, "hex").reverse().toString("hex")}`));
      if (core.newKey!(at.bytes) === 0) continue;
      decoded++;
      core.expandKey!(at.comb, at.bytes);
      fc.assert(
        fc.property(scalar, scalar, (s, k) => {
          writeInteger(open, at.f, s);
          writeInteger(open, at.g, k);
          const odd = core.newKey!(at.bytes);
          writeInteger(open, at.out + 192, 0n);
          core.multiplyBaseAndTwo!(at.out, at.f, at.g, at.out + 192, odd, odd, 0);
          core.multiplyCombs!(at.out + 96, at.f, at.g, at.comb);
          const [x1, y1, z1, x2, y2, z2] = Array.from({ length: 6 }, (_, i) =>
            readInteger(open, at.out + 32 * i),
          );
          return (
            mod(x1! * z2! - x2! * z1!) === 0n && mod(y1! * z2! - y2! * z1!) === 0n && mod(z1! * z2!) !== 0n
          );
        }),
        { numRuns: i === 0 ? 300 : 20 },
      );
    }
    t.true(decoded > 5);
  });
}
