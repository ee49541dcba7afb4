/**
 * ML-DSA-65 of an engine (FIPS 204, pure mode): keys and signatures that every implementation makes alike,
 * the three meanings of `random`, contexts, and the caller's mistakes. Vectors of malformed signatures live
 * with the tests.
 */
import { hexEncode } from "../../base/bytes.js";
import type { Engine, MlDsaSignOptions } from "../../contracts/engine.js";
import { assert, assertEqual, assertThrows, type SuiteReport } from "../suite.js";

const isTypeError = (error: unknown) => error instanceof TypeError;
const isRangeError = (error: unknown) => error instanceof RangeError;

/** SHA3-256 of what the seed 00 01 … 1f leads to; confirmed by three implementations (test/vectors/SOURCES.md). */
const known = {
  publicKey: "1800725067e388d837d911fe4f66101cc1961b1bb755030dc574272cfb00013f",
  secretKey: "4ecfbd119980b1090a7feda39c225539ffa3ef3ff673b239b60189bfd4541170",
  signature: "6ae7315cd0ba020a1bff7426c3b95325f73cddd59baff4ccbf79d51caf86e866",
};

export function mlDsa65Suite(engine: Pick<Engine, "mlDsa65" | "sha3_256">, report: SuiteReport): void {
  const { mlDsa65 } = engine;
  const fingerprint = (bytes: Uint8Array) => hexEncode(engine.sha3_256(bytes));
  const seed = Uint8Array.from({ length: 32 }, (_, index) => index);
  const message = new TextEncoder().encode("a sealed envelope");
  const context = new TextEncoder().encode("waxwing");
  const { publicKey, secretKey } = mlDsa65.keygen(seed);
  const deterministic = (options: MlDsaSignOptions = {}) =>
    mlDsa65.sign(message, secretKey, { random: false, ...options });

  report.check("keygen makes the known keys from a seed", () => {
    assertEqual(publicKey.length, 1952, "public key bytes");
    assertEqual(secretKey.length, 4032, "secret key bytes");
    assertEqual(fingerprint(publicKey), known.publicKey, "public key");
    assertEqual(fingerprint(secretKey), known.secretKey, "secret key");
  });

  report.check("random: false signs deterministically, and zeros mean the same", () => {
    const signature = deterministic();
    assertEqual(signature.length, 3309, "signature bytes");
    assertEqual(fingerprint(signature), known.signature, "signature");
    assertEqual(mlDsa65.sign(message, secretKey, { random: new Uint8Array(32) }), signature, "zeros");
    assert(mlDsa65.verify(signature, message, publicKey), "it verifies");
  });

  report.check("given random decides the signature; absent random makes each one new", () => {
    const random = new Uint8Array(32).fill(7);
    const given = mlDsa65.sign(message, secretKey, { random });
    assertEqual(mlDsa65.sign(message, secretKey, { random }), given, "the same again");
    assertEqual(random, new Uint8Array(32).fill(7), "the caller's random");
    const [first, second] = [mlDsa65.sign(message, secretKey), mlDsa65.sign(message, secretKey, {})];
    assert(hexEncode(first) !== hexEncode(second), "hedged signatures differ");
    for (const signature of [given, first, second])
      assert(mlDsa65.verify(signature, message, publicKey), "each verifies");
  });

  report.check("a signature holds for its context only; 255 bytes are the longest", () => {
    const signature = deterministic({ context });
    assert(mlDsa65.verify(signature, message, publicKey, { context }), "its context");
    assert(!mlDsa65.verify(signature, message, publicKey), "no context");
    assert(!mlDsa65.verify(signature, message, publicKey, { context: context.subarray(1) }), "another");
    const longest = new Uint8Array(255);
    assert(
      mlDsa65.verify(deterministic({ context: longest }), message, publicKey, { context: longest }),
      "255",
    );
  });

  report.check("the empty message is a message", () => {
    const empty = new Uint8Array(0);
    const signature = mlDsa65.sign(empty, secretKey, { random: false });
    assert(mlDsa65.verify(signature, empty, publicKey), "it verifies");
    assert(!mlDsa65.verify(signature, new Uint8Array(1), publicKey), "only it");
  });

  report.check("a signature of another length is not valid", () => {
    const signature = deterministic();
    for (const length of [0, 3308, 3310]) {
      const other = new Uint8Array(length);
      other.set(signature.subarray(0, length));
      assertEqual(mlDsa65.verify(other, message, publicKey), false, `${length} bytes`);
    }
  });

  report.check("arguments stay as they were, and results are fresh arrays", () => {
    const arguments_ = [message, secretKey, publicKey, context].map((bytes) => bytes.slice());
    const signature = deterministic({ context });
    const copy = signature.slice();
    mlDsa65.verify(signature, message, publicKey, { context });
    deterministic();
    mlDsa65.keygen(new Uint8Array(32));
    assertEqual([message, secretKey, publicKey, context], arguments_, "arguments");
    assertEqual(signature, copy, "an earlier signature");
    assert(signature.buffer.byteLength === 3309, "a signature owns its buffer");
  });

  report.check("keys, seeds, entropy and contexts of a wrong length throw RangeError", async () => {
    const signature = deterministic();
    for (const length of [0, 31, 33])
      await assertThrows(() => mlDsa65.keygen(new Uint8Array(length)), isRangeError, `seed of ${length}`);
    for (const length of [0, 1951, 1953])
      await assertThrows(
        () => mlDsa65.verify(signature, message, new Uint8Array(length)),
        isRangeError,
        `public key of ${length}`,
      );
    for (const length of [0, 32, 4031, 4033])
      await assertThrows(
        () => mlDsa65.sign(message, new Uint8Array(length)),
        isRangeError,
        `secret key of ${length}`,
      );
    const short = new Uint8Array(31);
    await assertThrows(() => mlDsa65.sign(message, secretKey, { random: short }), isRangeError, "random");
    const long = new Uint8Array(256);
    await assertThrows(() => deterministic({ context: long }), isRangeError, "context to sign");
    await assertThrows(
      () => mlDsa65.verify(signature, message, publicKey, { context: long }),
      isRangeError,
      "context to verify",
    );
  });

  report.check("a secret key with coefficients out of range throws RangeError", async () => {
    for (const [offset, byte] of [
      [128, 0x09],
      [128 + 5 * 128, 0x90],
      [128 + 11 * 128 - 1, 0xff],
    ] as const) {
      const broken = secretKey.slice();
      broken[offset] = byte;
      await assertThrows(() => mlDsa65.sign(message, broken), isRangeError, `byte ${offset} is ${byte}`);
    }
  });

  report.check("wrong types and unknown options throw TypeError", async () => {
    const signature = deterministic();
    const wrong = "text" as unknown as Uint8Array;
    const calls: Record<string, () => unknown> = {
      seed: () => mlDsa65.keygen(wrong),
      "message to sign": () => mlDsa65.sign(wrong, secretKey),
      "secret key": () => mlDsa65.sign(message, wrong),
      random: () => mlDsa65.sign(message, secretKey, { random: wrong }),
      "random: true": () => mlDsa65.sign(message, secretKey, { random: true } as unknown as MlDsaSignOptions),
      "random: null": () => mlDsa65.sign(message, secretKey, { random: null } as unknown as MlDsaSignOptions),
      context: () => mlDsa65.sign(message, secretKey, { context: wrong }),
      "misspelt option": () => mlDsa65.sign(message, secretKey, { contxt: context } as MlDsaSignOptions),
      "options null": () => mlDsa65.sign(message, secretKey, null as unknown as MlDsaSignOptions),
      signature: () => mlDsa65.verify(wrong, message, publicKey),
      "message to verify": () => mlDsa65.verify(signature, wrong, publicKey),
      "public key": () => mlDsa65.verify(signature, message, wrong),
      "random to verify": () =>
        mlDsa65.verify(signature, message, publicKey, { random: false } as MlDsaSignOptions),
      "context to verify": () => mlDsa65.verify(signature, message, publicKey, { context: wrong }),
    };
    for (const [title, call] of Object.entries(calls)) await assertThrows(call, isTypeError, title);
  });
}
