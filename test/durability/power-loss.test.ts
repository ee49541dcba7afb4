/**
 * Power loss at any moment: the writes and flushes of a store at work are recorded (disk-recorder.c), images of
 * what a disk may hold at sampled points are built, and every image opens clean with every acknowledged batch
 * and no half of one. `WAXWING_POWER_IMAGES=n` tries more, `WAXWING_SEED=n` others.
 *
 * The model: a flush that has returned holds; of later writes any 512-byte sectors may be there. A disk that
 * lies about flushes is outside of it; the last test shows that the checker would notice.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import test, { type ExecutionContext } from "ava";
import { openLmdbStore } from "waxwing/store";
import { SeededRandom, suiteRecord } from "waxwing/testing";
import { Child } from "../support/child.js";
import { temporaryFolder } from "../support/temporary.js";
import { type Crash, crashAt, type DiskEvent, readDiskLog } from "./disk-log.js";
import { type Acknowledged, findDamage } from "./workload.js";

const images = Number(process.env.WAXWING_POWER_IMAGES ?? 250);
const seed = Number(process.env.WAXWING_SEED ?? 1);
const batches = 240;
const folder = temporaryFolder();

/** The compiled recorder, or why there is none. */
function compileRecorder(): { library: string } | { reason: string } {
  if (process.platform !== "linux") return { reason: "recording needs LD_PRELOAD, as on Linux" };
  const source = fileURLToPath(new URL("disk-recorder.c", import.meta.url));
  const library = join(folder, "disk-recorder.so");
  const args = ["-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"];
  const result = spawnSync("cc", args, { encoding: "utf8" });
  if (result.error)
    return { reason: "no C compiler: install gcc (apt-get install gcc libc6-dev) to include it" };
  if (result.status !== 0) throw new Error(`disk-recorder.c: ${result.stderr}`);
  return { library };
}

async function recordWork(t: ExecutionContext): Promise<DiskEvent[] | undefined> {
  const recorder = compileRecorder();
  if ("reason" in recorder) {
    t.log(`skipped: ${recorder.reason}`);
    return undefined;
  }
  const path = join(folder, "recorded");
  const log = join(folder, "log");
  const env = { LD_PRELOAD: recorder.library, WAXWING_DISK_LOG: log };
  const args = [path, "0", String(batches), join(folder, "acknowledged")];
  const worker = new Child("test/durability/worker.ts", args, { env });
  t.deepEqual(await worker.exit, { code: 0, signal: null }, worker.stderr);
  return readDiskLog(log);
}

/** Opens the image and reads all of it; then writes, as the node would go on. */
async function damageOf(crash: Crash, acknowledged: readonly Acknowledged[]): Promise<string[]> {
  const path = join(folder, "image");
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path);
  writeFileSync(join(path, "data.mdb"), crash.image);
  const store = await openLmdbStore({ path });
  try {
    const damage = await findDamage(store, acknowledged);
    const [outcome] = await store.commit([{ op: "admit", record: suiteRecord(1, { kind: "key" }) }]);
    if (typeof outcome !== "object" || outcome?.status !== "admitted") damage.push("it takes no record");
    return damage;
  } finally {
    await store.close();
  }
}

const events: { recorded?: DiskEvent[] | undefined } = {};
test.before(async (t) => {
  events.recorded = await recordWork(t as ExecutionContext);
});

test.serial(
  `${images} images of a disk after power loss open clean, with every acknowledged batch`,
  async (t) => {
    t.timeout(images * 2000);
    const { recorded } = events;
    if (!recorded) return t.pass("skipped: see the log above");
    const random = new SeededRandom(seed);
    // Before it has its name the file is no store yet.
    const flushes = recorded.flatMap((event, index) => (event.type === "durableAlone" ? [index] : []));
    const begin = recorded.findIndex(({ type }) => type === "named");
    t.true(begin > 0, "the store was linked into place");
    let pendingWrites = 0;
    for (let count = 0; count < images; count++) {
      const point = begin + Math.floor(((recorded.length - begin) * (count + random.fraction())) / images);
      const crash = crashAt(recorded, point, random.fork(`${count}`));
      pendingWrites += crash.pendingWrites;
      const damage = await damageOf(crash, crash.acknowledged).catch((error: Error) => [error.message]);
      t.deepEqual(damage, [], `image ${count}, event ${point}, WAXWING_SEED=${seed}`);
    }
    const acknowledgements = recorded.filter(({ type }) => type === "acknowledged").length;
    t.log(
      `${recorded.length} events, ${flushes.length} transactions, ${pendingWrites} writes left to chance`,
    );
    t.is(acknowledgements, batches);
    t.true(pendingWrites > images / 2, "the images differ from the flushed states");
  },
);

test.serial("the checker notices a disk that lost a flush", async (t) => {
  const { recorded } = events;
  if (!recorded) return t.pass("skipped: see the log above");
  const end = recorded.findLastIndex(({ type }) => type === "acknowledged");
  const acknowledged = crashAt(recorded, end + 1, new SeededRandom(seed)).acknowledged;
  const flushes = recorded.flatMap((event, index) =>
    event.type === "durableAlone" && index < end ? [index] : [],
  );
  const earlier = crashAt(recorded, flushes.at(-2)! + 1, new SeededRandom(seed));
  const damage = await damageOf(earlier, acknowledged);
  t.true(
    damage.some((what) => what.startsWith("acknowledged batch")),
    damage.join("; "),
  );
});
