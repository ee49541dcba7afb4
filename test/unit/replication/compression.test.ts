/** When bodies are deflated: WXRS, towards slow links, by a node that was given a compressor; and for whom they are inflated. */
import test from "ava";
import { encodeFrame, type Frame } from "waxwing/replication";
import { limits } from "#dist/base/limits.js";
import { createZlibCompressor } from "#dist/bindings/compression/zlib.js";
import { alice, attestationOf, keyOf } from "../../support/records.js";
import { replicationBench } from "../../support/replication-bench.js";
import { recordBytes } from "../../support/replication-store.js";

const compressor = createZlibCompressor();
const slow = { rateBitsPerSecond: limits.compressBelowBitsPerSecond - 1 };
const fast = { rateBitsPerSecond: limits.compressBelowBitsPerSecond };
const flagsAt = 5;

/** The flags of the Deliver that answers a Diff for one record of 5 KB. */
async function deliverFlags(
  options: Partial<Parameters<typeof replicationBench>[0]>,
  native = true,
): Promise<number | undefined> {
  const sent: Uint8Array[] = [];
  const bench = await replicationBench({
    ...options,
    send: async (_peer, bytes) => {
      sent.push(bytes);
      return { status: "delivered" };
    },
  });
  const text = Array.from({ length: 600 }, (_, index) => `word${(index * 7919) % 1009}`).join(" ");
  const hash = await bench.put("x", "note", { text });
  const frame = {
    version: 3,
    fromResponder: false,
    round: 9n,
    native,
    message: { type: "diff", kind: "note", want: [hash] },
  };
  await bench.hear(frame as Frame);
  const longest = sent.sort((a, b) => b.length - a.length)[0];
  return longest?.[flagsAt];
}

test("a Deliver to a slow link is compressed, to a fast or unknown one it is not", async (t) => {
  t.is(await deliverFlags({ compressor, peerLink: () => slow }), 3);
  t.is(await deliverFlags({ compressor, peerLink: () => fast }), 1);
  t.is(await deliverFlags({ compressor }), 1);
  t.is(await deliverFlags({ peerLink: () => slow }), 1, "nobody gave a compressor");
});

test("CRPL is never compressed", async (t) => {
  t.is(await deliverFlags({ compressor, peerLink: () => slow }, false), 1);
});

const keys: Frame = {
  version: 3,
  fromResponder: false,
  round: 9n,
  native: true,
  message: {
    type: "deliver",
    kind: "key",
    envelopes: Array.from({ length: 40 }, (_, index) => new TextEncoder().encode(`{"id":"key ${index}"}`)),
  },
};

test("nothing is inflated for a sender that has proven nothing, bootstrap kinds included", async (t) => {
  const bench = await replicationBench({ compressor });
  const bytes = encodeFrame(keys, compressor);
  t.is(bytes[flagsAt], 2);
  const { peerKeyId: _, ...unproven } = { bytes, transport: "http" as const, peerKeyId: undefined };
  t.like(bench.replication.deliverInbound(unproven), { outcome: "malformed", code: "frame_decode" });
  t.like(bench.replication.deliverInbound({ ...unproven, bytes: encodeFrame(keys) }), {
    outcome: "bootstrap",
  });
  t.like(bench.receive(bytes), { outcome: "routed_to_responder" });
});

test("hybrid records shrink to two thirds and less, which is what the threshold rests on", async (t) => {
  const attestations = await Promise.all(
    Array.from({ length: 16 }, (_, index) => attestationOf(alice, `attestation ${index}`)),
  );
  const ratioOf = (records: readonly { readonly bytes: Uint8Array }[]) => {
    const envelopes = records.map(({ bytes }) => bytes);
    const message = { type: "bodies", kind: "attestation", envelopes, left: 0 } as const;
    const frame: Frame = { version: 3, fromResponder: false, round: 9n, native: true, message };
    return encodeFrame(frame, compressor).length / encodeFrame(frame).length;
  };
  t.true(ratioOf(attestations) < 0.67, `${ratioOf(attestations)}`);
  t.true(ratioOf([await keyOf(alice)]) < 0.75);
});

test("a frame that waits is charged for what it grew to, not for what was sent", async (t) => {
  const bench = await replicationBench({
    compressor,
    admission: { admit: () => new Promise(() => {}) },
  });
  const textOf = (n: number) =>
    Array.from({ length: 1000 }, (_, index) => `word${(index * (7919 + 2 * n)) % 1009}`).join(" ");
  const envelopes = Array.from({ length: 850 }, (_, n) => recordBytes(`${n}`, { text: textOf(n) }));
  const message = { type: "deliver", kind: "note", envelopes } as const;
  const frame: Frame = { version: 3, fromResponder: false, round: 9n, native: true, message };
  const [plain, small] = [encodeFrame(frame), encodeFrame(frame, compressor)];
  const most = limits.incomingBytesPerPeerMax;
  t.true(3 * plain.length > most && 2 * plain.length < most && 3 * small.length < most);
  const outcomes: string[] = [];
  for (let i = 0; i < 3; i++) outcomes.push(bench.receive(small).outcome);
  t.deepEqual(outcomes, ["routed_to_responder", "routed_to_responder", "back_pressure"]);
});
