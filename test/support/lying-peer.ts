/**
 * A peer with a proven key that keeps no rule: it opens rounds without end, offers records that do not exist
 * and claims those of others, answers in wrong rounds, pushes what nobody asked for, and sends garbage. All
 * from the seed of its world.
 */
import { decodeFrame, encodeFrame, type Frame, type ReplicationMessage } from "waxwing/replication";
import type { NodeWorld, SimNode } from "waxwing/testing";
import { testKinds } from "./replication.js";
import { recordBytes } from "./replication-store.js";

/** Hashes it claims to have but never brings: given by the test, so that they are those of honest records. */
export interface Bait {
  readonly hashes: Uint8Array[];
}

export function lyingPeer(victims: readonly string[], bait: Bait) {
  return async (world: NodeWorld): Promise<SimNode> => {
    const { host, transport } = world;
    let sent = 0;
    const send = (peer: string, bytes: Uint8Array) => void transport.send(peer, bytes);
    const round = () => new DataView(host.random.bytes(8).buffer).getBigUint64(0) | 1n;
    const forged = () => host.random.bytes(32);
    const chance = (part: number) => host.random.bytes(1)[0]! < part * 256;
    const lies: readonly (() => ReplicationMessage)[] = [
      () => ({
        type: "summary",
        kind: "note",
        refs: [...bait.hashes, ...Array.from({ length: 40 }, forged)].map((hash) => ({ hash, seq: 1 })),
      }),
      () => ({ type: "diff", kind: "note", want: [...bait.hashes, forged()] }),
      () => ({ type: "fetch", kind: "key", want: [forged()] }),
      () => ({
        type: "deliver",
        kind: "note",
        envelopes: [recordBytes(`lie${sent}`, { refuse: "signature_invalid" })],
      }),
      () => ({ type: "deliver", kind: "note", envelopes: [host.random.bytes(50), new Uint8Array(0)] }),
      () => ({ type: "pull", kind: "key", subjectKeyId: victims[0]! }),
      () => ({ type: "cursor_pull", kind: "accord_quorum_evidence" }),
    ];
    const frameOf = (message: ReplicationMessage): Frame =>
      chance(0.4)
        ? { version: 2, message }
        : { version: 3, fromResponder: chance(0.5), round: round(), message };
    const lie = () => {
      sent++;
      const peer = victims[sent % victims.length]!;
      const message = lies[host.random.bytes(1)[0]! % lies.length]!();
      const bytes = encodeFrame(frameOf(message));
      if (chance(0.2)) bytes.set(host.random.bytes(3), bytes.length >> 1);
      send(peer, bytes);
      host.timers.after(300 + 2 * host.random.bytes(1)[0]!, lie);
    };
    await transport.start((frame) => {
      const peer = frame.peerKeyId;
      if (peer === undefined) return "accepted";
      try {
        answer(peer, decodeFrame(frame.bytes, testKinds));
      } catch {
        // Whatever honest nodes send decodes; this one does not care.
      }
      return chance(0.1) ? "busy" : "accepted";
    });
    /** Every Summary gets another endless page; what is wanted is never brought. */
    const answer = (peer: string, frame: Frame) => {
      const { type } = frame.message;
      const back = (message: ReplicationMessage) =>
        send(
          peer,
          encodeFrame(
            frame.version === 3
              ? { version: 3, fromResponder: !frame.fromResponder, round: frame.round, message }
              : { version: frame.version, message },
          ),
        );
      if (type === "summary") {
        back(lies[0]!());
        back({ type: "diff", kind: frame.message.kind, want: [] });
      } else if (type === "diff") {
        back({
          type: "deliver",
          kind: frame.message.kind,
          envelopes: chance(0.5) ? [] : [recordBytes("x", { refuse: "signature_invalid" })],
        });
      }
    };
    host.timers.after(1, lie);
    return { stop: () => transport.stop() };
  };
}
