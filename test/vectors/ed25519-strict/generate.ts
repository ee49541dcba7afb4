/**
 * Makes test/vectors/ed25519-strict.json: signatures that tell strict cofactorless Ed25519 from its laxer
 * relatives. Deterministic: the file is a function of this one, and a test compares them.
 *
 *   node --import tsx test/vectors/ed25519-strict/generate.ts
 *
 * Each expectation is stated by construction here, judged by arithmetic.ts, and confirmed by confirm.py,
 * which was written apart from it in another language.
 */
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  type AffinePoint,
  add,
  B,
  challenge,
  encode,
  judge,
  L,
  mod,
  multiply,
  negate,
  p,
  toBytes,
  toInteger,
  torsion,
} from "./arithmetic.js";

export interface StrictVector {
  /** What the case is about, unique. */
  readonly name: string;
  readonly group: string;
  readonly publicKey: string;
  readonly message: string;
  readonly signature: string;
  /** The verdict that every engine must give on every path. */
  readonly strict: boolean;
  /** What the bare equations say, without the strict rules; absent where a length is wrong. */
  readonly cofactorless?: boolean;
  readonly cofactored?: boolean;
}

const vectors: StrictVector[] = [];
const signBit = 1n << 255n;

/** A repeatable scalar below L. */
function scalar(label: string): bigint {
  return mod(toInteger(createHash("sha512").update(`waxwing ed25519-strict ${label}`).digest()), L);
}

function bytes(label: string, length: number): Uint8Array {
  return toBytes(toInteger(createHash("sha512").update(label).digest()), length);
}

const hex = (value: Uint8Array): string => Buffer.from(value).toString("hex");
const join = (...parts: Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(parts));

function push(
  group: string,
  name: string,
  expected: boolean,
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): void {
  const row = {
    name: `${group}: ${name}`,
    group,
    publicKey: hex(publicKey),
    message: hex(message),
    signature: hex(signature),
  };
  if (publicKey.length !== 32 || signature.length !== 64) {
    vectors.push({ ...row, strict: expected });
    return;
  }
  const verdicts = judge(signature, message, publicKey);
  if (verdicts.strict !== expected) throw new Error(`${row.name}: built as ${expected}, judged otherwise`);
  vectors.push({ ...row, ...verdicts });
}

/** An honest signature with a chosen scalar and nonce, R and S apart. */
function signWith(a: bigint, r: bigint, message: Uint8Array): { A: Uint8Array; R: Uint8Array; S: bigint } {
  const A = encode(multiply(a, B));
  const R = encode(multiply(r, B));
  return { A, R, S: mod(r + challenge(R, A, message) * a, L) };
}

/** The first of many messages for which `accept` gives a result. */
function search<T>(
  label: string,
  accept: (message: Uint8Array) => T | undefined,
): T & { message: Uint8Array } {
  for (let i = 0; i < 1000; i++) {
    const message = Buffer.from(`${label} ${i}`);
    const found = accept(message);
    if (found !== undefined) return { ...found, message };
  }
  throw new Error(`${label}: nothing found`);
}

function honest(): void {
  for (const length of [0, 1, 31, 32, 47, 48, 63, 64, 111, 112, 127, 128, 129, 300, 1023]) {
    const message = Uint8Array.from({ length }, (_, i) => i + length);
    const { A, R, S } = signWith(scalar(`key ${length}`), scalar(`nonce ${length}`), message);
    push("honest", `${length}-byte message`, true, A, message, join(R, toBytes(S)));
  }
}

/** One flipped bit at each byte of everything that is signed or says so. */
function nearMisses(): void {
  const message = bytes("near miss", 8);
  const { A, R, S } = signWith(scalar("near key"), scalar("near nonce"), message);
  const fields = { signature: join(R, toBytes(S)), publicKey: A, message };
  for (const [field, value] of Object.entries(fields)) {
    for (let i = 0; i < value.length; i++) {
      const flipped = Uint8Array.from(value);
      flipped[i]! ^= 1 << ((i + field.length) % 8);
      const changed = { ...fields, [field]: flipped };
      push("near miss", `${field} byte ${i}`, false, changed.publicKey, changed.message, changed.signature);
    }
  }
  for (const field of ["signature", "publicKey"] as const) {
    const flipped = Uint8Array.from(fields[field]);
    flipped[31]! ^= 0x80;
    const changed = { ...fields, [field]: flipped };
    push(
      "near miss",
      `${field} with the sign of x turned`,
      false,
      changed.publicKey,
      message,
      changed.signature,
    );
  }
}

/** All 14 byte strings that some decoder reads as a point of small order, with the point. */
function smallOrderEncodings(): { name: string; point: AffinePoint; encoded: Uint8Array }[] {
  const canonical = torsion.map((point, i) => ({
    name: `${i}T`,
    point,
    encoded: encode(point),
  }));
  const byY = (y: bigint, sign: bigint) =>
    torsion.find((point) => point.y === mod(y) && (point.x === 0n || (point.x & 1n) === sign))!;
  const variants: [name: string, y: bigint, sign: bigint][] = [
    ["y = 1, x = 0 with a sign", 1n, 1n],
    ["y = −1, x = 0 with a sign", p - 1n, 1n],
    ["y = p", p, 0n],
    ["y = p with a sign", p, 1n],
    ["y = p + 1", p + 1n, 0n],
    ["y = p + 1 with a sign", p + 1n, 1n],
  ];
  const twisted = variants.map(([name, y, sign]) => ({
    name,
    point: byY(y, sign),
    encoded: toBytes(y | (sign * signBit)),
  }));
  return [...canonical, ...twisted];
}

/** Keys of small order: for each, a signature that the cofactorless equation accepts, and S = 0 with R small. */
function smallOrderKeys(): void {
  for (const { name, point, encoded } of smallOrderEncodings()) {
    const s = scalar(`small A ${name}`);
    const forged = search(`small A ${name}`, (message) => {
      // R = [S]B − [k]A needs k; guess that [k]A is the negative of one multiple of T until it is.
      for (const guess of torsion) {
        const R = encode(add(multiply(s, B), negate(guess)));
        const k = challenge(R, encoded, message);
        const product = multiply(k, point);
        if (product.x === guess.x && product.y === guess.y) return { signature: join(R, toBytes(s)) };
      }
      return undefined;
    });
    push("small-order A", `${name}, equation holds`, false, encoded, forged.message, forged.signature);
    const zero = search(`small A and R ${name}`, (message) => {
      for (const guess of torsion) {
        const R = encode(negate(guess));
        const product = multiply(challenge(R, encoded, message), point);
        if (product.x === guess.x && product.y === guess.y) return { signature: join(R, toBytes(0n)) };
      }
      return undefined;
    });
    push("small-order A", `${name}, R small too, S = 0`, false, encoded, zero.message, zero.signature);
    push(
      "small-order A",
      `${name}, honest R and S`,
      false,
      encoded,
      bytes(name, 9),
      join(encode(multiply(s, B)), toBytes(s)),
    );
  }
}

/** R of small order: under an honest key, and under a mixed-order key that makes the equation hold. */
function smallOrderR(): void {
  const a = scalar("small R key");
  const A = multiply(a, B);
  for (const { name, point, encoded } of smallOrderEncodings()) {
    const message = bytes(`small R ${name}`, 11);
    const s = mod(challenge(encoded, encode(A), message) * a, L);
    push("small-order R", `${name}, honest key`, false, encode(A), message, join(encoded, toBytes(s)));
    // A + T: [S]B = R + [k](A + T) with S = k·a needs R = −[k]T.
    const mixed = encode(add(A, torsion[1]!));
    const held = search(`small R mixed A ${name}`, (candidate) => {
      const k = challenge(encoded, mixed, candidate);
      const needed = negate(multiply(k, torsion[1]!));
      return needed.x === point.x && needed.y === point.y
        ? { signature: join(encoded, toBytes(mod(k * a, L))) }
        : undefined;
    });
    push("small-order R", `${name}, mixed key, equation holds`, false, mixed, held.message, held.signature);
  }
}

/** Keys with a small-order part: the cofactorless verdict depends on k, and may be yes. */
function mixedOrder(): void {
  const a = scalar("mixed key");
  const r = scalar("mixed nonce");
  const honestA = multiply(a, B);
  const honestR = multiply(r, B);
  for (let i = 1; i < 8; i++) {
    const part = torsion[i]!;
    const A = encode(add(honestA, part));
    const R = encode(honestR);
    const signWhere = (label: string, vanishes: boolean) =>
      search(`${label} ${i}`, (message) => {
        const k = challenge(R, A, message);
        const product = multiply(k, part);
        return (product.x === 0n && product.y === 1n) === vanishes
          ? { signature: join(R, toBytes(mod(r + k * a, L))) }
          : undefined;
      });
    const yes = signWhere("mixed A, part vanishes", true);
    push("mixed-order A", `A + ${i}T, [k]${i}T = 0`, true, A, yes.message, yes.signature);
    const no = signWhere("mixed A, part stays", false);
    push("mixed-order A", `A + ${i}T, [k]${i}T ≠ 0`, false, A, no.message, no.signature);

    const mixedR = encode(add(honestR, part));
    const message = bytes(`mixed R ${i}`, 13);
    const s = mod(r + challenge(mixedR, encode(honestA), message) * a, L);
    push("mixed-order R", `R + ${i}T, honest key`, false, encode(honestA), message, join(mixedR, toBytes(s)));
    const both = search(`mixed A and R ${i}`, (candidate) => {
      const k = challenge(mixedR, A, candidate);
      const sum = add(part, multiply(k, part));
      return sum.x === 0n && sum.y === 1n
        ? { signature: join(mixedR, toBytes(mod(r + k * a, L))) }
        : undefined;
    });
    push("mixed-order R", `R + ${i}T, A + ${i}T, parts cancel`, true, A, both.message, both.signature);
    const apart = search(`mixed A and R apart ${i}`, (candidate) => {
      const k = challenge(mixedR, A, candidate);
      const sum = add(part, multiply(k, part));
      return sum.x === 0n && sum.y === 1n
        ? undefined
        : { signature: join(mixedR, toBytes(mod(r + k * a, L))) };
    });
    push("mixed-order R", `R + ${i}T, A + ${i}T, parts stay`, false, A, apart.message, apart.signature);
  }
  // [L − k]A is not [−k]A for such a key: a verifier that negates the scalar goes wrong where k's part stays.
  const A = encode(add(honestA, torsion[1]!));
  const R = encode(add(honestR, torsion[3]!));
  const negated = search("scalar negated", (message) => {
    const k = challenge(R, A, message);
    const byScalar = add(torsion[3]!, negate(multiply(mod(-k, L), torsion[1]!)));
    const byPoint = add(torsion[3]!, multiply(k, torsion[1]!));
    if (byScalar.x !== 0n || byScalar.y !== 1n || (byPoint.x === 0n && byPoint.y === 1n)) return undefined;
    return { signature: join(R, toBytes(mod(r + k * a, L))) };
  });
  push("mixed-order A", "holds only where −k is taken mod L", false, A, negated.message, negated.signature);
}

function scalars(): void {
  const message = bytes("S", 12);
  const { A, R, S } = signWith(scalar("S key"), scalar("S nonce"), message);
  for (let i = 1n; S + i * L < 1n << 256n; i++)
    push("S out of range", `honest S + ${i}·L`, false, A, message, join(R, toBytes(S + i * L)));
  const fixed: [name: string, value: bigint][] = [
    ["0", 0n],
    ["1", 1n],
    ["2^252 − 1", 2n ** 252n - 1n],
    ["2^252", 2n ** 252n],
    ["L − 1", L - 1n],
    ["L", L],
    ["L + 1", L + 1n],
    ["L with a lower low word", L - (L & 0xffff_ffff_ffff_ffffn)],
    ["L with a higher second word", L + (1n << 64n)],
    ["L with a bit in the third word", L + (1n << 128n)],
    ["2^253 − 1", 2n ** 253n - 1n],
    ["2^253", 2n ** 253n],
    ["2^254", 2n ** 254n],
    ["2^255", 2n ** 255n],
    ["2^256 − 1", 2n ** 256n - 1n],
  ];
  for (const [name, value] of fixed)
    push("S at an edge", `S = ${name}, honest R`, false, A, message, join(R, toBytes(value)));
}

/** y from p up names a point twice; those that are not small have no known logarithm, so no equation holds. */
function encodings(): void {
  const message = bytes("encodings", 10);
  const { A, R, S } = signWith(scalar("encoding key"), scalar("encoding nonce"), message);
  for (let excess = 2n; excess < 19n; excess++) {
    const encoded = toBytes(p + excess);
    push("non-canonical y", `A with y = p + ${excess}`, false, encoded, message, join(R, toBytes(S)));
    push("non-canonical y", `R with y = p + ${excess}`, false, A, message, join(encoded, toBytes(S)));
  }
  for (const y of [2n, 7n, 8n, p - 2n, p - 7n]) {
    push(
      "not on the curve",
      `A with y = ${y < 100n ? y : `p − ${p - y}`}`,
      false,
      toBytes(y),
      message,
      join(R, toBytes(S)),
    );
    push(
      "not on the curve",
      `R with y = ${y < 100n ? y : `p − ${p - y}`}`,
      false,
      A,
      message,
      join(toBytes(y), toBytes(S)),
    );
  }
  for (const [name, value] of [
    ["00", 0n],
    ["ff", 2n ** 256n - 1n],
  ] as const) {
    push("not on the curve", `A of ${name} bytes`, false, toBytes(value), message, join(R, toBytes(S)));
    push(
      "not on the curve",
      `signature of ${name} bytes`,
      false,
      A,
      message,
      join(toBytes(value), toBytes(value)),
    );
  }
}

function lengths(): void {
  const message = bytes("lengths", 10);
  const { A, R, S } = signWith(scalar("length key"), scalar("length nonce"), message);
  const signature = join(R, toBytes(S));
  for (const length of [0, 1, 32, 63, 65, 96, 128])
    push(
      "wrong length",
      `signature of ${length} bytes`,
      false,
      A,
      message,
      join(signature, signature).slice(0, length),
    );
  for (const length of [0, 1, 31, 33, 64])
    push("wrong length", `key of ${length} bytes`, false, join(A, A).slice(0, length), message, signature);
}

/** The whole set, in order. */
export function generate(): StrictVector[] {
  vectors.length = 0;
  for (const part of [
    honest,
    nearMisses,
    smallOrderKeys,
    smallOrderR,
    mixedOrder,
    scalars,
    encodings,
    lengths,
  ])
    part();
  return [...vectors];
}

/** One vector a line, so that a diff shows the case that changed. */
export function format(rows: readonly StrictVector[]): string {
  return `[\n${rows.map((row) => JSON.stringify(row)).join(",\n")}\n]\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(fileURLToPath(new URL("../ed25519-strict.json", import.meta.url)), format(generate()));
