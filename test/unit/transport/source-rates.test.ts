/** How fast sources may send: buckets, what they cost, and what a flood of sources cannot do to them. */
import test from "ava";
import { limits } from "#dist/base/limits.js";
import { sourcePrefix } from "#dist/base/source-prefix.js";
import { type RateBounds, SourceRates, SourceTable } from "#dist/transport/http/source-rates.js";

const bounds: RateBounds = { framesPerSecond: 10, framesBurst: 20, bytesPerSecond: 1000, bytesBurst: 2000 };

function fakeClock() {
  let ms = 0;
  return { monotonicMs: () => ms, advance: (byMs: number) => void (ms += byMs) };
}

/** How many of `count` requests pass one after the other. */
function passing(table: SourceTable, source: string, count: number, bytes = 1): number {
  let passed = 0;
  for (let i = 0; i < count; i++) if (table.take(source, bytes).ok) passed++;
  return passed;
}

test("a source sends its burst at once and its rate from then on, and is told how long to wait", (t) => {
  const clock = fakeClock();
  const table = new SourceTable(bounds, 4, clock);
  t.is(passing(table, "a", 25), 20);
  const refused = table.take("a", 1);
  t.is(refused.ok ? -1 : refused.retryAfterMs, 100);
  clock.advance(100);
  t.is(passing(table, "a", 5), 1);
  clock.advance(60_000);
  t.is(passing(table, "a", 25), 20);
});

test("one source's account is not another's", (t) => {
  const table = new SourceTable(bounds, 4, fakeClock());
  t.is(passing(table, "a", 100), 20);
  t.is(passing(table, "b", 100), 20);
});

test("bytes are charged as declared, may fall below zero by one body, and what was not used comes back", (t) => {
  const clock = fakeClock();
  const table = new SourceTable(bounds, 4, clock);
  t.true(table.take("a", 1999).ok);
  const large = table.take("a", 5000);
  t.true(large.ok);
  const refused = table.take("a", 0);
  t.is(refused.ok ? -1 : refused.retryAfterMs, 5000);
  if (large.ok) large.charge.settle(1000);
  const sooner = table.take("a", 0);
  t.is(sooner.ok ? -1 : sooner.retryAfterMs, 1000);
  clock.advance(1000);
  t.true(table.take("a", 0).ok);
});

test("a body of unknown length costs the largest frame until it is read", (t) => {
  const table = new SourceTable(bounds, 4, fakeClock());
  const verdict = table.take("a", undefined);
  t.false(table.take("a", 1).ok);
  if (verdict.ok) verdict.charge.settle(10);
  t.true(table.take("a", 1).ok);
  t.true(limits.httpUnprovenBytesPerSecond * 2 >= limits.frameBytesMax);
});

test("a flood of sources grows no table and takes nobody's account away", (t) => {
  const clock = fakeClock();
  const table = new SourceTable(bounds, 4, clock);
  t.is(passing(table, "victim", 20), 20);
  let passed = 0;
  for (let i = 0; i < 10_000; i++) passed += passing(table, `flood ${i}`, 1);
  t.is(table.size, 4);
  // Three found a place, all others share one burst.
  t.is(passed, 3 + 20);
  t.false(table.take("victim", 1).ok, "its account was not made new by being forgotten");
  clock.advance(1000);
  t.is(passing(table, "victim", 20), 10);
});

test("a source whose account is full again makes room, since a new one would be no different", (t) => {
  const clock = fakeClock();
  const table = new SourceTable(bounds, 2, clock);
  t.is(passing(table, "a", 1), 1);
  t.is(passing(table, "b", 20), 20);
  clock.advance(1000);
  t.is(passing(table, "c", 20), 20, "a place of its own: a is full again");
  t.is(passing(table, "b", 20), 10, "b was not, and is still counted");
});

test("a known peer has its place beside any number of other proven keys and addresses", (t) => {
  const clock = fakeClock();
  const rates = new SourceRates(
    { proven: bounds, unproven: bounds },
    { clock, isKnownPeer: (keyId) => keyId === "peer" },
  );
  const remoteAddress = "192.0.2.1";
  for (let i = 0; i < limits.peersMax + 100; i++) {
    rates.take({ peerKeyId: `sybil ${i}`, remoteAddress }, 1);
    rates.take({ remoteAddress: `10.0.${i >> 8}.${i & 255}` }, 1);
  }
  for (let i = 0; i < 20; i++) t.true(rates.take({ peerKeyId: "peer", remoteAddress }, 1).ok);
  t.false(rates.take({ peerKeyId: "peer", remoteAddress }, 1).ok);
});

test("proven senders are counted by key wherever they are, others by address", (t) => {
  const rates = new SourceRates(
    { proven: bounds, unproven: bounds },
    { clock: fakeClock(), isKnownPeer: () => false },
  );
  for (let i = 0; i < 20; i++) t.true(rates.take({ peerKeyId: "a", remoteAddress: `192.0.2.${i}` }, 1).ok);
  t.false(rates.take({ peerKeyId: "a", remoteAddress: "192.0.2.99" }, 1).ok);
  t.true(rates.take({ remoteAddress: "192.0.2.99" }, 1).ok, "a stranger beside it is another source");
});

test("sourcePrefix() is an IPv4 address, mapped or not, and 56 bits of an IPv6 address", (t) => {
  for (const [address, prefix] of [
    ["192.0.2.1", "192.0.2.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["2001:db8:1:2300::7", "2001:db8:1:23/56"],
    ["2001:db8:1:23ff:ffff:ffff:ffff:ffff", "2001:db8:1:23/56"],
    ["2001:0DB8:0001:2400::", "2001:db8:1:24/56"],
    ["2001:db8::1", "2001:db8:0:0/56"],
    ["::1", "0:0:0:0/56"],
    ["::", "0:0:0:0/56"],
    ["fe80::1%eth0", "fe80:0:0:0/56"],
    ["64:ff9b::192.0.2.1", "64:ff9b:0:0/56"],
    ["1:2:3:4:5:6:7:8", "1:2:3:0/56"],
    ["", ""],
    ["not::an::address", "not::an::address"],
    ["1:2:3", "1:2:3"],
    ["x".repeat(1000), "x".repeat(64)],
  ] as const)
    t.is(sourcePrefix(address), prefix);
});
