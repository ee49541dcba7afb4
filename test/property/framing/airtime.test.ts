/** Airtime budgets: whatever is asked when, no window holds more than the duty cycle, and waiting is never in vain. */
import test from "ava";
import fc from "fast-check";
import { AirtimeBudget, eu868Rule, loraAirtimeMs } from "waxwing/framing";
import { checkProperty } from "../../support/property.js";

const airtimeMs = (bytes: number) => bytes;

test("in any window of an hour no more is sent than the duty cycle allows", (t) => {
  checkProperty(
    t,
    fc.property(
      fc.constantFrom(0.001, 0.01, 0.1),
      fc.constantFrom(0.1, 0.5, 0.9),
      fc.array(fc.tuple(fc.integer({ min: 1, max: 300 }), fc.nat(400_000)), { maxLength: 300 }),
      (dutyCycle, burstShare, asked) => {
        const windowMs = 3_600_000;
        const budget = new AirtimeBudget({ dutyCycle, windowMs, burstShare, airtimeMs });
        const sent: { atMs: number; ms: number }[] = [];
        let nowMs = 0;
        for (const [bytes, pauseMs] of asked) {
          nowMs += pauseMs;
          const verdict = budget.canSend(bytes, nowMs);
          if (verdict.send === "never") continue;
          if (verdict.send === "wait") {
            nowMs = verdict.untilMs;
            if (budget.canSend(bytes, nowMs).send !== "now") return false;
          }
          budget.spend(bytes, nowMs);
          sent.push({ atMs: nowMs, ms: bytes });
        }
        return sent.every(({ atMs: from }) => {
          const within = sent.filter(({ atMs }) => atMs >= from && atMs <= from + windowMs);
          return within.reduce((sum, { ms }) => sum + ms, 0) <= dutyCycle * windowMs + 1e-3;
        });
      },
    ),
  );
});

test("a packet is refused for ever only where it is longer than the dwell time or a full budget", (t) => {
  const rule = { dutyCycle: 0.01, windowMs: 100_000, airtimeMs };
  t.deepEqual(new AirtimeBudget(rule).canSend(500, 0), { send: "now" });
  t.deepEqual(new AirtimeBudget(rule).canSend(501, 0), { send: "never" });
  t.deepEqual(new AirtimeBudget({ ...rule, dwellMsMax: 400 }).canSend(401, 0), { send: "never" });
});

test("a wait is as long as the missing airtime takes, and what was sent early is owed", (t) => {
  const budget = new AirtimeBudget({ dutyCycle: 0.02, windowMs: 100_000, airtimeMs });
  budget.spend(1000, 0);
  t.deepEqual(budget.canSend(10, 0), { send: "wait", untilMs: 1000 });
  budget.spend(10, 0);
  t.is(budget.availableMs(0), -10);
  t.deepEqual(budget.canSend(10, 500), { send: "wait", untilMs: 2000 });
  t.is(budget.availableMs(1e9), 1000);
});

test("LoRa airtime never falls with more bytes, and low data rates are optimised as modems do", (t) => {
  const slow = { spreadingFactor: 12, bandwidthHz: 125_000, codingRate: 8 };
  for (const settings of [
    slow,
    { ...slow, spreadingFactor: 7 },
    { ...slow, explicitHeader: false, crc: false },
  ])
    for (let bytes = 1; bytes <= 255; bytes++)
      t.true(loraAirtimeMs(bytes, settings) >= loraAirtimeMs(bytes - 1, settings));
  t.is(loraAirtimeMs(50, slow), loraAirtimeMs(50, { ...slow, lowDataRateOptimize: true }));
  const fast = { ...slow, spreadingFactor: 10 };
  t.is(loraAirtimeMs(50, fast), loraAirtimeMs(50, { ...fast, lowDataRateOptimize: false }));
  t.throws(() => loraAirtimeMs(256, slow), { instanceOf: RangeError });
  t.throws(() => loraAirtimeMs(1, { ...slow, spreadingFactor: 6 }), { instanceOf: RangeError });
});

test("Europe's 868 MHz bands hold the whole channel, or give no rule", (t) => {
  t.deepEqual(eu868Rule(868_100_000, 125_000), { dutyCycle: 0.01 });
  t.deepEqual(eu868Rule(869_525_000, 250_000), { dutyCycle: 0.1 });
  t.is(eu868Rule(868_600_000, 125_000), undefined);
  t.is(eu868Rule(915_000_000, 125_000), undefined);
});
