/** The counter behind `N passed, N failed, N skipped`: exact, and never green by accident. */
import test from "ava";
import { TapCounter } from "../../../scripts/checks/tap.mjs";

function count(lines: string[], exitCode: number | null) {
  const counter = new TapCounter();
  const printed = lines.map((line) => counter.read(line)).filter((line) => line !== undefined);
  return { printed, counts: counter.finish(exitCode) };
}

test("TapCounter counts passes, failures and skips, and keeps the details of failures", (t) => {
  const lines = [
    "TAP version 13",
    "ok 1 - a.test › adds",
    "    ---",
    "    duration_ms: 3",
    "    ...",
    "not ok 2 - a.test › subtracts",
    "  ---",
    "    message: differ",
    "  ...",
    "ok 3 - a.test › divides # SKIP",
    "# some words of a test",
    "",
    "1..3",
    "# tests 3",
    "# pass 1",
    "# fail 1",
  ];
  const { printed, counts } = count(lines, 1);
  t.deepEqual(counts, { passed: 1, failed: 1, skipped: 1 });
  t.deepEqual(printed, [
    "✔ a.test › adds",
    "✘ a.test › subtracts",
    "  ---",
    "    message: differ",
    "  ...",
    "- a.test › divides (skipped)",
    "# some words of a test",
  ]);
});

test("TapCounter calls it a failure when nothing ran", (t) => {
  t.deepEqual(count(["TAP version 13", "1..0"], 0).counts, { passed: 0, failed: 1, skipped: 0 });
});

test("TapCounter calls it a failure when the runner fails or dies though no test did", (t) => {
  t.is(count(["ok 1 - a"], 1).counts.failed, 1);
  t.is(count(["ok 1 - a"], null).counts.failed, 1);
  t.is(count(["ok 1 - a"], 0).counts.failed, 0);
});
