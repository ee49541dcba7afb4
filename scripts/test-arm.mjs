/**
 * The addon and the core on ARM: arm64 with Node 20 and 24, armv7 with the newest Node that npm has for it,
 * under qemu. Ends with `N passed, N failed, N skipped`. A runtime that cannot be fetched is one skipped
 * test that says why; what fails once it runs is a failure.
 *
 *   node scripts/test-arm.mjs [--only arm64-node24]
 */
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { buildIfNeeded } from "./build.mjs";
import { armCommand, armRuntimes } from "./native/qemu.mjs";
import { root } from "./run.mjs";

/** Under emulation the slowest of them takes a tenth of this on two cores. */
const scriptMsMax = 600_000;

const scripts = ["test/runtimes/native.mjs", "test/runtimes/vectors.mjs", "test/runtimes/smoke.mjs"];

const { values } = parseArgs({ options: { only: { type: "string" } } });
await buildIfNeeded();
const total = { passed: 0, failed: 0, skipped: 0 };
for (const name of Object.keys(armRuntimes)) {
  if (values.only !== undefined && values.only !== name) continue;
  const command = commandOrSkip(name);
  for (const script of command === undefined ? [] : scripts) runScript(name, command, script);
}
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed > 0 ? 1 : 0);

function commandOrSkip(name) {
  try {
    return armCommand(name);
  } catch (error) {
    console.log(`\n${name}: skipped, ${error.message}`);
    total.skipped++;
    return undefined;
  }
}

function runScript(name, command, script) {
  const startMs = performance.now();
  const { status, signal, stdout, stderr, error } = spawnSync(command[0], [...command.slice(1), script], {
    cwd: root,
    encoding: "utf8",
    timeout: scriptMsMax,
  });
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
  console.log(`\n=== ${name} ${script} (${seconds} s)\n${stdout}${stderr}`);
  const counts = stdout.match(/^(\d+) passed, (\d+) failed, (\d+) skipped$/m);
  const [passed, failed, skipped] = counts?.slice(1).map(Number) ?? [0, 0, 0];
  total.passed += passed;
  total.skipped += skipped;
  // A script that ends badly without a failed test is one failure: a crash of the addon looks like that.
  if (status !== 0 && failed === 0)
    console.log(`${name} ${script} ended with ${error?.code ?? signal ?? `code ${status}`}`);
  total.failed += status !== 0 && failed === 0 ? 1 : failed;
}
