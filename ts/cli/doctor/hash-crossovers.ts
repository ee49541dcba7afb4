/**
 * From which size on the runtime's SHA-256 is the faster here, as ts/engine/wasm/sha256-crossovers.ts has it for
 * the machine that it was measured on. Only where a message needs another block does either side's time step up.
 */
import { type Engine, loadCore } from "../../core.js";
import { bestRate } from "./measure.js";

export interface MeasuredCrossovers {
  /** Bytes; absent where the core was the faster with the largest message that was tried. */
  readonly fromBytes?: number;
  readonly batchFromBytes?: number;
}

const batchLength = 64;
const sizeMs = 12;
/** First sizes of so many blocks, largest first: both sides are warm when it comes to the small ones. */
const sizes = [31, 24, 20, 18, 16, 14, 12, 10, 8, 6, 5, 4, 3, 2].map((blocks) => 64 * (blocks - 1) - 8);

export async function measureCrossovers(): Promise<MeasuredCrossovers> {
  const core = await loadCore({ cacheBytes: 0, sha256: "core" });
  const runtime = await loadCore({
    cacheBytes: 0,
    sha256: { fromBytes: 0, batchFromBytes: 0, afterBytes: 0 },
  });
  const smallest = (hash: (engine: Engine, messages: Uint8Array[]) => unknown): number | undefined => {
    let from: number | undefined;
    for (const size of sizes) {
      const messages = Array.from({ length: batchLength }, (_, i) => new Uint8Array(size).fill(i));
      const rate = (engine: Engine) => bestRate(() => hash(engine, messages), { forMs: sizeMs });
      if (rate(runtime) <= rate(core)) break;
      from = size;
    }
    return from;
  };
  const fromBytes = smallest((engine, messages) => messages.map((message) => engine.sha256(message)));
  const batchFromBytes = smallest((engine, messages) => engine.sha256Batch(messages));
  return {
    ...(fromBytes === undefined ? {} : { fromBytes }),
    ...(batchFromBytes === undefined ? {} : { batchFromBytes }),
  };
}
