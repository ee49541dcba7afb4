/** Says "ready", takes the lock of a directory on the first line of stdin, says what came of it, releases on the next. */
import { createInterface } from "node:readline";
import { acquireDirectoryLock } from "waxwing/store";

const [, , path] = process.argv;
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
console.log(JSON.stringify({ state: "ready" }));
await lines.next();
try {
  const lock = await acquireDirectoryLock(path, { purpose: "a test" });
  console.log(JSON.stringify({ state: "held" }));
  await lines.next();
  await lock.release();
  console.log(JSON.stringify({ state: "released" }));
} catch (error) {
  console.log(JSON.stringify({ state: error.code, pid: error.detail?.pid, message: error.message }));
}
process.exit(0);
