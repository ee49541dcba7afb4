/**
 * `npm test`: installs and builds what is missing, runs the checks, then every test, and ends with one line
 * `N passed, N failed, N skipped` in which a check counts as a test. No tests at all is a failure.
 *
 *   npm test                                        everything
 *   npm test -- test/sim --match "*partition*"      a subset, by ava's arguments; without the checks
 *   npm test -- --no-check                          every test, without the checks
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { buildIfNeeded } from "./build.mjs";
import { check } from "./check.mjs";
import { TapCounter } from "./checks/tap.mjs";
import { installIfNeeded } from "./install.mjs";
import { checkNodeVersion, root } from "./run.mjs";

checkNodeVersion();
installIfNeeded();
await buildIfNeeded();

const arguments_ = process.argv.slice(2).filter((argument) => argument !== "--no-check");
const wholeSuite = process.argv.length === 2;
const total = { passed: 0, failed: 0, skipped: 0 };

if (wholeSuite) {
  const { passed, failed } = await check();
  total.passed += passed;
  total.failed += failed;
}
const tests = await runTests(arguments_);
total.passed += tests.passed;
total.failed += tests.failed;
total.skipped += tests.skipped;
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed > 0 ? 1 : 0);

/** ava speaks TAP, which is counted here; what it says about a failure is passed on as it comes. */
async function runTests(avaArguments) {
  const counter = new TapCounter();
  const child = spawn(
    process.execPath,
    [join(root, "node_modules/ava/entrypoints/cli.mjs"), "--tap", ...avaArguments],
    { cwd: root, stdio: ["ignore", "pipe", "inherit"] },
  );
  for await (const line of createInterface({ input: child.stdout })) {
    const readable = counter.read(line);
    if (readable !== undefined) console.log(readable);
  }
  const code = await new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve(child.exitCode);
    else child.once("close", resolve);
  });
  return counter.finish(code);
}
