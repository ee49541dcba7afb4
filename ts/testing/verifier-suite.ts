/**
 * Compliance suite of `BatchVerifier` (laws in contracts/engine.ts): the checks that engines' batches pass,
 * order, cancellation and close. `verifier` may compute anywhere; `engine` signs and says what is right.
 */
import type { BatchVerifier } from "../contracts/batch-verifier.js";
import type { Engine, VerifyItem } from "../contracts/engine.js";
import { pattern } from "./engine-suite/check.js";
import { verifySuite } from "./engine-suite/verify.js";
import { assert, assertEqual, assertThrows, type SuiteReport } from "./suite.js";

export interface VerifierSubject {
  readonly engine: Engine;
  /** A new one; the suite closes it. */
  open(): BatchVerifier | Promise<BatchVerifier>;
}

export function verifierSuite(name: string, { engine, open }: VerifierSubject, report: SuiteReport): void {
  const named: SuiteReport = { check: (law, run) => report.check(`${name}: ${law}`, run) };
  const using = (run: (verifier: BatchVerifier) => Promise<void>) => async () => {
    const verifier = await open();
    try {
      await run(verifier);
    } finally {
      await verifier.close();
    }
  };
  let shared: Promise<BatchVerifier> | undefined;
  const { ed25519, mlDsa65, hybrid } = engine;
  const verifyBatch = async (items: readonly VerifyItem[]) => {
    shared ??= Promise.resolve(open());
    return (await shared).verifyBatch(items);
  };
  verifySuite({ ed25519, mlDsa65, hybrid, verifyBatch }, named);
  named.check("close() after all that", async () => (await shared)?.close());

  const { items, expected } = signedItems(engine, 400);

  named.check(
    "verdicts stand in the order of the items, for calls at the same time too",
    using(async (verifier) => {
      const slices = [0, 1, 7, 100].map((from) => [from, items.slice(from)] as const);
      const found = await Promise.all(slices.map(([, slice]) => verifier.verifyBatch(slice)));
      for (const [index, [from]] of slices.entries())
        assertEqual(found[index], expected.slice(from), `from ${from}`);
    }),
  );

  named.check(
    "an aborted call rejects with the signal's reason, and others are answered",
    using(async (verifier) => {
      const reason = new Error("enough");
      await assertThrows(
        () => verifier.verifyBatch(items, { signal: AbortSignal.abort(reason) }),
        (error) => error === reason,
        "aborted before",
      );
      const abort = new AbortController();
      const cancelled = verifier.verifyBatch(items, { signal: abort.signal }).catch((error) => error);
      const other = verifier.verifyBatch(items, { source: "another" });
      abort.abort(reason);
      const outcome = await cancelled;
      assert(outcome === reason || outcome instanceof Uint8Array, "the reason, or verdicts found before");
      assertEqual(await other, expected, "the other call");
    }),
  );

  named.check("close() lets calls finish, is idempotent, and later calls reject", async () => {
    const verifier = await open();
    const running = verifier.verifyBatch(items);
    await Promise.all([verifier.close(), verifier.close()]);
    assertEqual(await running, expected, "the call in flight");
    await assertThrows(
      () => verifier.verifyBatch(items),
      (error) => (error as { code?: string }).code === "verifier_closed",
      "a later call",
    );
  });

  named.check(
    "status() counts every item once",
    using(async (verifier) => {
      const before = verifier.status();
      await verifier.verifyBatch(items);
      await verifier.verifyBatch(items.slice(0, 1));
      const { itemsOnWorkers, itemsInline } = verifier.status();
      const counted = itemsOnWorkers + itemsInline - before.itemsOnWorkers - before.itemsInline;
      assertEqual(counted, items.length + 1, "items");
    }),
  );
}

/** Of eight signers, every third one wrong. */
function signedItems(engine: Engine, count: number): { items: VerifyItem[]; expected: Uint8Array } {
  const expected = new Uint8Array(count);
  const items = Array.from({ length: count }, (_, index): VerifyItem => {
    const seed = pattern(32, index % 8);
    const message = pattern(20 + index, index);
    const signature = engine.ed25519.sign(message, seed);
    if (index % 3 === 0) signature[index % 64]! ^= 1;
    else expected[index] = 1;
    return { algorithm: "ed25519", signature, message, publicKey: engine.ed25519.publicKey(seed) };
  });
  return { items, expected };
}
