/** Runs a compliance suite of waxwing/testing under ava: one serial ava test a check. */
import test from "ava";
import type { SuiteReport } from "waxwing/testing";

export function avaReport(prefix: string): SuiteReport {
  return {
    check(name, run) {
      test.serial(`${prefix}: ${name}`, async (t) => {
        await run();
        t.pass();
      });
    },
  };
}
