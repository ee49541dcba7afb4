/** Selective retransmission: when a receiver asks, for what, how often, and what a sender answers. */
import { createHash } from "node:crypto";
import test from "ava";
import { decodeFragmentRequest, type FragmentEffect, FragmentSession } from "waxwing/framing";

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash("sha256").update(bytes).digest());
const mduBytes = 48;
const chunkBytes = mduBytes - 16;
const session = (silenceMs = 1000) => new FragmentSession({ sha256, mduBytes, silenceMs });
const frameOf = (pieces: number, fill = 1) => new Uint8Array(pieces * chunkBytes).fill(fill);

const packetsOf = (effects: readonly FragmentEffect[]) =>
  effects.flatMap((effect) => (effect.type === "send" ? [...effect.packets] : []));
const framesOf = (effects: readonly FragmentEffect[]) =>
  effects.flatMap((effect) => (effect.type === "deliver" ? [effect.frame] : []));
const missingIn = (effects: readonly FragmentEffect[]) =>
  packetsOf(effects).map((packet) => [...decodeFragmentRequest(packet).missing]);

test("a frame that fits goes as it is, unless it would be taken for a fragment", (t) => {
  const sender = session();
  const plain = new Uint8Array(mduBytes).fill(7);
  t.deepEqual([...sender.send(plain)], [plain]);
  const lookalike = new TextEncoder().encode("CFRG and so on");
  const packets = [...sender.send(lookalike)];
  t.is(packets.length, 1);
  t.deepEqual(framesOf(session().receive(packets[0]!, 0)), [lookalike]);
});

test("missing pieces are asked for after the silence, once, then after twice as long; then given up", (t) => {
  const receiver = session();
  const [first, , third] = [...session().send(frameOf(4))];
  receiver.receive(first!, 0);
  receiver.receive(third!, 100);
  t.is(receiver.wakeAtMs, 1100);
  t.deepEqual(receiver.wake(1099), []);
  t.deepEqual(missingIn(receiver.wake(1100)), [[1, 3]]);
  t.is(receiver.wakeAtMs, 3100);
  for (let asked = 1; asked < 8; asked++) t.deepEqual(missingIn(receiver.wake(receiver.wakeAtMs!)), [[1, 3]]);
  t.deepEqual(receiver.wake(receiver.wakeAtMs!), []);
  t.is(receiver.wakeAtMs, undefined);
  t.deepEqual([receiver.counters.abandoned, receiver.residentBytes], [1, 0]);
});

test("a new piece begins the patience anew, and slow senders are waited for", (t) => {
  const receiver = session();
  const packets = [...session().send(frameOf(6))];
  receiver.receive(packets[0]!, 0);
  receiver.receive(packets[1]!, 900);
  t.is(receiver.wakeAtMs, 900 + 2700, "three times the gap");
  receiver.wake(3600);
  receiver.receive(packets[2]!, 3700);
  t.is(receiver.wakeAtMs, 3700 + 2700, "the answer to a request is no gap");
});

test("what is asked for is answered from memory, each piece once, and only what exists", (t) => {
  const [sender, receiver] = [session(), session()];
  const packets = [...sender.send(frameOf(4))];
  for (const index of [0, 2]) receiver.receive(packets[index]!, 0);
  const [request] = packetsOf(receiver.wake(1000));
  const again = packetsOf(sender.receive(request!, 0));
  t.deepEqual(again, [packets[1], packets[3]]);
  t.deepEqual(framesOf(again.flatMap((packet) => receiver.receive(packet, 1100))), [frameOf(4)]);
  t.is(receiver.wakeAtMs, undefined);
  const other = new TextEncoder().encode("CNAK00000000\0\x02\0\x09\0\x09");
  t.deepEqual(sender.receive(other, 0), [], "an unknown frame");
  const named = request!.slice();
  named.set([0, 3, 0, 3], 14);
  t.deepEqual(packetsOf(sender.receive(named, 0)), [packets[3]], "a doubled index");
});

test("requests name as many pieces as a packet holds, in a few packets", (t) => {
  const receiver = session();
  const [first] = [...session().send(frameOf(200))];
  receiver.receive(first!, 0);
  const asked = missingIn(receiver.wake(1000));
  t.deepEqual(
    asked.map(({ length }) => length),
    [17, 17, 17, 17],
  );
  t.deepEqual(
    asked.flat(),
    Array.from({ length: 68 }, (_, index) => index + 1),
  );
});

test("late and doubled pieces of a complete frame make no second frame and no request", (t) => {
  const receiver = session();
  const packets = [...session().send(frameOf(2))];
  const effects = packets.flatMap((packet) => receiver.receive(packet, 0));
  t.is(framesOf(effects).length, 1);
  for (const packet of packets) t.deepEqual(receiver.receive(packet, 500), []);
  t.deepEqual([receiver.counters.echoes, receiver.wakeAtMs], [2, undefined]);
  // Four silences after the last echo the same frame is a new one.
  t.is(framesOf(packets.flatMap((packet) => receiver.receive(packet, 4500))).length, 1);
});

test("a sender keeps its last 64 frames, and sends none of them more than 16 times again", (t) => {
  const sender = session();
  const receiver = session();
  const request = (fill: number) => {
    const [, second] = [...session().send(frameOf(2, fill))];
    receiver.reset();
    receiver.receive(second!, 0);
    return packetsOf(receiver.wake(receiver.wakeAtMs!))[0]!;
  };
  for (let fill = 0; fill <= 64; fill++) sender.send(frameOf(2, fill));
  t.is(sender.residentBytes, 64 * 2 * chunkBytes);
  t.deepEqual(sender.receive(request(0), 0), [], "the oldest is forgotten");
  const last = request(64);
  let resent = 0;
  for (let i = 0; i < 100; i++) resent += packetsOf(sender.receive(last, 0)).length;
  t.is(resent, 32);
});

test("strangers' pieces make a node ask for eight frames at a time", (t) => {
  const receiver = session();
  for (let fill = 0; fill < 30; fill++) receiver.receive([...session().send(frameOf(3, fill))][0]!, 0);
  t.is(packetsOf(receiver.wake(1000)).length, 8);
  t.is(packetsOf(receiver.wake(1000)).length, 0);
  t.is(packetsOf(receiver.wake(2000)).length, 8);
});

test("packets that begin like ours and are none are counted, and nothing else", (t) => {
  const receiver = session();
  for (const text of [
    "CFRG",
    "CNAK",
    "CFRG12345678\0\0\0\0x",
    "CFRG12345678\0\x02\0\x02x",
    "CNAK12345678\0\0",
  ])
    t.deepEqual(receiver.receive(new TextEncoder().encode(text), 0), []);
  t.is(receiver.counters.malformed, 5);
  t.deepEqual(receiver.receive(new Uint8Array(0), 0), []);
});

test("settings are checked", (t) => {
  t.throws(() => new FragmentSession({ sha256, mduBytes: 31 }), { instanceOf: RangeError });
  t.throws(() => new FragmentSession({ sha256, mduBytes, silenceMs: 0 }), { instanceOf: RangeError });
  t.throws(() => new FragmentSession({ mduBytes } as never), { instanceOf: TypeError });
  t.throws(() => session().send(new Uint8Array(0)), { instanceOf: RangeError });
  t.throws(() => session().send(new Uint8Array(8 * 1024 * 1024 + 1)), { code: "frame_too_large" });
});
