/**
 * Peers and kinds that come and go while rounds run: whatever the order of additions, removals, kicks, frames, silences
 * and stops, nothing is left behind, and what is registered at the end is still served.
 */
import assert from "node:assert/strict";
import test from "ava";
import fc from "fast-check";
import { encodeFrame, type Frame, type ReplicationHandle } from "waxwing/replication";
import {
  deliverOf,
  diffOf,
  legacy,
  opening,
  replicationBench,
  reply,
  summaryOf,
} from "../../support/replication-bench.js";
import { recordBytes, sha256 } from "../../support/replication-store.js";

const peers = ["P", "Q", "R"];
const kinds = ["key", "attestation", "note", "accord_quorum_evidence"];
const peer = fc.constantFrom(...peers);
const kind = fc.constantFrom(...kinds);
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

type Move =
  | {
      readonly do: "add" | "remove" | "roundNow";
      readonly peer?: string | undefined;
      readonly kind?: string | undefined;
    }
  | { readonly do: "setKinds"; readonly kinds: readonly string[] }
  | {
      readonly do: "hear";
      readonly peer: string;
      readonly kind: string;
      readonly what: number;
      readonly round: number;
    }
  | { readonly do: "answer"; readonly what: number }
  | { readonly do: "advance"; readonly ms: number }
  | { readonly do: "pull"; readonly peer: string }
  | { readonly do: "hint"; readonly kind: string }
  | { readonly do: "way"; readonly outcome: number }
  | { readonly do: "restart" };

const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("add" as const), peer, kind: maybe(kind) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("remove" as const), peer, kind: maybe(kind) }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("roundNow" as const), peer: maybe(peer), kind: maybe(kind) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("setKinds" as const), kinds: fc.subarray(kinds) }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("hear" as const), peer, kind, what: fc.nat(5), round: fc.nat(3) }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("answer" as const), what: fc.nat(4) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("advance" as const),
      ms: fc.constantFrom(0, 1, 120, 3000, 11_000, 40_000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("pull" as const), peer }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("hint" as const), kind }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("way" as const), outcome: fc.nat(4) }) },
  { weight: 1, arbitrary: fc.constant({ do: "restart" as const }) },
);

const ways = [
  { status: "delivered" },
  { status: "queued" },
  { status: "failed", reason: "no_route", detail: "" },
  { status: "failed", reason: "unreachable", detail: "" },
  { status: "rejected", reason: "busy", detail: "" },
] as const;

test("any sequence of changes leaves no timer, no claim, no bytes and no round behind", async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(move, { maxLength: 60 }),
      fc.constantFrom("legacy" as const, "v3" as const),
      fc.boolean(),
      async (moves, framing, isClosedAtOnce) => {
        const way = { outcome: 0 };
        const bench = await replicationBench({
          peerFraming: () => framing,
          send: async (to, bytes) => {
            // Some sends take time, so that changes fall into them.
            await new Promise<void>(
              (resolve) => void bench.host.timers.after(bytes.length % 3, () => resolve()),
            );
            frames.push({ to, frame: decode(bytes) });
            return ways[way.outcome]!;
          },
        });
        const frames: { to: string; frame: Frame }[] = [];
        const decode = (bytes: Uint8Array) => bench.decode(bytes);
        const record = (n: number) =>
          recordBytes(`r${n}`, { at: `2026-01-0${1 + (n % 9)}T00:00:00Z`, about: ["self"] });
        const messages = (of: string, n: number) =>
          [
            summaryOf([sha256(record(n)), sha256(record(n + 1))], of),
            diffOf([sha256(record(9))], of),
            deliverOf([record(n)], of),
            { type: "pull" as const, kind: of, subjectKeyId: "P" },
            { type: "cursor_pull" as const, kind: of },
            deliverOf([], of),
          ] as const;
        await bench.put("r9");
        let handle: ReplicationHandle = bench.replication.start([], { cadenceSeconds: 7 });
        const pulls: Promise<unknown>[] = [];
        for (const [n, chosen] of moves.entries()) {
          switch (chosen.do) {
            case "add":
              handle.registerPeer(chosen.peer!, chosen.kind);
              break;
            case "remove":
              handle.removePeer(chosen.peer!, chosen.kind);
              break;
            case "roundNow":
              handle.roundNow(chosen.peer, chosen.kind);
              break;
            case "setKinds":
              handle.setKinds(chosen.kinds);
              break;
            case "hear": {
              const message = messages(chosen.kind, n)[chosen.what]!;
              const frame = chosen.round === 0 ? legacy(message) : opening(BigInt(chosen.round), message);
              bench.receive(encodeFrame(frame), { peerKeyId: chosen.peer });
              break;
            }
            case "answer": {
              // The peer answers the oldest frame that we sent, more or less as it should.
              const sent = frames.shift();
              if (!sent) break;
              const message = messages(sent.frame.message.kind, n)[chosen.what]!;
              const { frame } = sent;
              const back = frame.version === 3 ? reply(frame.round, message) : legacy(message);
              bench.receive(encodeFrame(back), { peerKeyId: sent.to });
              break;
            }
            case "advance":
              await bench.advance(chosen.ms);
              break;
            case "pull":
              pulls.push(bench.replication.pull(chosen.peer));
              break;
            case "hint":
              bench.replication.hint(chosen.kind);
              break;
            case "way":
              way.outcome = chosen.outcome;
              break;
            case "restart": {
              const stopping = handle.stop();
              await bench.advance(5);
              await stopping;
              handle = bench.replication.start([], { cadenceSeconds: 7 });
              break;
            }
          }
        }
        if (!isClosedAtOnce) {
          // What is registered now is served, one kind at a time while the peer is silent.
          way.outcome = 0;
          handle.registerPeer("P", "note");
          frames.length = 0;
          await bench.advance(1_000_000);
          assert.ok(
            frames.some(({ to }) => to === "P"),
            "rounds go on being opened",
          );
        }

        const closing = bench.replication.close();
        await bench.advance(10);
        await closing;
        await Promise.all(pulls);
        assert.equal(bench.time.pending, 0, "no timer");
        const { rounds, claimsHeld, outgoingBytes, incomingBytes, inboxFrames } =
          bench.replication.holdings();
        assert.deepEqual(
          { rounds, claimsHeld, outgoingBytes, incomingBytes, inboxFrames },
          {
            rounds: 0,
            claimsHeld: 0,
            outgoingBytes: 0,
            incomingBytes: 0,
            inboxFrames: 0,
          },
        );
        assert.equal(handle.registeredCount, 0);
      },
    ),
    { numRuns: 150 },
  );
  t.pass();
});
