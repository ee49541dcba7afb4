/** One node per directory: the lock excludes, survives a killed holder, and two starters never both win. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { acquireDirectoryLock } from "waxwing/store";
import { Child } from "../support/child.js";
import { temporaryFolder } from "../support/temporary.js";

interface Line {
  readonly state: string;
  readonly pid?: number;
  readonly message?: string;
}

const starters = async (path: string, count: number): Promise<Child[]> => {
  const children = Array.from({ length: count }, () => new Child("test/durability/lock-starter.mjs", [path]));
  for (const child of children) await child.next<Line>();
  return children;
};

test("acquireDirectoryLock() refuses a directory that this or another process holds, and says who", async (t) => {
  const path = join(temporaryFolder(), "made", "on the way");
  const lock = await acquireDirectoryLock(path, { purpose: "the first" });
  const again = await t.throwsAsync(acquireDirectoryLock(path));
  t.like(again, { code: "store_locked", detail: { pid: process.pid, purpose: "the first" } });
  const [child] = await starters(path, 1);
  child!.say();
  t.like(await child!.next<Line>(), { state: "store_locked", pid: process.pid });
  await lock.release();
  await lock.release();
  await (await acquireDirectoryLock(path)).release();
  t.deepEqual(readdirSync(path), ["waxwing.lock"], "nothing is left over");
});

test("of several starters over a dead or released holder exactly one wins, twenty times", async (t) => {
  const path = temporaryFolder();
  for (let round = 0; round < 20; round++) {
    const children = await starters(path, round % 4 === 3 ? 4 : 2);
    for (const child of children) child.say();
    const lines = await Promise.all(children.map((child) => child.next<Line>()));
    const winners = children.filter((_, index) => lines[index]!.state === "held");
    t.is(winners.length, 1, `round ${round}: ${JSON.stringify(lines)}`);
    const winner = winners[0]!;
    for (const line of lines)
      if (line!.state !== "held") t.like(line, { state: "store_locked", pid: winner.process.pid! });
    if (round % 2 === 0) await winner.kill();
    else {
      winner.say();
      t.is((await winner.next<Line>())?.state, "released");
    }
    await Promise.all(children.map((child) => child.exit));
  }
});

test("a lock from before a restart, or of a reused process id, does not hold", async (t) => {
  for (const change of [{ bootId: "another boot" }, { startTime: "1" }]) {
    const path = temporaryFolder();
    const lock = await acquireDirectoryLock(path);
    const file = join(path, "waxwing.lock");
    const claim = JSON.parse(readFileSync(file, "utf8"));
    writeFileSync(file, JSON.stringify({ ...claim, holder: { ...claim.holder, ...change } }));
    const next = await acquireDirectoryLock(path);
    await lock.release();
    t.like(
      await t.throwsAsync(acquireDirectoryLock(path)),
      { code: "store_locked" },
      "the old one releases nothing",
    );
    await next.release();
  }
});

test("a holder in another PID namespace is known by its socket", async (t) => {
  const path = temporaryFolder();
  const [holder] = await starters(path, 1);
  holder!.say();
  t.is((await holder!.next<Line>())?.state, "held");
  const file = join(path, "waxwing.lock");
  const claim = JSON.parse(readFileSync(file, "utf8"));
  const elsewhere = { ...claim.holder, pidNamespace: "pid:[1]", pid: 1 };
  writeFileSync(file, JSON.stringify({ ...claim, holder: elsewhere }));
  t.like(await t.throwsAsync(acquireDirectoryLock(path)), { code: "store_locked", detail: { pid: 1 } });
  await holder!.kill();
  await (await acquireDirectoryLock(path)).release();
});

test("a lock file that is none of ours is not taken over", async (t) => {
  const path = temporaryFolder();
  writeFileSync(join(path, "waxwing.lock"), "4711\n");
  t.like(await t.throwsAsync(acquireDirectoryLock(path)), { code: "store_locked" });
  t.true(existsSync(join(path, "waxwing.lock")));
});

test("acquireDirectoryLock() rejects a misspelt option", async (t) => {
  await t.throwsAsync(acquireDirectoryLock(temporaryFolder(), { purpos: "x" } as never), {
    instanceOf: TypeError,
  });
});
