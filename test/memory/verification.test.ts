/** Verification holds on to no memory, and the measure of that (bench/memory.ts) would notice if it did. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import test from "ava";
import { repository } from "../support/consumer.js";

function measure(...more: string[]): { status: number | null; text: string } {
  const file = join(repository, "bench", "memory.ts");
  const fixed = ["--expose-gc", "--import", "tsx", file, "--verifications", "100000", "--check"];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...fixed, ...more], {
    cwd: repository,
    encoding: "utf8",
    timeout: 240_000,
  });
  return { status, text: stdout + stderr };
}

test("verification leaves heap and external memory as they were, with a full key cache that evicts", (t) => {
  t.timeout(300_000);
  const { status, text } = measure();
  t.is(status, 0, text);
});

test("64 bytes kept a verification are noticed", (t) => {
  t.timeout(300_000);
  const { status, text } = measure("--leak", "64");
  t.is(status, 1, text);
  t.regex(text, /heap has grown/);
});
