/**
 * A 9 600 baud line that changes one byte in twenty and loses one frame in fifty carries ten records of 8 KB both in
 * fragments and whole, from a seed and in simulated time: how long it takes, and that nothing wrong comes out.
 */
import { createHash } from "node:crypto";
import test, { type ExecutionContext } from "ava";
import {
  checksummed,
  cobsFraming,
  type FragmentEffect,
  FragmentSession,
  type FrameCodec,
  fecFraming,
} from "waxwing/framing";
import { SeededRandom } from "waxwing/testing";
import { seedsToRun } from "../support/seeds.js";

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash("sha256").update(bytes).digest());
/** 9 600 baud with a start and a stop bit. */
const bytesPerMs = 0.96;

interface Faults {
  readonly corrupted: number;
  readonly lost: number;
}

/** One direction of the cable: bytes arrive at the pace of the line, changed and lost by chance. */
class Line {
  readonly #random: SeededRandom;
  readonly #faults: Faults;
  freeAtMs = 0;
  bytes = 0;

  constructor(random: SeededRandom, faults: Faults) {
    this.#random = random;
    this.#faults = faults;
  }

  /** When the last byte is through, and what arrives. */
  carry(encoded: Uint8Array, nowMs: number): { atMs: number; arrived: Uint8Array } {
    this.freeAtMs = Math.max(this.freeAtMs, nowMs) + encoded.length / bytesPerMs;
    this.bytes += encoded.length;
    if (this.#random.chance(this.#faults.lost)) return { atMs: this.freeAtMs, arrived: new Uint8Array(0) };
    const arrived = encoded.map((byte) =>
      this.#random.chance(this.#faults.corrupted) ? byte ^ this.#random.integer(1, 255) : byte,
    );
    return { atMs: this.freeAtMs, arrived };
  }
}

class End {
  readonly session: FragmentSession;
  readonly received: Uint8Array[] = [];
  readonly outbox: Uint8Array[] = [];
  readonly decoder;

  readonly codec: FrameCodec;

  constructor(codec: FrameCodec, mduBytes: number) {
    this.codec = codec;
    this.session = new FragmentSession({ sha256, mduBytes });
    this.decoder = codec.decoder();
  }

  perform(effects: readonly FragmentEffect[]): void {
    for (const effect of effects) {
      if (effect.type === "deliver") this.received.push(effect.frame);
      else this.outbox.push(...effect.packets);
    }
  }
}

/** Sends the frames from one end to the other; returns when the last one arrived, or undefined after the bound. */
function replicate(seed: number, codec: FrameCodec, mduBytes: number, faults: Faults, boundMs: number) {
  const random = new SeededRandom(`lossy line ${seed}`);
  const frames = Array.from({ length: 10 }, () => random.bytes(random.integer(7800, 8400)));
  const [sender, receiver] = [new End(codec, mduBytes), new End(codec, mduBytes)];
  const lines = [new Line(random.fork("there"), faults), new Line(random.fork("back"), faults)] as const;
  const ends = [sender, receiver] as const;
  const arrivals: { atMs: number; arrived: Uint8Array; to: End }[] = [];
  for (const frame of frames) sender.outbox.push(...sender.session.send(frame));
  let nowMs = 0;
  while (nowMs < boundMs && receiver.received.length < frames.length) {
    for (const [index, end] of ends.entries()) {
      const line = lines[index]!;
      if (line.freeAtMs > nowMs || end.outbox.length === 0) continue;
      const carried = line.carry(codec.encode(end.outbox.shift()!), nowMs);
      arrivals.push({ ...carried, to: ends[1 - index]! });
    }
    for (const arrival of arrivals.splice(0)) {
      if (arrival.atMs > nowMs) arrivals.push(arrival);
      else
        for (const packet of arrival.to.decoder.push(arrival.arrived))
          arrival.to.perform(arrival.to.session.receive(packet, nowMs));
    }
    for (const end of ends) end.perform(end.session.wake(nowMs));
    nowMs += 5;
  }
  return { frames, receiver, nowMs, bytes: lines[0].bytes };
}

const harsh: Faults = { corrupted: 0.05, lost: 0.02 };
const sorted = (frames: readonly Uint8Array[]) =>
  frames.map((frame) => Buffer.from(frame).toString("hex")).sort();

function converges(t: ExecutionContext, seed: number, mduBytes: number, withinMs: number): void {
  const { frames, receiver, nowMs, bytes } = replicate(seed, fecFraming(), mduBytes, harsh, 600_000);
  t.deepEqual(sorted(receiver.received), sorted(frames), "each frame once, byte for byte");
  t.true(nowMs < withinMs, `${nowMs} ms`);
  const payload = frames.reduce((sum, { length }) => sum + length, 0);
  const { correctedBytes, badChecksums } = receiver.decoder.counters;
  t.log(
    `seed ${seed}, MDU ${mduBytes}: ${payload} bytes in ${Math.round(nowMs / 1000)} s, ` +
      `goodput ${Math.round((payload / nowMs) * 1000)} B/s of 960, ${bytes} on the line, ` +
      `${correctedBytes} corrected, ${badChecksums} frames beyond repair`,
  );
  t.true(correctedBytes > 0.04 * bytes, "the line was as bad as it should be");
}

for (const seed of seedsToRun(3)) {
  test(`seed ${seed}: 10 × 8 KB pass within three minutes, in fragments of 700 bytes`, (t) => {
    converges(t, seed, 700, 180_000);
  });
}

test("small fragments pass too, at more cost", (t) => {
  converges(t, 1, 150, 300_000);
});

test("control: without error correction the same line carries nothing in ten minutes", (t) => {
  const codec = checksummed(cobsFraming(), "crc-32");
  const { receiver } = replicate(1, codec, 700, harsh, 600_000);
  t.deepEqual(receiver.received, []);
});

test("control: a clean line carries everything without a correction or a repetition", (t) => {
  const clean = { corrupted: 0, lost: 0 };
  const { frames, receiver } = replicate(1, fecFraming(), 700, clean, 600_000);
  t.deepEqual(sorted(receiver.received), sorted(frames));
  const { correctedBytes, noiseBytes } = receiver.decoder.counters;
  t.deepEqual({ correctedBytes, noiseBytes }, { correctedBytes: 0, noiseBytes: 0 });
  t.is(receiver.session.counters.requestsSent, 0);
});
