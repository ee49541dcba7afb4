/**
 * Compliance suite of `Transport` (laws in contracts/transport.ts). Runs over two ends that know each
 * other: memory, http, https, and whatever carries frames later.
 */
import { equalBytes } from "../base/bytes.js";
import type { KeyId } from "../base/ids.js";
import type { InboundFrame, ReceiveVerdict, Transport } from "../contracts/transport.js";
import { assert, assertEqual, assertThrows, type SuiteReport } from "./suite.js";

export interface TransportPair {
  /** Not started; each knows the other's address once both are started. */
  readonly a: Transport;
  readonly b: Transport;
  readonly keyA: KeyId;
  readonly keyB: KeyId;
  /** After the suite stopped both ends. */
  close(): Promise<void>;
}

export function transportSuite(
  name: string,
  implementation: { pair(): Promise<TransportPair> },
  report: SuiteReport,
): void {
  const check = (law: string, run: (pair: StartedPair) => Promise<void>) =>
    report.check(`${name}: ${law}`, async () => {
      const pair = await startPair(await implementation.pair());
      try {
        await run(pair);
      } finally {
        await pair.a.stop();
        await pair.b.stop();
        await pair.close();
      }
    });

  for (const length of [1, 2, 127, 128, 1500, 65_535, 65_536, 65_537, 1_000_003])
    check(`law 1: a frame of ${length} bytes arrives as it was sent`, async ({ a, b, keyB }) => {
      const frame = pattern(length, 1);
      assertEqual((await a.send(keyB, frame)).status, "delivered", "outcome");
      await b.waitFor(1);
      assert(equalBytes(b.frames[0]!.bytes, frame), "the received bytes are the sent ones");
    });

  check("law 1: the largest frame arrives", async ({ a, b, keyB }) => {
    const frame = pattern(a.link.frameBytesMax, 3);
    assertEqual((await a.send(keyB, frame)).status, "delivered", "outcome");
    await b.waitFor(1);
    assert(equalBytes(b.frames[0]!.bytes, frame), "the received bytes are the sent ones");
  });

  check("law 1: what the sender does to its buffer afterwards does not show", async ({ a, b, keyB }) => {
    const frame = pattern(1000, 5);
    const kept = frame.slice();
    await a.send(keyB, frame);
    frame.fill(0);
    await b.waitFor(1);
    assert(equalBytes(b.frames[0]!.bytes, kept), "the receiver has bytes of its own");
  });

  check("law 2: many frames at once, both ways, each arrives once", async ({ a, b, keyA, keyB }) => {
    const count = 40;
    const sends = Array.from({ length: count }, (_, i) => [
      a.send(keyB, pattern(100 + i, i)),
      b.send(keyA, pattern(200 + i, i)),
    ]).flat();
    for (const outcome of await Promise.all(sends)) assertEqual(outcome.status, "delivered", "outcome");
    await Promise.all([a.waitFor(count), b.waitFor(count)]);
    const lengths = (frames: readonly InboundFrame[]) => frames.map((frame) => frame.bytes.length);
    const sorted = (values: number[]) => [...values].sort((x, y) => x - y);
    const expected = Array.from({ length: count }, (_, i) => 100 + i);
    assertEqual(sorted(lengths(b.frames)), expected, "every frame once");
    if (a.link.ordered) assertEqual(lengths(b.frames), expected, "in the order of the sends");
  });

  check("law 3: a frame past frameBytesMax is refused and nothing is sent", async ({ a, b, keyB }) => {
    const outcome = await a.send(keyB, new Uint8Array(a.link.frameBytesMax + 1));
    assert(outcome.status === "rejected" && outcome.reason === "too_large", "rejected as too_large");
    assertEqual(a.counters.framesSent, 0, "frames sent");
    assertEqual(b.frames.length, 0, "frames received");
  });

  check("law 4: the receiver learns the proven key of the sender, and how", async (pair) => {
    const { a, b, keyA, keyB } = pair;
    await a.send(keyB, pattern(10, 1));
    await b.send(keyA, pattern(10, 2));
    await Promise.all([a.waitFor(1), b.waitFor(1)]);
    assertEqual(b.frames[0]!.peerKeyId, keyA, "the sender of b's frame");
    assertEqual(a.frames[0]!.peerKeyId, keyB, "the sender of a's frame");
    assert(b.frames[0]!.attribution !== undefined, "the method is named");
    assertEqual(b.frames[0]!.transport, a.id, "the transport is named");
  });

  check("law 5: a busy receiver rejects, stops nobody else, and takes frames again", async (pair) => {
    const { a, b, keyA, keyB } = pair;
    b.verdict = "busy";
    const busy = await a.send(keyB, pattern(10, 1));
    assert(busy.status === "rejected" && busy.reason === "busy", "rejected as busy");
    assertEqual((await b.send(keyA, pattern(10, 2))).status, "delivered", "the other way is open");
    b.verdict = "accepted";
    assertEqual((await a.send(keyB, pattern(10, 3))).status, "delivered", "after the rush");
    assertEqual(b.counters.framesReceived, 1, "only the accepted frame counts as received");
    assertEqual(b.counters.framesRefused, 1, "and the other as refused");
  });

  check("law 6: an unknown peer gives an outcome, a caller's mistake throws", async ({ a, keyB }) => {
    const outcome = await a.send("nobody", pattern(10, 1));
    assert(outcome.status === "failed" && outcome.reason === "no_route", "failed with no_route");
    assertEqual(a.counters.sendFailures, 1, "counted as a failure");
    const isTypeError = (error: unknown) => error instanceof TypeError;
    await assertThrows(() => a.send(keyB, "text" as never), isTypeError, "a frame that is no bytes");
    await assertThrows(() => a.send(1 as never, new Uint8Array(1)), isTypeError, "a peer that is no text");
  });

  check("law 6: a peer that has stopped gives an outcome", async ({ a, b, keyB }) => {
    await b.stop();
    const outcome = await a.send(keyB, pattern(10, 1));
    assertEqual(outcome.status, "failed", "outcome");
  });

  check("law 6: an aborted send gives an outcome and no frame", async ({ a, b, keyB }) => {
    const outcome = await a.send(keyB, pattern(10, 1), { signal: AbortSignal.abort() });
    assert(outcome.status === "failed" && outcome.reason === "closed", "failed as closed");
    assertEqual(b.frames.length, 0, "frames received");
  });

  check("law 7: stop settles pending sends, is idempotent and ends everything", async (pair) => {
    const { a, b, keyA, keyB } = pair;
    const pending = Array.from({ length: 10 }, (_, i) => a.send(keyB, pattern(50_000, i)));
    await Promise.all([a.stop(), a.stop()]);
    await a.stop();
    for (const outcome of await Promise.all(pending))
      assert(["delivered", "failed"].includes(outcome.status), "every pending send has an outcome");
    const after = await a.send(keyB, pattern(10, 1));
    assert(after.status === "failed" && after.reason === "closed", "failed as closed");
    assertEqual(a.addresses, [], "no address any more");
    const toStopped = await b.send(keyA, pattern(10, 2));
    assertEqual(toStopped.status, "failed", "nobody listens any more");
    assertEqual(a.frames.length, 0, "nothing received after the stop");
  });

  check("counters count frames and their bytes on both ends", async ({ a, b, keyB }) => {
    await a.send(keyB, pattern(100, 1));
    await a.send(keyB, pattern(23, 2));
    await b.waitFor(2);
    assertEqual([a.counters.framesSent, a.counters.bytesSent], [2, 123], "sent by a");
    assertEqual([b.counters.framesReceived, b.counters.bytesReceived], [2, 123], "received by b");
  });
}

/** A started end that keeps what it receives. */
interface End extends Transport {
  readonly frames: readonly InboundFrame[];
  verdict: ReceiveVerdict;
  /** Until that many frames were accepted; a transport may report delivery before the receiver ran. */
  waitFor(count: number): Promise<void>;
}

interface StartedPair extends Omit<TransportPair, "a" | "b"> {
  readonly a: End;
  readonly b: End;
}

async function startPair(pair: TransportPair): Promise<StartedPair> {
  return { ...pair, a: await startEnd(pair.a), b: await startEnd(pair.b) };
}

async function startEnd(transport: Transport): Promise<End> {
  const frames: InboundFrame[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  const end: End = {
    id: transport.id,
    link: transport.link,
    counters: transport.counters,
    get addresses() {
      return transport.addresses;
    },
    start: (receive) => transport.start(receive),
    send: (peer, frame, options) => transport.send(peer, frame, options),
    stop: () => transport.stop(),
    frames,
    verdict: "accepted",
    waitFor: (count) =>
      frames.length >= count
        ? Promise.resolve()
        : new Promise((resolve) => {
            waiting.push({ count, resolve });
          }),
  };
  await transport.start((frame) => {
    if (end.verdict !== "accepted") return end.verdict;
    frames.push(frame);
    for (const waiter of waiting) if (frames.length >= waiter.count) waiter.resolve();
    return "accepted";
  });
  return end;
}

/** Bytes that differ by position and seed, so that a mix-up of frames or offsets shows. */
function pattern(length: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = (i * 31 + (i >>> 8) + seed * 17) & 255;
  return bytes;
}
