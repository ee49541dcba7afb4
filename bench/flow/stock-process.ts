/**
 * Peers as the reference is, many in one process: they speak CRPL v1 over HTTP with stock tokens, show no Waxwing
 * capability, open rounds, want everything that a page shows and keep nothing of what comes.
 *
 * ```
 * I → R  Summary (empty)    R → I  Summary, Diff    I → R  Diff (all of the page), Deliver (empty)    R → I  Deliver
 * ```
 */
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { loadCore } from "waxwing/core";
import {
  createKindCatalog,
  decodeFrame,
  encodeFrame,
  type Frame,
  type ReplicationMessage,
} from "waxwing/replication";
import { SeededRandom } from "waxwing/testing";
import { createSoftwareIdentity } from "waxwing/trust";
import { answerCalls } from "./program.js";
import type { StockCalls, StockTotals } from "./stock-sweep.js";

const kind = "attestation";
const kinds = createKindCatalog([{ token: kind, wireVersion: 1 }]);
/** The reference gives a wait up after ten seconds of silence; a busy machine is given some more. */
const waitMs = 60_000;
const tokenSeconds = 300;

class StockPeer {
  readonly #identity;
  readonly #awaited = new Map<string, (message: Frame["message"]) => void>();
  readonly totals = { rounds: 0, completed: 0, records: 0, bytes: 0, refused: 0, longestRoundMs: 0 };
  #hub: { keyId: string; url: string } | undefined;
  url = "";

  constructor(identity: ReturnType<typeof createSoftwareIdentity>) {
    this.#identity = identity;
  }

  get card() {
    const { keyId, publicKeys } = this.#identity;
    const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");
    return {
      keyId,
      url: this.url,
      publicKeys: { ed25519: base64(publicKeys.ed25519), mlDsa65: base64(publicKeys.mlDsa65) },
    };
  }

  listen(): Promise<void> {
    const server = createServer((incoming, outgoing) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk) => chunks.push(chunk));
      incoming.on("end", () => {
        outgoing.writeHead(202).end();
        this.#take(Buffer.concat(chunks));
      });
    });
    return new Promise((resolve) => {
      server.listen(0, "127.0.0.1", () => {
        this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/edge/inbound`;
        resolve();
      });
    });
  }

  async sweep(hub: { keyId: string; url: string }, rounds: number): Promise<void> {
    this.#hub = hub;
    for (let round = 0; round < rounds; round++) {
      const startMs = performance.now();
      this.totals.rounds++;
      if (await this.#round()) this.totals.completed++;
      this.totals.longestRoundMs = Math.max(this.totals.longestRoundMs, performance.now() - startMs);
    }
  }

  async #round(): Promise<boolean> {
    const [summaryComes, diffComes, deliverComes] = [
      this.#next("summary"),
      this.#next("diff"),
      this.#next("deliver"),
    ];
    await this.#send({ type: "summary", kind, refs: [] });
    const [summary, diff] = [await summaryComes, await diffComes];
    if (summary?.type !== "summary" || diff === undefined) return false;
    await this.#send({ type: "diff", kind, want: summary.refs.map(({ hash }) => hash) });
    await this.#send({ type: "deliver", kind, envelopes: [] });
    const deliver = await deliverComes;
    if (deliver?.type !== "deliver") return false;
    this.totals.records += deliver.envelopes.length;
    return deliver.envelopes.length > 0;
  }

  #next(type: ReplicationMessage["type"]): Promise<Frame["message"] | undefined> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(undefined), waitMs);
      this.#awaited.set(type, (message) => {
        clearTimeout(timer);
        resolve(message);
      });
    });
  }

  #take(bytes: Uint8Array): void {
    this.totals.bytes += bytes.length;
    const { message } = decodeFrame(bytes, kinds);
    this.#awaited.get(message.type)?.(message);
  }

  /** A full queue (503) is tried again, as the reference's transport does. */
  async #send(message: ReplicationMessage): Promise<void> {
    const body = encodeFrame({ version: 1, message });
    for (let attempt = 0; attempt < 60; attempt++) {
      const { status, retryAfterSeconds } = await post(this.#hub!.url, body, this.#token());
      if (status < 300) return;
      this.totals.refused++;
      if (status !== 503 && status !== 429) throw new Error(`a stock frame got HTTP ${status}`);
      await new Promise((resolve) => setTimeout(resolve, 1000 * (retryAfterSeconds || 1)));
    }
    throw new Error("a stock frame found no room");
  }

  #token(): string {
    const { keyId } = this.#identity;
    const iat = Math.floor(Date.now() / 1000);
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const signed = `${part({ alg: "EdDSA", typ: "JWT", kid: keyId })}.${part({ iss: keyId, sub: keyId, iat, exp: iat + tokenSeconds })}`;
    return `${signed}.${Buffer.from(core.ed25519.sign(Buffer.from(signed), seeds.get(keyId)!)).toString("base64url")}`;
  }
}

function post(
  url: string,
  body: Uint8Array,
  token: string,
): Promise<{ status: number; retryAfterSeconds: number }> {
  return new Promise((resolve, reject) => {
    const headers = {
      "content-type": "application/json",
      "content-length": body.length,
      authorization: `Bearer ${token}`,
    };
    const sent = request(url, { method: "POST", headers }, (answer) => {
      answer.resume();
      answer.on("end", () =>
        resolve({
          status: answer.statusCode!,
          retryAfterSeconds: Number(answer.headers["retry-after"] ?? 0),
        }),
      );
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

const core = await loadCore();
const seeds = new Map<string, Uint8Array>();
let peers: StockPeer[] = [];

const calls: StockCalls = {
  async openPeers(count: number) {
    const random = new SeededRandom("bench/flow/stock");
    peers = Array.from({ length: count }, () => {
      const ed25519Seed = random.bytes(32);
      const identity = createSoftwareIdentity(core, { ed25519Seed, mlDsa65Seed: random.bytes(32) });
      seeds.set(identity.keyId, ed25519Seed);
      return new StockPeer(identity);
    });
    await Promise.all(peers.map((peer) => peer.listen()));
    return peers.map(({ card }) => card);
  },
  async sweep(hub, rounds: number) {
    await Promise.all(peers.map((peer) => peer.sweep(hub, rounds)));
    return peers.reduce<StockTotals>(
      (sum, { totals }) => ({
        rounds: sum.rounds + totals.rounds,
        completed: sum.completed + totals.completed,
        records: sum.records + totals.records,
        bytes: sum.bytes + totals.bytes,
        refused: sum.refused + totals.refused,
        longestRoundMs: Math.max(sum.longestRoundMs, totals.longestRoundMs),
      }),
      { rounds: 0, completed: 0, records: 0, bytes: 0, refused: 0, longestRoundMs: 0 },
    );
  },
  async close() {},
};

answerCalls(calls);
