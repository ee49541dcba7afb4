/**
 * The field and the scalars under Ed25519 against BigInt, at the limb bounds that field.ts states and at the
 * edges of both moduli, where a wrong carry would hide from random signatures. The functions are not exports
 * of the core, so the test compiles the two files on their own.
 */
import test from "ava";
import fc from "fast-check";
import { compileAssembly } from "../../support/assembly.js";

const p = 2n ** 255n - 19n;
const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const weights = [0, 26, 51, 77, 102, 128, 153, 179, 204, 230].map((bits) => 2n ** BigInt(bits));

/** Beyond the 512 KiB of static data of the memory map. */
const at = { f: 0x10_0000, g: 0x10_0100, out: 0x10_0200, scratch: 0x10_1000 };

const memory = new WebAssembly.Memory({ initial: 32, maximum: 32 });
const view = new DataView(memory.buffer);

const field = await compileAssembly(["ed25519/field.ts"], memory);
const invert = await compileAssembly(["ed25519/invert.ts"], memory);
const scalar = await compileAssembly(["ed25519/scalar.ts"], memory);
const halve = await compileAssembly(["ed25519/halve.ts"], memory);

const mod = (value: bigint, modulus: bigint) => ((value % modulus) + modulus) % modulus;

function writeLimbs(address: number, limbs: readonly number[]): void {
  for (const [i, limb] of limbs.entries()) view.setInt32(address + 4 * i, limb, true);
}

function readLimbs(address: number): number[] {
  return Array.from({ length: 10 }, (_, i) => view.getInt32(address + 4 * i, true));
}

const integerOf = (limbs: readonly number[]) =>
  limbs.reduce((sum, limb, i) => sum + BigInt(limb) * weights[i]!, 0n);

function writeInteger(address: number, value: bigint, length: number): void {
  for (let i = 0; i < length; i++) view.setUint8(address + i, Number((value >> BigInt(8 * i)) & 255n));
}

function readInteger(address: number, length: number): bigint {
  let value = 0n;
  for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(view.getUint8(address + i));
  return value;
}

/** Ten limbs within `factor` times 2^26 and 2^25, the bounds themselves often. */
function limbsWithin(factor: number): fc.Arbitrary<number[]> {
  const limb = (i: number) => {
    const bound = Math.floor(factor * 2 ** (i % 2 === 0 ? 26 : 25));
    return fc.oneof(fc.constantFrom(-bound, bound, 0, 1, -1), fc.integer({ min: -bound, max: bound }));
  };
  return fc.tuple(...Array.from({ length: 10 }, (_, i) => limb(i)));
}
const operand = limbsWithin(1.65);
/** Three times reduced. */
const sum = limbsWithin((3 * 1.01) / 2);

const isReduced = (limbs: readonly number[]) =>
  limbs.every((limb, i) => Math.abs(limb) <= 1.01 * 2 ** (i % 2 === 0 ? 25 : 24));

const runs = { numRuns: 2000 };

/** value^(p − 2) mod p. */
function inverse(value: bigint): bigint {
  let [result, base] = [1n, mod(value, p)];
  for (let exponent = p - 2n; exponent > 0n; exponent >>= 1n, base = (base * base) % p)
    if (exponent & 1n) result = (result * base) % p;
  return result;
}

test("feMul() multiplies operands at the stated bounds, and reduces", (t) => {
  fc.assert(
    fc.property(operand, operand, (f, g) => {
      writeLimbs(at.f, f);
      writeLimbs(at.g, g);
      field.feMul!(at.out, at.f, at.g);
      const got = readLimbs(at.out);
      return isReduced(got) && mod(integerOf(got) - integerOf(f) * integerOf(g), p) === 0n;
    }),
    runs,
  );
  t.pass();
});

test("feSq() and feSq2() square operands at the stated bounds, and reduce", (t) => {
  fc.assert(
    fc.property(operand, (f) => {
      writeLimbs(at.f, f);
      field.feSq!(at.out, at.f);
      const square = readLimbs(at.out);
      field.feSq2!(at.f, at.f);
      const twice = readLimbs(at.f);
      const expected = integerOf(f) ** 2n;
      return (
        isReduced(square) &&
        isReduced(twice) &&
        mod(integerOf(square) - expected, p) === 0n &&
        mod(integerOf(twice) - 2n * expected, p) === 0n
      );
    }),
    runs,
  );
  t.pass();
});

test("feToBytes() gives the one encoding below p of limbs up to three times reduced", (t) => {
  const edge = fc.constantFrom(0n, 1n, 18n, 19n, p - 1n, p, p + 1n, p + 18n, 2n ** 255n - 1n);
  fc.assert(
    fc.property(sum, (f) => {
      writeLimbs(at.f, f);
      field.feToBytes!(at.out, at.f);
      return readInteger(at.out, 32) === mod(integerOf(f), p);
    }),
    runs,
  );
  fc.assert(
    fc.property(fc.oneof(edge, fc.bigInt(0n, 2n ** 255n - 1n)), fc.boolean(), (value, sign) => {
      writeInteger(at.f, value | (sign ? 2n ** 255n : 0n), 32);
      field.feFromBytes!(at.g, at.f);
      const limbs = readLimbs(at.g);
      field.feToBytes!(at.out, at.g);
      return isReduced(limbs) && readInteger(at.out, 32) === mod(value, p);
    }),
    runs,
  );
  t.pass();
});

test("feInvert() and fePow22523() raise to p − 2 and (p − 5)/8", (t) => {
  const power = (base: bigint, exponent: bigint) => {
    let result = 1n;
    for (let bits = exponent, square = mod(base, p); bits > 0n; bits >>= 1n, square = (square * square) % p)
      if (bits & 1n) result = (result * square) % p;
    return result;
  };
  fc.assert(
    fc.property(sum, (f) => {
      writeLimbs(at.f, f);
      field.feInvert!(at.out, at.f, at.scratch);
      const inverse = integerOf(readLimbs(at.out));
      field.fePow22523!(at.out, at.f, at.scratch);
      const root = integerOf(readLimbs(at.out));
      const value = integerOf(f);
      return mod(inverse, p) === power(value, p - 2n) && mod(root, p) === power(value, (p - 5n) / 8n);
    }),
    { numRuns: 50 },
  );
  t.pass();
});

test("feInvertPublic() gives what feInvert() gives, and 0 for 0", (t) => {
  const powers = Array.from({ length: 256 }, (_, i) => 2n ** BigInt(i));
  const edge = [0n, 1n, 2n, 19n, p - 1n, p - 2n, (p - 1n) / 2n, (p + 1n) / 2n];
  const near = powers.flatMap((power) => [
    power - 1n,
    power,
    power + 1n,
    mod(-power, p),
    mod(19n * power, p),
  ]);
  const number = fc.oneof(
    fc.constantFrom(...edge, ...near.map((value) => mod(value, p))),
    fc.bigInt(0n, p - 1n),
    // Inverses of the small ones: long runs of steps with little to do.
    fc.bigInt(1n, 2n ** 40n).map((value) => inverse(value)),
  );
  fc.assert(
    fc.property(number, (value) => {
      writeInteger(at.g, value, 32);
      field.feFromBytes!(at.f, at.g);
      invert.feInvertPublic!(at.out, at.f);
      const got = readLimbs(at.out);
      return isReduced(got) && mod(integerOf(got), p) === inverse(value);
    }),
    { numRuns: 4000 },
  );
  t.pass();
});

test("feMove() takes both choices, whole", (t) => {
  fc.assert(
    fc.property(operand, operand, fc.integer({ min: 0, max: 1 }), (f, g, choice) => {
      writeLimbs(at.f, f);
      writeLimbs(at.out, g);
      field.feMove!(at.out, at.f, choice);
      return String(readLimbs(at.out)) === String(choice === 1 ? f : g);
    }),
  );
  t.pass();
});

/** Multiples of L and their neighbours, powers of two, all ones. */
const wideEdges = fc
  .tuple(fc.bigInt(0n, 2n ** 259n), fc.constantFrom(-1n, 0n, 1n))
  .map(([factor, step]) => mod(factor * L + step, 2n ** 512n));
const fixedEdges = fc.constantFrom(
  ...[0n, 1n, L - 1n, L, L + 1n, 2n * L, 2n ** 252n - 1n, 2n ** 252n, 2n ** 253n - 1n, 2n ** 255n - 1n],
);
const wide = fc.oneof(
  wideEdges,
  fixedEdges,
  fc.integer({ min: 0, max: 511 }).map((bits) => 2n ** BigInt(bits)),
  fc.constantFrom(2n ** 512n - 1n, ((2n ** 512n - 1n) / L) * L, ((2n ** 512n - 1n) / L) * L - 1n),
  fc.bigInt(0n, 2n ** 512n - 1n),
);
const narrow = fc.oneof(fixedEdges, fc.constant(2n ** 256n - 1n), fc.bigInt(0n, 2n ** 256n - 1n));

test("scalarReduce() gives 512-bit integers mod L, also next to multiples of L", (t) => {
  fc.assert(
    fc.property(wide, (value) => {
      writeInteger(at.f, value, 64);
      scalar.scalarReduce!(at.out, at.f, at.scratch);
      return readInteger(at.out, 32) === value % L;
    }),
    runs,
  );
  t.pass();
});

test("scalarMultiplyAdd() gives a·b + c mod L for all 256-bit operands", (t) => {
  fc.assert(
    fc.property(narrow, narrow, narrow, (a, b, c) => {
      writeInteger(at.f, a, 32);
      writeInteger(at.g, b, 32);
      writeInteger(at.scratch, c, 32);
      scalar.scalarMultiplyAdd!(at.out, at.f, at.g, at.scratch, at.scratch + 256);
      return readInteger(at.out, 32) === (a * b + c) % L;
    }),
    runs,
  );
  t.pass();
});

test("scalarIsCanonical() draws the line at L", (t) => {
  const words = [0n, 64n, 128n, 192n].map((bits) => 2n ** bits);
  const nearL = words.flatMap((word) => [L - word, L + word]);
  fc.assert(
    fc.property(fc.oneof(fc.constantFrom(...nearL), narrow), (value) => {
      writeInteger(at.f, value, 32);
      return (scalar.scalarIsCanonical!(at.f) === 1) === value < L;
    }),
    runs,
  );
  t.pass();
});

test("scalarDigits() gives odd digits within the width that add up to the scalar", (t) => {
  const value = fc.oneof(fixedEdges, fc.bigInt(0n, 2n ** 253n - 1n)).filter((n) => n < 2n ** 253n);
  fc.assert(
    fc.property(value, fc.integer({ min: 2, max: 8 }), (n, width) => {
      writeInteger(at.f, n, 32);
      const places = n.toString(2).length + 1;
      scalar.scalarDigits!(at.out, at.f, width, places, at.scratch);
      const digits = Array.from({ length: places }, (_, i) => view.getInt8(at.out + i));
      const total = digits.reduceRight((sum, digit) => 2n * sum + BigInt(digit), 0n);
      return total === n && digits.every((d) => d === 0 || (d % 2 !== 0 && Math.abs(d) < 2 ** (width - 1)));
    }),
    { numRuns: 500 },
  );
  t.pass();
});

test("halveScalar() gives an odd v and a u ≡ k·v modulo the order of the curve, short but for scalars that no hash is", (t) => {
  const place = { u: at.out, v: at.out + 32, k: at.f };
  const bits = (n: bigint) => n.toString(2).length;
  const halved = (k: bigint) => {
    writeInteger(place.k, k, 32);
    const isNegative = halve.halveScalar!(place.u, place.v, place.k) === 1;
    const u = readInteger(place.u, 32);
    const v = readInteger(place.v, 32);
    t.is(mod(u - k * (isNegative ? -v : v), 8n * L), 0n, `k = ${k}`);
    t.is(v & 1n, 1n, `k = ${k}`);
    return { u, v };
  };
  let longest = 0;
  let total = 0;
  const draws = 4000;
  let k = 1n;
  for (let i = 0; i < draws; i++) {
    k = (k * 0x5851f42d4c957f2d14057b7ef767814fn * 2n ** 131n + 12345678901234567890n * k + 99n) % L;
    const { u, v } = halved(k);
    const length = Math.max(bits(u), bits(v));
    longest = Math.max(longest, length);
    total += length;
  }
  t.true(longest <= 145, `longest: ${longest} bits`);
  t.true(total / draws <= 130, `on average ${total / draws} bits`);
  // Small ones, large ones, and those that a short and even v would go with.
  for (let i = 0n; i < 300n; i++) for (const edge of [i, L - 1n - i, (1n << i) % L, L >> i]) halved(edge);
  for (let shift = 1n; shift < 130n; shift++)
    for (const v of [2n ** shift, 2n ** shift * 3n, 2n ** shift - 2n])
      for (const u of [0n, 1n, 5n, 2n ** 40n + 1n, 2n ** 127n - 3n]) {
        // k·v ≡ u (mod L): with an even v there is no such k modulo 8·L, but multiples of it come close.
        halved(mod(u * inverseModL(v), L));
        halved(mod(((8n * L) / (v + 1n)) * u + 1n, L));
      }
});

/** 1/n modulo L. */
function inverseModL(n: bigint): bigint {
  let result = 1n;
  for (let base = mod(n, L), power = L - 2n; power > 0n; power >>= 1n, base = (base * base) % L)
    if (power & 1n) result = (result * base) % L;
  return result;
}
