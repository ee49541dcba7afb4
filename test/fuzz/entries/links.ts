/** Native links: packets of strangers, proofs, items of peers, and an end and a session as wholes. */
import { SeededRandom } from "waxwing/testing";
import { concatBytes } from "#dist/base/bytes.js";
import { WaxwingError } from "#dist/base/errors.js";
import { limits } from "#dist/base/limits.js";
import type { LinkAead } from "#dist/contracts/link-crypto.js";
import { IncomingBudget } from "#dist/transport/link/incoming.js";
import { LinkSession } from "#dist/transport/link/session.js";
import {
  dataHeadBytes,
  decodeData,
  decodeFinish,
  decodeInit,
  decodeItems,
  decodeProof,
  decodeReply,
  encodeDataHead,
  encodeFinishHead,
  encodeInit,
  encodeProof,
  encodeReplyHead,
  ItemWriter,
  type LinkItem,
  tagBytes,
} from "#dist/transport/link/wire.js";
import { End, makeLinkKeys, RawPeer, rawMessage } from "../../support/link-endpoints.js";
import { demand, type FuzzTarget } from "../target.js";

const same = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;
const [alice, bob] = [makeLinkKeys("alice"), makeLinkKeys("bob")];

/** Nothing decoded: the decoder's way of saying no. */
function decoded<T>(value: T | undefined): T {
  if (value === undefined) throw new WaxwingError("frame_decode", "not of the form");
  return value;
}

function encode(items: readonly LinkItem[]): Uint8Array {
  const writer = new ItemWriter(new Uint8Array(70_000));
  for (const item of items) writer.write(item);
  return writer.bytes.slice();
}

/** One genuine handshake, always the same. */
const genuine = (() => {
  const b = new End(bob, new SeededRandom("fuzz b"));
  const m = new RawPeer(alice, new SeededRandom("fuzz a"));
  const opening = m.open(bob.keyId);
  b.packet(opening.packet, "a", 0);
  const [reply] = b.take(0);
  const { packet, session } = m.finish(opening, bob.keyId, reply!.bytes)!;
  return {
    init: opening.packet,
    reply: reply!.bytes,
    finish: packet,
    data: session.seal([{ type: "ping" }]),
  };
})();
const proof = encodeProof({ keyId: "alice", ed25519: new Uint8Array(32), signature: new Uint8Array(64) });

const ranges = [
  { first: 7, last: 9 },
  { first: 1, last: 3 },
];
const content = rawMessage(0, new Uint8Array(20));
const piece = (message: number, offset: number, end: number): LinkItem => ({
  type: "piece",
  message,
  total: content.length,
  offset,
  bytes: content.subarray(offset, end),
});
const items: readonly LinkItem[][] = [
  [{ type: "ack", delayMs: 300, ranges }, { type: "ready" }, { type: "ping" }, piece(0, 0, content.length)],
  [{ type: "outcome", message: 300, outcome: "busy" }, { type: "cancel", message: 2 }, { type: "askKeys" }],
  [{ type: "close", reason: "superseded" }],
  [piece(1, 0, 10)],
  [piece(1, 10, content.length)],
];

const noAead: LinkAead = {
  seal: (_, plaintext) => concatBytes(plaintext, new Uint8Array(tagBytes)),
  open: (_, sealed) => sealed.slice(0, sealed.length - tagBytes),
};

/**
 * A session whose peer is proven and says these packets: each a length byte and items. Counters rise, or go
 * back where the length is odd. What it answers stays within its packets, its memory and time.
 */
function runSession(bytes: Uint8Array, reliable: boolean): void {
  const budget = new IncomingBudget();
  const session = new LinkSession(
    {
      ...{ localSession: 1, peerSession: 2, send: noAead, receive: noAead, readable: false },
      ...{ packetBytesMax: 200, reliable, budget, messageBytesMax: 3000, wake: () => {} },
    },
    0,
  );
  session.admitFrames();
  for (let i = 0; i < 3; i++)
    session.outgoing.queue({ sendId: i, content: rawMessage(0, new Uint8Array(300), i), moves: 0 });
  let nowMs = 0;
  let counter = 0;
  let taken = 0;
  const settled = new Set<number>();
  for (let at = 0; at < bytes.length; nowMs += 7) {
    const length = bytes[at]!;
    const plain = bytes.subarray(at + 1, at + 1 + length);
    at += 1 + length;
    counter = length % 2 === 1 && counter > 2 ? counter - 2 : counter + 1;
    const head = encodeDataHead(1, counter, false);
    const packet = decodeData(concatBytes(head, noAead.seal(head, plain, head)))!;
    for (const event of session.receive(packet, nowMs) ?? []) {
      taken++;
      if (event.type !== "settled") continue;
      demand(!settled.has(event.message.sendId!), "a message ends once");
      settled.add(event.message.sendId!);
    }
    demand(budget.bytes <= limits.linkPartialBytesTotalMax, "memory for unfinished messages is bounded");
    for (let sent = session.nextPacket(nowMs); sent; sent = session.nextPacket(nowMs)) {
      demand(sent.length <= 200, "packets fit the medium");
      const said = decodeItems(sent.subarray(dataHeadBytes, sent.length - tagBytes));
      demand(said !== undefined && said.length > 0, "what is said can be read");
    }
    for (let wakes = 0; (session.timeoutAtMs ?? Number.POSITIVE_INFINITY) <= nowMs; wakes++) {
      demand(wakes < 100, "time is not asked for without end");
      session.timedOut(nowMs);
      while (session.nextPacket(nowMs));
    }
  }
  session.end();
  demand(budget.bytes === 0, "an ended session keeps nothing");
  if (taken === 0) throw new WaxwingError("frame_decode", "nothing was taken");
}

const packets = (...all: readonly LinkItem[][]) =>
  concatBytes(
    ...all.map((list) => {
      const plain = encode(list);
      return concatBytes(Uint8Array.of(plain.length), plain);
    }),
  );

/** An end that has asked for a peer, and is told these bytes. */
function runEndpoint(bytes: Uint8Array): void {
  const b = new End(bob, new SeededRandom("fuzz b"));
  b.send(alice.keyId, new Uint8Array(10), 0);
  b.packet(genuine.init, "a", 0);
  b.take(0);
  b.packet(bytes, "a", 10);
  for (const { bytes: said } of b.take(10)) demand(said.length <= 1400, "packets fit the medium");
  demand(b.frames.length === 0, "nobody is proven");
  const { sessions, halfOpen } = b.endpoint.holdings;
  demand(sessions <= 1 && halfOpen <= 2, "one packet opens one thing at most");
  if (b.endpoint.counters.packetsIgnored > 0) throw new WaxwingError("frame_decode", "ignored");
}

export const linkTargets: readonly FuzzTarget[] = [
  {
    name: "decodeItems",
    seeds: items.map(encode),
    tokens: [
      Uint8Array.of(0x80),
      Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x0f),
      Uint8Array.of(2),
      Uint8Array.of(1),
    ],
    run: (bytes) => {
      const list = decoded(decodeItems(bytes));
      demand(list.length <= limits.linkItemsMax, "items are bounded");
      demand(same(encode(list), bytes), "one form for one meaning");
    },
  },
  {
    name: "decodeInit",
    seeds: [genuine.init],
    run: (bytes) => demand(same(encodeInit(decoded(decodeInit(bytes))), bytes), "one form for one meaning"),
  },
  {
    name: "decodeReply",
    seeds: [genuine.reply],
    run: (bytes) => {
      const reply = decoded(decodeReply(bytes));
      demand(same(concatBytes(encodeReplyHead(reply), reply.proof), bytes), "one form for one meaning");
    },
  },
  {
    name: "decodeFinish",
    seeds: [genuine.finish],
    run: (bytes) => {
      const { session, proof: sealed } = decoded(decodeFinish(bytes));
      demand(same(concatBytes(encodeFinishHead(session), sealed), bytes), "one form for one meaning");
    },
  },
  {
    name: "decodeProof",
    seeds: [proof],
    tokens: [Uint8Array.of(0xef, 0xbb, 0xbf), Uint8Array.of(0xc3, 0xa9), Uint8Array.of(0, 1)],
    run: (bytes) => demand(same(encodeProof(decoded(decodeProof(bytes))), bytes), "one form for one meaning"),
  },
  {
    name: "decodeData",
    seeds: [genuine.data],
    run: (bytes) => {
      const { session, counter, readable, head, sealed } = decoded(decodeData(bytes));
      demand(same(encodeDataHead(session, counter, readable), head), "one form for one meaning");
      demand(head.length + sealed.length === bytes.length, "nothing is left over");
    },
  },
  {
    name: "linkSession",
    seeds: [packets(...items), packets(items[0]!), packets([piece(9, 3, 5)], [{ type: "ping" }])],
    tokens: items.map(encode),
    run: (bytes) => {
      runSession(bytes, true);
      runSession(bytes, false);
    },
  },
  {
    name: "linkEndpoint",
    seeds: [genuine.init, genuine.finish, genuine.reply, genuine.data],
    tokens: [Uint8Array.of(0xb1), Uint8Array.of(0x43, 0x46, 0x52, 0x47)],
    run: runEndpoint,
  },
];
