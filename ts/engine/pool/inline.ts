/** The verifier without threads: the engine itself, in the calling one. */
import { WaxwingError } from "../../base/errors.js";
import type { BatchVerifier } from "../../contracts/batch-verifier.js";
import type { Engine } from "../../contracts/engine.js";

export function inlineVerifier(engine: Pick<Engine, "verifyBatch" | "keyCache">): BatchVerifier {
  let closed = false;
  let itemsInline = 0;
  return {
    async verifyBatch(items, { signal, source } = {}) {
      if (closed) throw closedError();
      signal?.throwIfAborted();
      engine.keyCache?.chargeTo(source);
      const verdicts = engine.verifyBatch(items);
      itemsInline += verdicts.length;
      return verdicts;
    },
    status: () => ({ workers: 0, running: 0, restarts: 0, itemsOnWorkers: 0, itemsInline }),
    async close() {
      closed = true;
    },
  };
}

export function closedError(): WaxwingError {
  return new WaxwingError("verifier_closed", "this verifier was closed");
}
