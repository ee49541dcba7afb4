/** What a node's defaults take from the machine. */
import { totalmem } from "node:os";
import test from "ava";
import { parseConfig } from "#dist/node/index.js";
import { chooseKeyCacheBytes, chooseOfferedIds, thisMachine } from "#dist/node/machine.js";

const MiB = 1024 ** 2;

test("chooseKeyCacheBytes() takes 8 MiB on a small board and 64 MiB elsewhere", (t) => {
  const chosen = (memoryMiB: number) => chooseKeyCacheBytes({ memoryBytes: memoryMiB * MiB }) / MiB;
  t.is(chosen(429), 8, "sold as 512 MiB");
  t.is(chosen(922), 8, "sold as 1 GiB");
  t.is(chosen(1535), 8);
  t.is(chosen(1536), 64);
  t.is(chosen(1849), 64, "sold as 2 GiB");
  t.is(chosen(256 * 1024), 64);
});

test("chooseOfferedIds() takes an eighth as many on a small board", (t) => {
  t.is(chooseOfferedIds({ memoryBytes: 1535 * MiB }), 256 * 1024);
  t.is(chooseOfferedIds({ memoryBytes: 1536 * MiB }), 2048 * 1024);
});

test("thisMachine() knows at least one core, and no more memory than there is", (t) => {
  const { cores, memoryBytes } = thisMachine();
  t.true(cores >= 1);
  t.true(memoryBytes > 0 && memoryBytes <= totalmem());
});

test.serial(
  "a node on a small board takes the small cache, unless its configuration says otherwise",
  async (t) => {
    const { constrainedMemory } = process;
    t.teardown(() => void (process.constrainedMemory = constrainedMemory));
    process.constrainedMemory = () => 512 * MiB;
    t.is(parseConfig({}).core.cacheBytes, 8 * MiB);
    t.is(parseConfig({ core: { cacheBytes: 3 * MiB } }).core.cacheBytes, 3 * MiB);
    process.constrainedMemory = () => 0;
    t.is(parseConfig({}).core.cacheBytes, chooseKeyCacheBytes({ memoryBytes: totalmem() }));
  },
);
