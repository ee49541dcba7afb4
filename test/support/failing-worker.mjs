/**
 * A thread of the verify pool that fails as the query says: `?after=<n>` answers n jobs rightly and then
 * ends, by `&how=exit` or `&how=throw`. Every thread that is started from it counts anew.
 */
import { parentPort } from "node:worker_threads";
import { loadCore } from "waxwing/core";
import { unpackItems, writeVerdicts } from "#dist/engine/pool/packed-items.js";

const query = new URL(import.meta.url).searchParams;
let left = Number(query.get("after"));
const core = loadCore({ cacheBytes: 0 });

parentPort.on("message", async ({ type, buffer }) => {
  const engine = await core;
  if (type === "open") return parentPort.postMessage({ type: "ready", engine: engine.features.engine });
  if (left-- > 0) {
    writeVerdicts(buffer, engine.verifyBatch(unpackItems(buffer)));
    parentPort.postMessage({ type: "verdicts", buffer }, [buffer]);
  } else if (query.get("how") === "exit") process.exit(3);
  else throw new Error("as asked");
});
