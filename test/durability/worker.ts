/**
 * `worker.ts <directory> <first batch> [batches [file]]`: works on a store, and writes each acknowledgement to
 * its output or the file at the moment it has it.
 */
import { openSync, writeSync } from "node:fs";
import { openLmdbStore } from "waxwing/store";
import { work } from "./workload.js";

const [path, first, count = "1000000000", file] = process.argv.slice(2) as [string, string, string?, string?];
const output = file === undefined ? 1 : openSync(file, "a");
const store = await openLmdbStore({ path });
const end = Number(first) + Number(count);
await work(
  store,
  Number(first),
  (batch) => batch < end,
  // Synchronous, so that nothing is acknowledged that the parent cannot read after a kill.
  (acknowledged) => writeWhole(output, Buffer.from(`${JSON.stringify(acknowledged)}\n`)),
);
await store.close();

/** The pipe to a busy parent may be full for a while. */
function writeWhole(descriptor: number, bytes: Buffer): void {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (let written = 0; written < bytes.length; ) {
    try {
      written += writeSync(descriptor, bytes, written);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      Atomics.wait(pause, 0, 0, 1);
    }
  }
}
