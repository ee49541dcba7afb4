/**
 * A thread of the pool: a WASM core of its own, and verdicts for what it is sent, in order. What throws here
 * ends the thread, and the pool computes elsewhere.
 */
import { openThreadPort } from "#bindings/threads/port.js";
import type { Engine } from "../../contracts/engine.js";
import { type LoadCoreOptions, loadCore } from "../wasm/index.js";
import type { FromWorker, ToWorker } from "./messages.js";
import { unpackItems, writeVerdicts } from "./packed-items.js";

let core: Promise<Engine> | undefined;

await openThreadPort(async (received, port) => {
  const message = received as ToWorker;
  const answer = (reply: FromWorker, transfer: readonly ArrayBuffer[] = []) => port.post(reply, transfer);
  if (message.type === "open") {
    const { cacheBytes, build } = message;
    core = loadCore({
      cacheBytes,
      ...(build === undefined ? {} : { build: build as LoadCoreOptions["build"] & string }),
    });
    answer({ type: "ready", engine: (await core).features.engine });
    return;
  }
  const { buffer, source } = message;
  const engine = await core!;
  engine.keyCache?.chargeTo(source);
  writeVerdicts(buffer, engine.verifyBatch(unpackItems(buffer)));
  answer({ type: "verdicts", buffer }, [buffer]);
});
