/**
 * A thread of the pool: a WASM core of its own, and verdicts for what it is sent, in order. What throws here
 * ends the thread, and the pool computes elsewhere.
 */
import { openThreadPort } from "#bindings/threads/port.js";
import { limits } from "../../base/limits.js";
import type { Engine } from "../../contracts/engine.js";
import { type LoadCoreOptions, loadCore } from "../wasm/index.js";
import type { FromWorker, ToWorker } from "./messages.js";
import { copyPacked, roomFor, unpackItems, writeVerdicts } from "./packed-items.js";

let core: Promise<Engine> | undefined;
const slots: SharedArrayBuffer[] = [];
/** This thread's own, for one job at a time. */
let packed = new ArrayBuffer(0);

await openThreadPort(async (received, port) => {
  const message = received as ToWorker;
  const answer = (reply: FromWorker) => port.post(reply);
  if (message.type === "open") {
    const { cacheBytes, build } = message;
    core = loadCore({
      cacheBytes,
      ...(build === undefined ? {} : { build: build as LoadCoreOptions["build"] & string }),
    });
    answer({ type: "ready", engine: (await core).features.engine });
    return;
  }
  // From here on without a pause: the memory is one job's at a time.
  const engine = await core!;
  const { slot, bytes, memory, source } = message;
  if (memory !== undefined) slots[slot] = memory;
  const shared = slots[slot]!;
  if (packed.byteLength < bytes) packed = new ArrayBuffer(roomFor(bytes));
  copyPacked(shared, packed, bytes);
  engine.keyCache?.chargeTo(source);
  writeVerdicts(shared, engine.verifyBatch(unpackItems(packed)));
  // One item alone may be larger; the pool gives the slot new memory after it.
  if (bytes > limits.verifyJobBytesMax) {
    packed = new ArrayBuffer(0);
    delete slots[slot];
  }
  answer({ type: "verdicts" });
});
