/** `worker.ts <directory> <first batch> [batches]`: works on a store and prints each acknowledgement once it has it. */
import { writeSync } from "node:fs";
import { openLmdbStore } from "waxwing/store";
import { work } from "./workload.js";

const [path, first, count = "1000000000"] = process.argv.slice(2) as [string, string, string?];
const store = await openLmdbStore({ path });
const end = Number(first) + Number(count);
await work(
  store,
  Number(first),
  (batch) => batch < end,
  // Synchronous, so that nothing is acknowledged that the parent cannot read after a kill.
  (acknowledged) => writeSync(1, `${JSON.stringify(acknowledged)}\n`),
);
await store.close();
