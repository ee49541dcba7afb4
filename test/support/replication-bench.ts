/** One node's replication on a fake host, with a hand-driven peer: what it sends is kept, decoded. */
import {
  createReplication,
  decodeFrame,
  encodeFrame,
  type Frame,
  openOfferPolicy,
  type ReplicationMessage,
  type ReplicationOptions,
  type RouteOutcome,
} from "waxwing/replication";
import { createMemoryStore } from "waxwing/store";
import { createFakeHost } from "waxwing/testing";
import type { InboundFrame, SendOutcome, Store } from "#contracts/index.js";
import { testKinds } from "./replication.js";
import { createTestAdmission, recordBytes, sha256 } from "./replication-store.js";

export interface ReplicationBenchOptions extends Partial<Omit<ReplicationOptions, "store">> {
  readonly store?: Store;
}

export async function replicationBench(options: ReplicationBenchOptions = {}) {
  const fake = createFakeHost({ seed: 3 });
  const { store = createMemoryStore() } = options;
  const admission = createTestAdmission(store);
  const sent: { peer: string; frame: Frame; bytes: number }[] = [];
  const bench = { outcome: { status: "delivered" } as SendOutcome };
  const replication = await createReplication({
    selfKeyId: "self",
    kinds: testKinds,
    store,
    admission,
    offerPolicy: openOfferPolicy(),
    host: fake.host,
    send: async (peer, bytes) => {
      sent.push({ peer, frame: decodeFrame(bytes, testKinds), bytes: bytes.length });
      return bench.outcome;
    },
    ...options,
  });
  const receive = (bytes: Uint8Array, more: Partial<InboundFrame> = {}): RouteOutcome =>
    replication.deliverInbound({ bytes, transport: "memory", peerKeyId: "P", ...more });
  return Object.assign(bench, {
    ...fake,
    store,
    admission,
    replication,
    sent,
    /** Delivers a frame as peer P and lets what follows happen. */
    async hear(frame: Frame, more: Partial<InboundFrame> = {}): Promise<RouteOutcome> {
      const outcome = receive(encodeFrame(frame), more);
      await fake.advance(0);
      return outcome;
    },
    receive,
    decode: (bytes: Uint8Array): Frame => decodeFrame(bytes, testKinds),
    /** What was sent since the last call. */
    taken(): Frame[] {
      return sent.splice(0).map(({ frame }) => frame);
    },
    async put(id: string, kind = "note", extra: Record<string, unknown> = {}): Promise<Uint8Array> {
      const bytes = recordBytes(id, extra);
      await admission.admit(kind, [bytes], {});
      return sha256(bytes);
    },
  });
}

export const legacy = (message: ReplicationMessage, version: 1 | 2 = 2): Frame => ({ version, message });
export const opening = (round: bigint, message: ReplicationMessage): Frame => ({
  version: 3,
  fromResponder: false,
  round,
  message,
});
export const reply = (round: bigint, message: ReplicationMessage): Frame => ({
  version: 3,
  fromResponder: true,
  round,
  message,
});
export const summaryOf = (hashes: readonly Uint8Array[] = [], kind = "note"): ReplicationMessage => ({
  type: "summary",
  kind,
  refs: hashes.map((hash) => ({ hash, seq: 0 })),
});
export const diffOf = (want: readonly Uint8Array[] = [], kind = "note"): ReplicationMessage => ({
  type: "diff",
  kind,
  want,
});
export const deliverOf = (envelopes: readonly Uint8Array[] = [], kind = "note"): ReplicationMessage => ({
  type: "deliver",
  kind,
  envelopes,
});
