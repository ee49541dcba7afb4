/**
 * Whole nodes over real HTTP among peers that mean them ill: one that takes connections and never reads, one that floods
 * frames of 8 MiB, one that opens a thousand rounds. Two honest nodes go on as if they were alone.
 */
import { createServer, type Server, type Socket } from "node:net";
import test from "ava";
import type { PeerInput, WaxwingNode } from "waxwing";
import { encodeFrame } from "waxwing/replication";
import { createHost } from "waxwing/transport";
import { limits } from "#dist/base/limits.js";
import { eventually } from "../support/eventually.js";
import { memoryNode } from "../support/memory-node.js";
import { testKinds } from "../support/replication.js";
import {
  makeHttpEnd,
  makePeer,
  TestAddressBook,
  TestDirectory,
  type TestPeer,
} from "../support/transport-ends.js";

const note = { token: "note", naturalKey: ["signer_key_id", "id"] };
const recordsEach = 20;
/** Rounds that are opened together. */
const atOnce = 32;

test("two honest nodes converge in their usual time beside a peer that never reads, one that floods and one that opens a thousand rounds", async (t) => {
  t.timeout(300_000);
  await using a = await memoryNode({}, [note]);
  await using b = await memoryNode({}, [note]);
  await Promise.all([a.start(), b.start()]);
  const mute = await listenAndNeverRead();
  const hostile = await Hostile.create([a, b]);
  const strangers = [mute.peer, ...hostile.peers];
  await a.startReplication([b.card(), ...strangers]);
  await b.startReplication([a.card(), ...strangers]);
  await exchange(a, b, "first");
  const usualMs = await exchange(a, b, "alone");

  hostile.begin();
  await eventually("frames of each hostile peer arrive, and of none that reads not", () => hostile.sent > 50);
  const before = memoryHeld();
  const besetMs = await exchange(a, b, "beset");
  const again = await exchange(a, b, "still beset");
  t.log(`alone ${Math.round(usualMs)} ms, beset ${Math.round(besetMs)} and ${Math.round(again)} ms`);
  t.true(Math.min(besetMs, again) < 4 * usualMs + 5000, `${besetMs} and ${again} ms instead of ${usualMs}`);
  t.true(memoryHeld() - before < 400 * 1024 * 1024);

  await hostile.end();
  t.true(hostile.roundsOpened >= 1000, `${hostile.roundsOpened} rounds`);
  t.true(hostile.floodedBytes > 20 * limits.frameBytesMax, `${hostile.floodedBytes} bytes`);
  // What they did is counted, and nothing of it is kept.
  t.is((await a.storeHash()).hash, (await b.storeHash()).hash);
  t.is((await a.status()).store.byKind.note?.records, 8 * recordsEach);
  await mute.close();
});

/** Both write, both wait for what the other wrote; how long that took. */
async function exchange(a: WaxwingNode, b: WaxwingNode, name: string): Promise<number> {
  const startMs = performance.now();
  for (const node of [a, b])
    for (let i = 0; i < recordsEach; i++) await node.put(await node.sign("note", { id: `${name} ${i}` }));
  await eventually(
    `both hold the same: ${name}`,
    async () => {
      const [ours, theirs] = await Promise.all([a.storeHash(), b.storeHash()]);
      return ours.hash === theirs.hash;
    },
    60_000,
  );
  return performance.now() - startMs;
}

function memoryHeld(): number {
  const { arrayBuffers, heapUsed } = process.memoryUsage();
  return arrayBuffers + heapUsed;
}

/** Connections are taken, and what is sent stays with its sender. */
async function listenAndNeverRead() {
  const sockets = new Set<Socket>();
  const server: Server = createServer({ pauseOnConnect: true }, (socket) => {
    sockets.add(socket);
    socket.on("error", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  return {
    peer: inputOf(makePeer("mute"), `http://127.0.0.1:${port}/edge/inbound`),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const inputOf = (peer: TestPeer, url: string): PeerInput => ({
  keyId: peer.keyId,
  publicKeys: { ed25519: Buffer.from(peer.publicKey).toString("base64") },
  url,
});

/** The two that send, with proven keys: each over a transport of its own. */
class Hostile {
  readonly peers: readonly PeerInput[];
  roundsOpened = 0;
  floodedBytes = 0;
  sent = 0;
  readonly #ends: readonly ReturnType<typeof makeHttpEnd>[];
  readonly #victims: readonly string[];
  readonly #closeHost: () => Promise<void>;
  readonly #running: Promise<void>[] = [];
  #isOver = false;

  static async create(nodes: readonly WaxwingNode[]): Promise<Hostile> {
    // One each: the flood takes all the connections that its host has to a node.
    const hosts = await Promise.all([createHost(), createHost()]);
    const book = new TestAddressBook();
    const directory = new TestDirectory();
    for (const node of nodes) {
      const { keyId, url } = node.card();
      book.known.set(keyId, url!);
    }
    const identities = ["flooder", "opener"].map((keyId) => makePeer(keyId));
    const ends = identities.map((peer, index) =>
      makeHttpEnd(peer, { host: hosts[index]!, directory, addressBook: book }),
    );
    for (const end of ends) await end.start(() => "accepted");
    const peers = identities.map((peer, index) => inputOf(peer, ends[index]!.addresses[0]!));
    const victims = nodes.map(({ keyId }) => keyId);
    return new Hostile(peers, ends, victims, async () => {
      for (const host of hosts) await host.http.close();
    });
  }

  private constructor(
    peers: readonly PeerInput[],
    ends: readonly ReturnType<typeof makeHttpEnd>[],
    victims: readonly string[],
    closeHost: () => Promise<void>,
  ) {
    this.peers = peers;
    this.#ends = ends;
    this.#victims = victims;
    this.#closeHost = closeHost;
  }

  begin(): void {
    for (const victim of this.#victims) this.#running.push(this.#flood(victim), this.#openRounds(victim));
  }

  async end(): Promise<void> {
    await eventually("a thousand rounds are opened", () => this.roundsOpened >= 1000, 120_000);
    await eventually("the flood was one", () => this.floodedBytes > 20 * limits.frameBytesMax, 60_000);
    this.#isOver = true;
    await Promise.all(this.#running);
    for (const end of this.#ends) await end.stop();
    await this.#closeHost();
  }

  /** A Summary in its head, and then what no decoder can use, as large as a frame may be. */
  async #flood(victim: string): Promise<void> {
    const frame = new Uint8Array(limits.frameBytesMax).fill(0x20);
    frame.set(encodeFrame({ version: 2, message: { type: "summary", kind: "note", refs: [] } }));
    while (!this.#isOver) {
      await this.#ends[0]!.send(victim, frame);
      this.floodedBytes += frame.length;
      this.sent++;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Openings of both framings, none of which goes on. */
  async #openRounds(victim: string): Promise<void> {
    const kinds = testKinds.tokens();
    const open = async (round: number) => {
      const message = { type: "summary", kind: kinds[round % kinds.length]!, refs: [] } as const;
      const preamble = { version: 3, fromResponder: false, round: BigInt(round) } as const;
      await this.#ends[1]!.send(victim, encodeFrame({ ...preamble, native: round % 2 === 0, message }));
      this.sent++;
      this.roundsOpened++;
    };
    for (let round = 1; !this.#isOver; round += atOnce) {
      await Promise.all(Array.from({ length: atOnce }, (_, index) => open(round + index)));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}
