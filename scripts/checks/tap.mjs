/**
 * Counts a TAP stream line by line and turns it into something to read: one line a test, the details of a
 * failure below it. A crash of a test file comes as a `not ok` too, and counts as one failure.
 */
export class TapCounter {
  #passed = 0;
  #failed = 0;
  #skipped = 0;
  #inFailure = false;

  /** What to print for the line; undefined for nothing. @param {string} line @returns {string | undefined} */
  read(line) {
    const result = /^(not )?ok \d+(?: - (.*?))?(?: # (SKIP|[A-Z]+)\b.*)?$/.exec(line);
    if (result) return this.#result(result[1] !== undefined, result[2] ?? "", result[3] !== undefined);
    if (/^\s/.test(line)) return this.#inFailure ? line : undefined;
    if (/^(TAP version|\d+\.\.\d+|# (tests|pass|fail|skip) )/.test(line) || line === "") return undefined;
    return line;
  }

  #result(failed, title, skipped) {
    this.#inFailure = failed && !skipped;
    if (skipped) {
      this.#skipped++;
      return `- ${title} (skipped)`;
    }
    if (failed) this.#failed++;
    else this.#passed++;
    return `${failed ? "✘" : "✔"} ${title}`;
  }

  /**
   * The counts, given how the runner exited: it failing without a failed test, or no test at all, is a failure.
   * @param {number | null} exitCode
   */
  finish(exitCode) {
    const nothingRan = this.#passed + this.#failed + this.#skipped === 0;
    const unexplained = this.#failed === 0 && (exitCode !== 0 || nothingRan);
    return {
      passed: this.#passed,
      failed: this.#failed + (unexplained ? 1 : 0),
      skipped: this.#skipped,
    };
  }
}
