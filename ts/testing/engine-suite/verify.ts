/**
 * Hybrid and batch verification (laws 2 and 3 of contracts/engine.ts): a batch says what single calls say,
 * whatever it mixes and however large it is.
 */
import { concatBytes } from "../../base/bytes.js";
import type { Engine, HybridPair, VerifyItem } from "../../contracts/engine.js";
import { assert, assertEqual, assertThrows, type SuiteReport } from "../suite.js";
import { assertBytesOnly, isRangeError, isTypeError, pattern } from "./check.js";

/** An engine, or one whose batches are verified elsewhere. */
export type Verifier = Pick<Engine, "ed25519" | "mlDsa65" | "hybrid"> & {
  verifyBatch(items: readonly VerifyItem[]): Uint8Array | Promise<Uint8Array>;
};

/** Larger than the WASM engine's input window. */
const largeBytes = 17 * 1024 * 1024;

export function verifySuite(engine: Verifier, report: SuiteReport): void {
  const signer = createSigner(engine);
  const { publicKeys } = signer;
  const message = pattern(300);
  const signatures = signer.sign(message);

  report.check("hybrid.verify() wants Ed25519 over M and ML-DSA-65 over M ‖ the Ed25519 signature", () => {
    const verify = (pair: HybridPair) => engine.hybrid.verify(pair, message, publicKeys);
    assert(verify(signatures), "both hold");
    assert(!verify({ ...signatures, ed25519: flip(signatures.ed25519, 40) }), "Ed25519 half changed");
    assert(!verify({ ...signatures, mlDsa65: flip(signatures.mlDsa65, 40) }), "ML-DSA half changed");
    const unbound = engine.mlDsa65.sign(message, signer.mlDsaSecret, { random: false });
    assert(!verify({ ...signatures, mlDsa65: unbound }), "ML-DSA half over M alone");
    const other = createSigner(engine, 1).sign(message);
    assert(!verify({ ...signatures, ed25519: other.ed25519 }), "Ed25519 half of another signer");
    assert(!verify({ ...signatures, mlDsa65: other.mlDsa65 }), "ML-DSA half of another signer");
    assert(!engine.hybrid.verify(signatures, pattern(299), publicKeys), "another message");
  });

  report.check(
    "hybrid.verify() is false for signatures of a wrong length, and throws for keys of one",
    async () => {
      for (const half of ["ed25519", "mlDsa65"] as const) {
        for (const value of [
          new Uint8Array(0),
          signatures[half].slice(1),
          concatBytes(signatures[half], pattern(1)),
        ])
          assert(
            !engine.hybrid.verify({ ...signatures, [half]: value }, message, publicKeys),
            `${half} signature`,
          );
        for (const value of [new Uint8Array(0), publicKeys[half].slice(1)])
          await assertThrows(
            () => engine.hybrid.verify(signatures, message, { ...publicKeys, [half]: value }),
            isRangeError,
            `${half} key`,
          );
      }
    },
  );

  report.check("hybrid.verify() throws TypeError for anything but pairs of bytes", async () => {
    await assertBytesOnly((value) => engine.hybrid.verify(signatures, value, publicKeys), "message");
    for (const half of ["ed25519", "mlDsa65"] as const) {
      await assertBytesOnly(
        (value) => engine.hybrid.verify({ ...signatures, [half]: value }, message, publicKeys),
        `signatures.${half}`,
      );
      await assertBytesOnly(
        (value) => engine.hybrid.verify(signatures, message, { ...publicKeys, [half]: value }),
        `publicKeys.${half}`,
      );
    }
    for (const value of [undefined, null, 3, signatures.ed25519])
      await assertThrows(
        () => engine.hybrid.verify(value as unknown as HybridPair, message, publicKeys),
        isTypeError,
        "signatures",
      );
  });

  report.check("verifyBatch() says what single calls say, item by item", async () => {
    const items = mixedItems(engine, signer);
    const expected = items.map((item) => (verifySingly(engine, item) ? 1 : 0));
    assert(expected.includes(0) && expected.includes(1), "the list has both verdicts");
    assertEqual(await engine.verifyBatch(items), Uint8Array.from(expected), "verdicts");
    assertEqual(
      await engine.verifyBatch([...items].reverse()),
      Uint8Array.from(expected.reverse()),
      "verdicts backwards",
    );
    assertEqual(await engine.verifyBatch([]), new Uint8Array(0), "an empty batch");
    for (const item of items)
      assertEqual((await engine.verifyBatch([item]))[0] === 1, verifySingly(engine, item), "a batch of one");
  });

  report.check("verifyBatch() gives 0 for signatures and keys of a wrong length", async () => {
    const short = pattern(31);
    const ed25519 = { signature: signatures.ed25519, message, publicKey: publicKeys.ed25519 };
    const items: VerifyItem[] = [
      { algorithm: "ed25519", ...ed25519, signature: short },
      { algorithm: "ed25519", ...ed25519, publicKey: short },
      { algorithm: "ml-dsa-65", ...ed25519 },
      { algorithm: "hybrid", signatures: { ...signatures, ed25519: short }, message, publicKeys },
      { algorithm: "hybrid", signatures, message, publicKeys: { ...publicKeys, mlDsa65: short } },
      { algorithm: "hybrid", signatures: { ...signatures, mlDsa65: new Uint8Array(0) }, message, publicKeys },
      { algorithm: "ed25519", ...ed25519 },
    ];
    assertEqual(await engine.verifyBatch(items), Uint8Array.of(0, 0, 0, 0, 0, 0, 1), "verdicts");
  });

  report.check("verifyBatch() takes more items than one crossing holds", async () => {
    const good: VerifyItem = {
      algorithm: "ed25519",
      signature: signatures.ed25519,
      message,
      publicKey: publicKeys.ed25519,
    };
    // S past L fails at the first look, so that only the good ones cost time.
    const bad = { ...good, signature: new Uint8Array(64).fill(0xff) };
    const items: VerifyItem[] = Array.from({ length: 20_000 }, () => bad);
    const places = [0, 8191, 8192, 16_383, 16_384, 19_999];
    for (const place of places) items[place] = good;
    const verdicts = await engine.verifyBatch(items);
    assertEqual(verdicts.length, items.length, "one verdict an item");
    const accepted = [...verdicts.keys()].filter((i) => verdicts[i] === 1);
    assertEqual(accepted, places, "which hold");
  });

  report.check(
    "verifyBatch() takes more bytes than one crossing holds, and messages that fill more",
    async () => {
      const sizes = [5 << 20, 6 << 20, 7 << 20, largeBytes, 0, 4 << 20];
      const items = sizes.map((size, index): VerifyItem => {
        const text = new Uint8Array(size).fill(index);
        return {
          algorithm: "ed25519",
          signature: engine.ed25519.sign(text, signer.seed),
          message: text,
          publicKey: publicKeys.ed25519,
        };
      });
      items.push({ ...items[3]!, message: flip(items[3]!.message, largeBytes - 1) });
      assertEqual(await engine.verifyBatch(items), Uint8Array.of(1, 1, 1, 1, 1, 1, 0), "verdicts");
    },
  );

  report.check("hybrid.verify() and verifyBatch() take a 17 MiB message in one call", async () => {
    const large = new Uint8Array(largeBytes).fill(3);
    const signed = signer.sign(large);
    assert(engine.hybrid.verify(signed, large, publicKeys), "the signatures hold");
    const changed = { ...signed, ed25519: flip(signed.ed25519, 63) };
    assertEqual(
      await engine.verifyBatch([
        { algorithm: "hybrid", signatures: signed, message: large, publicKeys },
        { algorithm: "hybrid", signatures: changed, message: large, publicKeys },
        { algorithm: "hybrid", signatures: signed, message: flip(large, largeBytes - 1), publicKeys },
      ]),
      Uint8Array.of(1, 0, 0),
      "verdicts",
    );
  });

  report.check("verifyBatch() throws TypeError for what is not an item, before it computes", async () => {
    const good: VerifyItem = {
      algorithm: "ed25519",
      signature: signatures.ed25519,
      message,
      publicKey: publicKeys.ed25519,
    };
    const wrong: unknown[] = [undefined, null, 3, [], {}, { ...good, algorithm: "rsa" }];
    wrong.push({ ...good, algorithm: "hybrid" }, { algorithm: "hybrid", message, signatures });
    for (const item of wrong)
      await assertThrows(() => engine.verifyBatch([good, item as VerifyItem]), isTypeError, "item");
    for (const items of [undefined, null, {}, good])
      await assertThrows(() => engine.verifyBatch(items as VerifyItem[]), isTypeError, "items");
    for (const field of ["signature", "message", "publicKey"])
      await assertBytesOnly((value) => engine.verifyBatch([{ ...good, [field]: value }]), field);
  });
}

interface Signer {
  readonly seed: Uint8Array;
  readonly mlDsaSecret: Uint8Array;
  readonly publicKeys: HybridPair;
  sign(message: Uint8Array): HybridPair;
}

function createSigner({ ed25519, mlDsa65 }: Verifier, number = 0): Signer {
  const seed = pattern(32, 50 + number);
  const { publicKey, secretKey } = mlDsa65.keygen(pattern(32, 90 + number));
  return {
    seed,
    mlDsaSecret: secretKey,
    publicKeys: { ed25519: ed25519.publicKey(seed), mlDsa65: publicKey },
    sign(message) {
      const signature = ed25519.sign(message, seed);
      const covered = concatBytes(message, signature);
      return { ed25519: signature, mlDsa65: mlDsa65.sign(covered, secretKey, { random: false }) };
    },
  };
}

/** Good and bad of every algorithm, by turns, with messages of several lengths. */
function mixedItems(engine: Verifier, signer: Signer): VerifyItem[] {
  const { publicKeys } = signer;
  return [0, 1, 64, 300].flatMap((length): VerifyItem[] => {
    const message = pattern(length, 9);
    const signatures = signer.sign(message);
    const alone = engine.mlDsa65.sign(message, signer.mlDsaSecret, { random: false });
    const ed25519 = {
      algorithm: "ed25519",
      signature: signatures.ed25519,
      message,
      publicKey: publicKeys.ed25519,
    } as const;
    const mlDsa65 = {
      algorithm: "ml-dsa-65",
      signature: alone,
      message,
      publicKey: publicKeys.mlDsa65,
    } as const;
    const hybrid = { algorithm: "hybrid", signatures, message, publicKeys } as const;
    return [
      ed25519,
      { ...ed25519, signature: flip(signatures.ed25519, 3) },
      hybrid,
      mlDsa65,
      { ...hybrid, signatures: { ...signatures, mlDsa65: alone } },
      { ...mlDsa65, signature: flip(alone, 100) },
      { ...hybrid, message: pattern(length + 1, 9) },
      { ...ed25519, publicKey: flip(publicKeys.ed25519, 0) },
      { ...mlDsa65, publicKey: flip(publicKeys.mlDsa65, 1000) },
      { ...hybrid, signatures: { ...signatures, ed25519: flip(signatures.ed25519, 33) } },
    ];
  });
}

function verifySingly(engine: Verifier, item: VerifyItem): boolean {
  switch (item.algorithm) {
    case "ed25519":
      return engine.ed25519.verify(item.signature, item.message, item.publicKey);
    case "ml-dsa-65":
      return engine.mlDsa65.verify(item.signature, item.message, item.publicKey);
    case "hybrid":
      return engine.hybrid.verify(item.signatures, item.message, item.publicKeys);
  }
}

/** A copy with the lowest bit of one byte turned. */
function flip(bytes: Uint8Array, index: number): Uint8Array {
  const flipped = bytes.slice();
  flipped[index]! ^= 1;
  return flipped;
}
