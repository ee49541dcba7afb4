/**
 * Linear memory after signing: nothing of the seed, the scalar, the prefix or the nonce is left anywhere,
 * and, apart from the result, memory does not depend on the secret at all. The scan is shown to find what it
 * looks for while a signature is under way.
 */
import { createHash } from "node:crypto";
import test from "ava";
import { loadWasm, type WasmBuildName, wasmBuilds } from "#bindings/wasm/load.js";
import { createEd25519 } from "#dist/engine/wasm/ed25519.js";
import { Linear } from "#dist/engine/wasm/linear.js";

const L = 2n ** 252n + 27742317777372353535851937790883648493n;

async function openCore(build: WasmBuildName) {
  const linear = new Linear(await loadWasm({ cacheBytes: 0, build }));
  const memory = Buffer.from(linear.memory.buffer);
  return { linear, memory, ed25519: createEd25519(linear) };
}

const seed = Uint8Array.from({ length: 32 }, (_, index) => 0x5a ^ (index * 37));
const message = new TextEncoder().encode("leave no trace");

const sha512 = (...parts: Uint8Array[]) => createHash("sha512").update(Buffer.concat(parts)).digest();
const toInteger = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes).reverse().toString("hex")}`);
const toBytes = (value: bigint) => Buffer.from(value.toString(16).padStart(64, "0"), "hex").reverse();

const expanded = sha512(seed);
const clamped = Buffer.from(expanded.subarray(0, 32));
clamped[0]! &= 248;
clamped[31] = (clamped[31]! & 127) | 64;
const nonceWide = sha512(expanded.subarray(32), message);
const nonce = toBytes(toInteger(nonceWide) % L);

/** Big-endian words of the hashed seed, as they lie in a block or a state; the scalar in limbs of 21 bits. */
const byteSwapped = (bytes: Uint8Array) => Buffer.from(bytes).swap64();
function limbs(value: bigint): Buffer {
  const words = BigInt64Array.from({ length: 12 }, (_, i) => (value >> BigInt(21 * i)) & 0x1f_ffffn);
  return Buffer.from(words.buffer);
}
function nibbles(value: bigint): Buffer {
  const digits: number[] = [];
  let rest = value;
  for (let i = 0; i < 64; i++) {
    let digit = Number(rest & 15n);
    if (digit >= 8 && i < 63) digit -= 16;
    rest = (rest - BigInt(digit)) >> 4n;
    digits.push(digit & 255);
  }
  return Buffer.from(digits);
}

const secrets: Record<string, Uint8Array> = {
  seed,
  scalar: clamped,
  prefix: expanded.subarray(32),
  "prefix as hash state": byteSwapped(expanded.subarray(32)),
  nonce,
  "wide nonce": nonceWide,
  "wide nonce as hash state": byteSwapped(nonceWide),
  "scalar limbs": limbs(toInteger(clamped)),
  "nonce limbs": limbs(toInteger(nonce)),
  "scalar digits": nibbles(toInteger(clamped)),
  "nonce digits": nibbles(toInteger(nonce)),
};

/** 16 bytes are enough to be no coincidence, and find a secret of which only a part is left. */
function found(memory: Buffer): string[] {
  return Object.entries(secrets)
    .filter(([, secret]) => {
      for (let at = 0; at + 16 <= secret.length; at += 16)
        if (memory.indexOf(secret.subarray(at, at + 16)) >= 0) return true;
      return false;
    })
    .map(([name]) => name);
}

for (const build of wasmBuilds()) {
  test(`${build}: the scan finds secrets that lie in memory while a signature is under way`, async (t) => {
    const { linear, memory } = await openCore(build);
    const { exports, secret, input } = linear;
    linear.write(secret.start, seed);
    linear.write(input.start, message);
    exports.ed25519SignBegin!();
    t.deepEqual(found(memory), ["seed", "scalar", "prefix", "scalar digits"]);
    exports.ed25519SignUpdate!(input.start, message.length);
    exports.ed25519SignCommit!();
    t.deepEqual(found(memory), ["seed", "scalar", "prefix", "nonce", "wide nonce", "nonce digits"]);
    exports.ed25519SignFinish!(linear.args.start);
    t.deepEqual(found(memory), []);
  });

  test(`${build}: sign() and publicKey() leave nothing of the secret in memory`, async (t) => {
    const { linear, memory, ed25519 } = await openCore(build);
    const large = new Uint8Array(linear.input.bytes + 1);
    const calls = [
      () => ed25519.publicKey(seed),
      () => ed25519.sign(message, seed),
      () => ed25519.sign(large, seed),
    ];
    for (const call of calls) {
      call();
      t.deepEqual(found(memory), []);
      const { start, bytes } = linear.secret;
      t.true(
        memory.subarray(start, start + bytes).every((byte) => byte === 0),
        "the SECRET region is zero",
      );
    }
  });

  test(`${build}: after sign() and publicKey() memory differs between two seeds in the result only`, async (t) => {
    const [one, other] = [await openCore(build), await openCore(build)];
    const otherSeed = Uint8Array.from(seed, (byte) => ~byte);
    const resultAt = one.linear.args.start;
    for (const call of ["publicKey", "sign"] as const) {
      const run = (core: typeof one, secret: Uint8Array) =>
        call === "sign" ? core.ed25519.sign(message, secret) : core.ed25519.publicKey(secret);
      const resultBytes = run(one, seed).length;
      run(other, otherSeed);
      for (const { memory } of [one, other]) memory.fill(0, resultAt, resultAt + resultBytes);
      t.true(one.memory.equals(other.memory), call);
    }
  });

  test(`${build}: sign() wipes the seed when the core throws midway`, async (t) => {
    const { linear, memory } = await openCore(build);
    const exports = {
      ...linear.exports,
      ed25519Sign: () => {
        throw new Error("midway");
      },
    };
    const failing = Object.create(linear, { exports: { value: exports } }) as Linear;
    t.throws(() => createEd25519(failing).sign(message, seed), { message: "midway" });
    t.deepEqual(found(memory), []);
  });
}
