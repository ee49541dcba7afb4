/** Fragments: any loss, order and repetition ends with the frame, byte for byte, once; and hoards are bounded. */
import { createHash } from "node:crypto";
import test from "ava";
import fc from "fast-check";
import { encodeFragment, type FragmentEffect, FragmentSession, Reassembler } from "waxwing/framing";
import { SeededRandom } from "waxwing/testing";
import { checkProperty } from "../../support/property.js";

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash("sha256").update(bytes).digest());

/** Both directions lose, double and reorder packets; returns what was delivered. */
function transfer(frames: readonly Uint8Array[], mduBytes: number, lost: number, random: SeededRandom) {
  const sender = new FragmentSession({ sha256, mduBytes });
  const receiver = new FragmentSession({ sha256, mduBytes });
  const delivered: Uint8Array[] = [];
  const perform = (effects: readonly FragmentEffect[]) => {
    const packets: Uint8Array[] = [];
    for (const effect of effects)
      if (effect.type === "deliver") delivered.push(effect.frame);
      else packets.push(...effect.packets);
    return packets;
  };
  const line = (packets: readonly Uint8Array[]) =>
    random
      .shuffle(packets.flatMap((packet) => (random.chance(0.1) ? [packet, packet] : [packet])))
      .filter(() => !random.chance(lost));
  let nowMs = 0;
  let toReceiver = line(frames.flatMap((frame) => [...sender.send(frame)]));
  while (true) {
    for (const packet of toReceiver) perform(receiver.receive(packet, nowMs));
    const wakeAtMs = receiver.wakeAtMs;
    if (wakeAtMs === undefined) return { delivered, receiver };
    nowMs = wakeAtMs;
    const requests = line(perform(receiver.wake(nowMs)));
    toReceiver = line(requests.flatMap((request) => perform(sender.receive(request, nowMs))));
  }
}

test("one frame in any number of pieces survives loss, reorder and repetition", (t) => {
  checkProperty(
    t,
    fc.property(
      fc.integer({ min: 301, max: 4000 }),
      fc.integer({ min: 32, max: 300 }),
      fc.integer(),
      (length, mduBytes, seed) => {
        const random = new SeededRandom(seed);
        const frame = random.bytes(length);
        const { delivered, receiver } = transfer([frame], mduBytes, 0.1, random);
        // With every packet lost there is nothing to ask for; else the frame is there, once.
        if (receiver.counters.fragmentsReceived === 0) return delivered.length === 0;
        return delivered.length === 1 && Buffer.compare(delivered[0]!, frame) === 0;
      },
    ),
  );
});

test("many frames at once come out once each, and nothing is left behind", (t) => {
  const random = new SeededRandom("many frames");
  const frames = Array.from({ length: 20 }, () => random.bytes(random.integer(500, 3000)));
  const { delivered, receiver } = transfer(frames, 100, 0.2, random);
  const texts = (list: readonly Uint8Array[]) =>
    list.map((frame) => Buffer.from(frame).toString("hex")).sort();
  t.deepEqual(texts(delivered), texts(frames));
  t.is(receiver.residentBytes, 0);
});

test("whatever fragments come, what is held stays within its bounds", (t) => {
  const random = new SeededRandom("hoard");
  const reassembler = new Reassembler(sha256);
  const held = () => [...reassembler.partials.values()];
  const chunk = random.bytes(60_000);
  for (let round = 0; round < 3000; round++) {
    const total = random.pick([2, 100, 65_535]);
    reassembler.add({
      messageId: random.bytes(8).fill(0, 0, 6),
      total,
      index: random.integer(0, total - 1),
      chunk: chunk.subarray(0, random.pick([1, 100, 60_000])),
    });
    if (round % 100 !== 0) continue;
    t.true(reassembler.partials.size <= 256);
    t.true(reassembler.residentBytes <= 32 * 1024 * 1024);
    t.is(
      reassembler.residentBytes,
      held().reduce((sum, partial) => sum + partial.residentBytes, 0),
    );
  }
  t.true(reassembler.counters.evicted > 0);
  t.true(reassembler.counters.oversized > 0, "a lying total is seen at the first fragment");
});

test("the largest frame in its smallest pieces is put together", (t) => {
  const frame = new Uint8Array(65_535 * 16);
  new DataView(frame.buffer).setUint32(frame.length - 4, 7);
  const sender = new FragmentSession({ sha256, mduBytes: 32 });
  const receiver = new FragmentSession({ sha256, mduBytes: 32 });
  const delivered: Uint8Array[] = [];
  for (const packet of sender.send(frame))
    for (const effect of receiver.receive(packet, 0))
      if (effect.type === "deliver") delivered.push(effect.frame);
  t.is(delivered.length, 1);
  t.is(Buffer.compare(delivered[0]!, frame), 0);
  t.throws(() => sender.send(new Uint8Array(frame.length + 1)), { message: /cannot be cut/ });
});

test("a conflicting total begins the frame anew, and a hash that differs gives nothing", (t) => {
  const reassembler = new Reassembler(sha256);
  const frame = new Uint8Array(100).fill(7);
  const messageId = sha256(frame).slice(0, 8);
  const piece = (total: number, index: number, chunk: Uint8Array) => ({ messageId, total, index, chunk });
  reassembler.add(piece(3, 0, frame.subarray(0, 40)));
  t.is(reassembler.add(piece(2, 0, frame.subarray(0, 50))).status, "partial");
  t.is(reassembler.counters.conflicts, 1);
  t.is(reassembler.add(piece(2, 0, frame.subarray(0, 50))).status, "duplicate");
  t.deepEqual(reassembler.add(piece(2, 1, frame.subarray(50))), {
    status: "complete",
    frame,
    id: Buffer.from(messageId).toString("hex"),
  });
  reassembler.add(piece(2, 0, frame.subarray(0, 50)));
  t.is(
    reassembler.add(
      piece(
        2,
        1,
        frame.subarray(0, 50).map((byte) => byte + 1),
      ),
    ).status,
    "refused",
  );
  t.deepEqual([reassembler.counters.mismatched, reassembler.residentBytes], [1, 0]);
  t.throws(() => encodeFragment({ messageId, total: 2, index: 2, chunk: frame }), { instanceOf: RangeError });
});
