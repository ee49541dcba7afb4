/**
 * A thread of the verify pool that fails as it is asked (thread-module.ts): `after` jobs are answered rightly, then it
 * ends, by `how`: "exit" or "throw". Every thread that is started from it counts anew.
 */
import { parentPort } from "node:worker_threads";
import { loadCore } from "waxwing/core";
import { copyPacked, unpackItems, writeVerdicts } from "#dist/engine/pool/packed-items.js";

const { after, how } = globalThis.asked;
let left = after;
const core = loadCore({ cacheBytes: 0 });
const slots = [];

parentPort.on("message", async ({ type, slot, bytes, memory }) => {
  if (memory) slots[slot] = memory;
  const engine = await core;
  if (type === "open") return parentPort.postMessage({ type: "ready", engine: engine.features.engine });
  if (left-- > 0) {
    const packed = new ArrayBuffer(bytes);
    copyPacked(slots[slot], packed, bytes);
    writeVerdicts(slots[slot], engine.verifyBatch(unpackItems(packed)));
    parentPort.postMessage({ type: "verdicts" });
  } else if (how === "exit") process.exit(3);
  else throw new Error("as asked");
});
