/** A line that is kept open. */
import test from "ava";
import { createFakeHost, settle } from "waxwing/testing";
import { WaxwingError } from "#dist/base/errors.js";
import { Reopening } from "#dist/transport/reopening.js";

function reopening(outcomes: (string | Error)[]) {
  const { host, time } = createFakeHost();
  const log: string[] = [];
  const lines = new Reopening<string>({
    timers: host.timers,
    retryMs: { min: 100, max: 300 },
    hopeless: ["device_setting"],
    open: async () => {
      const outcome = outcomes.shift() ?? "line";
      if (outcome instanceof Error) throw outcome;
      return outcome;
    },
    close: async (line) => void log.push(`close ${line}`),
    use: (line) => void log.push(`use ${line}`),
    down: ({ code }) => void log.push(`down ${code}`),
    up: () => void log.push("up"),
  });
  const wait = async (ms: number) => {
    time.advance(ms);
    await settle();
  };
  return { lines, log, wait };
}

const absent = new WaxwingError("device_not_found", "not plugged in");

test("an absent line is down, and opened at growing intervals until it is there", async (t) => {
  const { lines, log, wait } = reopening([absent, absent, absent, absent, "b"]);
  await lines.open();
  await wait(100);
  await wait(200);
  await wait(300);
  await wait(299);
  t.deepEqual(log, ["down device_not_found"]);
  await wait(1);
  t.deepEqual(log.slice(1), ["use b", "up"]);
  t.is(lines.line, "b");
});

test("a line that ended is closed, reported once and opened again; another's end is nothing", async (t) => {
  const { lines, log, wait } = reopening(["a", "b"]);
  await lines.open();
  lines.ended("other", absent);
  lines.ended("a", absent);
  lines.ended("a", absent);
  t.is(lines.line, undefined);
  await wait(100);
  t.deepEqual(log, ["use a", "close a", "down device_not_found", "use b", "up"]);
});

test("what waiting does not mend rejects the first open, and is waited for later", async (t) => {
  const broken = new WaxwingError("device_setting", "no such rate");
  await t.throwsAsync(reopening([broken]).lines.open(), { message: /no such rate/ });
  const { lines, log, wait } = reopening(["a", broken, "b"]);
  await lines.open();
  lines.ended("a", absent);
  await wait(100);
  await wait(200);
  t.deepEqual(log.slice(-2), ["use b", "up"]);
});

test("an error that is none of ours ends nothing: it is tried again", async (t) => {
  const { lines, log, wait } = reopening([new Error("?"), new Error("?"), "a"]);
  await lines.open();
  await wait(100);
  await wait(200);
  t.deepEqual(log, ["down native_io", "use a", "up"]);
});

test("close() ends the attempts, closes what opens meanwhile, and is idempotent", async (t) => {
  const { lines, log, wait } = reopening([absent, "late"]);
  await lines.open();
  await Promise.all([lines.close(), lines.close()]);
  await wait(1000);
  t.deepEqual(log, ["down device_not_found"]);
  const second = reopening(["slow"]);
  const opening = second.lines.open();
  const closing = second.lines.close();
  await Promise.all([opening, closing]);
  t.deepEqual(second.log, ["close slow"]);
  t.is(second.lines.line, undefined);
});
