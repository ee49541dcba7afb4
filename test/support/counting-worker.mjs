/** A thread of the verify pool that writes its id into the file `asked.log` (thread-module.ts) for every job, and works as any other. */
import { appendFileSync } from "node:fs";
import { parentPort, threadId } from "node:worker_threads";
import "#dist/engine/pool/worker.js";

const { log } = globalThis.asked;
parentPort.on("message", ({ type }) => {
  if (type === "verify") appendFileSync(log, `${threadId}\n`);
});
