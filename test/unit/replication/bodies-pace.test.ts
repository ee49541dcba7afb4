/** How much a frame of bodies carries where nobody knows the rate of the way. */
import test from "ava";
import { limits } from "#dist/base/limits.js";
import { BodiesPace } from "#dist/replication/bodies-pace.js";

const { bodiesBytesMax, bodiesFirstBytes, roundWaitMs } = limits;

/** Sends frames over a way of that rate until their size stays the same; what each took, in ms. */
function sendOver(bitsPerSecond: number, latencyMs = 0): { bytes: number; tookMs: number[] } {
  const pace = new BodiesPace(undefined);
  const tookMs: number[] = [];
  for (let frame = 0; frame < 10; frame++) {
    const ms = latencyMs + (pace.bytesMax * 8000) / bitsPerSecond;
    tookMs.push(ms);
    pace.sent(pace.bytesMax, ms);
  }
  return { bytes: pace.bytesMax, tookMs };
}

test("the first frame is small where the rate is not known, and as large as any where it is", (t) => {
  t.is(new BodiesPace(undefined).bytesMax, bodiesFirstBytes);
  t.is(new BodiesPace({ frameBytesMax: 1 << 20 } as never).bytesMax, bodiesFirstBytes);
  t.is(new BodiesPace({ rateBitsPerSecond: 9600 }).bytesMax, bodiesBytesMax);
});

test("on a fast way the second frame is as large as any", (t) => {
  const pace = new BodiesPace(undefined);
  pace.sent(bodiesFirstBytes, 30);
  t.is(pace.bytesMax, bodiesBytesMax);
});

test("on slow ways frames shrink until each takes a quarter of a wait", (t) => {
  for (const rate of [100_000, 1_000_000, 1_700_000]) {
    const { bytes, tookMs } = sendOver(rate, 80);
    t.true(bytes < bodiesBytesMax);
    for (const ms of tookMs.slice(2)) t.true(ms <= roundWaitMs / 4 + 100, `${rate}: ${ms} ms`);
  }
  t.true(sendOver(1_000_000).tookMs[0]! < roundWaitMs / 2, "the first frame ends well within a wait");
});

test("a way that becomes slow is noticed with one frame, and one that becomes fast again too", (t) => {
  const pace = new BodiesPace(undefined);
  pace.sent(bodiesFirstBytes, 10);
  pace.sent(bodiesBytesMax, roundWaitMs);
  t.is(pace.bytesMax, bodiesBytesMax / 4);
  pace.sent(pace.bytesMax, 10);
  t.is(pace.bytesMax, bodiesBytesMax);
});

test("a short frame in little time makes no later one smaller, and none is ever empty", (t) => {
  const pace = new BodiesPace(undefined);
  pace.sent(100, 400);
  t.is(pace.bytesMax, bodiesFirstBytes);
  pace.sent(1, 10 * roundWaitMs);
  t.is(pace.bytesMax, 1);
});
