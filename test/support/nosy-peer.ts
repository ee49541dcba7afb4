/**
 * A peer with a proven key that wants to see everything: it knows the hash of every record there is and asks for
 * them in every message of every framing, in rounds of its own and within those of others.
 */
import { decodeFrame, encodeFrame, type Frame, type NativeMessage } from "waxwing/replication";
import type { NodeWorld, SimNode } from "waxwing/testing";
import { testKinds } from "./replication.js";

export interface Curiosity {
  readonly victims: readonly string[];
  readonly kinds: readonly string[];
  /** Names of all records of all nodes, by kind. */
  readonly known: Map<string, { readonly hash: Uint8Array; readonly recordId: Uint8Array }[]>;
}

export function nosyPeer({ victims, kinds, known }: Curiosity) {
  return async (world: NodeWorld): Promise<SimNode> => {
    const { host, transport, keyId } = world;
    const pick = <Of>(list: readonly Of[]): Of => list[host.random.bytes(1)[0]! % list.length]!;
    const round = () => new DataView(host.random.bytes(8).buffer).getBigUint64(0) | 1n;
    const questions = (kind: string): NativeMessage[] => {
      const all = (known.get(kind) ?? []).map(({ hash }) => hash);
      const packed = new Uint8Array(Buffer.concat((known.get(kind) ?? []).map(({ recordId }) => recordId)));
      const none = new Uint8Array(0);
      const head = host.random.bytes(32);
      return [
        { type: "summary", kind, refs: [] },
        { type: "diff", kind, want: all },
        { type: "fetch", kind, want: all },
        { type: "pull", kind, subjectKeyId: keyId },
        { type: "pull", kind, subjectKeyId: pick(victims) },
        { type: "cursor_pull", kind },
        { type: "reconcile", kind, message: { type: "open", head, count: 0 } },
        { type: "reconcile", kind, message: { type: "page" } },
        { type: "reconcile", kind, message: { type: "more", head, from: 0, to: 64 } },
        { type: "reconcile", kind, message: { type: "found", missing: packed, extra: none } },
        { type: "want", kind, ids: packed },
        { type: "unavailable", kind },
        { type: "heads", kind: "", entries: kinds.map((one) => ({ kind: one, head, count: 1 })) },
      ];
    };
    const send = (peer: string, frame: Frame) => void transport.send(peer, encodeFrame(frame));
    const frameOf = (message: NativeMessage, id: bigint, fromResponder: boolean): Frame => {
      const crplForms = ["summary", "diff", "fetch", "deliver", "pull", "cursor_pull"];
      const native = !crplForms.includes(message.type) || pick([true, false]);
      if (!native && pick([true, false])) return { version: 2, message } as Frame;
      return { version: 3, fromResponder, round: id, native, message } as Frame;
    };
    await transport.start(({ bytes, peerKeyId }) => {
      if (peerKeyId === undefined) return "accepted";
      const frame = decodeFrame(bytes, testKinds);
      if (frame.version !== 3 || frame.message.kind === "") return "accepted";
      // In the middle of a round of theirs, in the role that they wait for.
      const reply = pick(questions(frame.message.kind));
      send(peerKeyId, frameOf(reply, frame.round, !frame.fromResponder));
      return "accepted";
    });
    const ask = () => {
      const victim = pick(victims);
      const id = round();
      const kind = pick(kinds);
      for (let i = 0; i < 3; i++)
        send(victim, frameOf(pick(questions(kind)), id, pick([false, false, true])));
      host.timers.after(200, ask);
    };
    host.timers.after(1, ask);
    return { stop: () => transport.stop() };
  };
}
