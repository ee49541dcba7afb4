/** Runs the plain scripts of test/runtimes in other runtimes, one after the other, and adds up their counts. */
import { spawnSync } from "node:child_process";
import { root } from "../run.mjs";

/** Under emulation the slowest of them takes a tenth of this on two cores. */
const scriptMsMax = 600_000;

export class PlainScripts {
  #total = { passed: 0, failed: 0, skipped: 0 };

  /** `command`: program and arguments that come before the script. */
  run(name, command, script, args = []) {
    const startMs = performance.now();
    const [program, ...before] = command;
    const { status, signal, stdout, stderr, error } = spawnSync(program, [...before, script, ...args], {
      cwd: root,
      encoding: "utf8",
      timeout: scriptMsMax,
    });
    const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
    console.log(`\n=== ${name} ${script} (${seconds} s)\n${stdout ?? ""}${stderr ?? ""}`);
    const counts = stdout?.match(/^(\d+) passed, (\d+) failed, (\d+) skipped$/m);
    const [passed, failed, skipped] = counts?.slice(1).map(Number) ?? [0, 0, 0];
    // A script that ends badly without a failed test is one failure: a crash of the addon looks like that.
    const crashed = (status !== 0 || counts === null || counts === undefined) && failed === 0;
    if (crashed) console.log(`${name} ${script} ended with ${error?.code ?? signal ?? `code ${status}`}`);
    this.#total.passed += passed;
    this.#total.failed += crashed ? 1 : failed;
    this.#total.skipped += skipped;
  }

  /** One test that could not be run, and why. */
  skip(name, why) {
    console.log(`\n${name}: skipped, ${why}`);
    this.#total.skipped++;
  }

  /** Prints `N passed, N failed, N skipped` and ends the process. */
  finish() {
    const { passed, failed, skipped } = this.#total;
    console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
    process.exit(failed > 0 ? 1 : 0);
  }
}
