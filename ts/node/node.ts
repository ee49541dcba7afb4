/**
 * `createNode`: one identity, one store, one verifier, one scheduler and one set of transports, wired together.
 *
 * The node holds what lives as long as the object (identity, kinds, events); everything that is opened by
 * `start` and closed by `stop` is a `Running` (running.ts). Nothing here knows a wire or a rule.
 */
import {
  base64Encode,
  checkBytes,
  checkOptions,
  checkString,
  EventSource,
  type KeyId,
  type KindToken,
  limits,
  WaxwingError,
} from "../base/index.js";
import type { Engine, Host, HybridPair, Identity, StoredRecord } from "../contracts/index.js";
import { loadCore } from "../core.js";
import {
  buildIdentityOccurrence,
  buildKeyRecord,
  buildOwnRecord,
  createKinds,
  type JsonObject,
  type Kinds,
  type OwnKind,
} from "../records/index.js";
import type { ReplicationHandle } from "../replication/index.js";
import { createHost } from "../transport/index.js";
import { createAdminApp } from "./admin-app.js";
import { type Config, type ConfigInput, parseConfig } from "./config.js";
import { type ConnectionFacts, connectionInfo } from "./connection.js";
import { dataDirectory } from "./data-directory.js";
import { createEphemeralIdentity, loadIdentity } from "./identity-file.js";
import { createLogger } from "./log.js";
import { NodeMetrics } from "./metrics.js";
import { parsePeer } from "./peer-book.js";
import { putStream } from "./put-stream.js";
import { decodeHash, listPage, subscribeKind } from "./reading.js";
import { openRunning, type Running, type StoreAccess } from "./running.js";
import { nodeStatus } from "./status.js";
import { storeHash } from "./store-hash.js";
import type {
  Cursor,
  NodeCard,
  NodeEvent,
  NodeHealth,
  NodePeers,
  NodeStatus,
  PeerInput,
  PutOptions,
  PutResult,
  RecordPage,
  RoundRequest,
  StateHeadStatement,
  StateHeadsRequest,
  SubscribedRecord,
  WaxwingNode,
} from "./types.js";

/** Parts that an embedder may bring instead of the node's own. */
export interface CreateNodeOptions {
  readonly host?: Host;
  readonly engine?: Engine;
  readonly identity?: Identity;
  /** `read-only`: no lock, no control socket, and whatever writes is refused; for looking at a directory. */
  readonly storeAccess?: StoreAccess;
  /** `false`: the links of the configuration are listed and stay shut; for looking at a directory. Default true. */
  readonly openLinks?: boolean;
}

/** Checks the configuration and loads the identity; listens and replicates only after `start`. */
export async function createNode(
  config: ConfigInput = {},
  options: CreateNodeOptions = {},
): Promise<WaxwingNode> {
  const parsed = parseConfig(config);
  const host = options.host ?? (await createHost());
  const engine = options.engine ?? (await loadCore({ cacheBytes: parsed.core.cacheBytes }));
  const identity = options.identity ?? (await identityFor(parsed, engine, host));
  return new ConfiguredNode(parsed, host, engine, identity, {
    storeAccess: options.storeAccess ?? "read-write",
    openLinks: options.openLinks ?? true,
  });
}

function checkPutOptions(options: PutOptions): void {
  checkOptions(options, "put options", ["kind", "signal"]);
}

/** A node without a durable store has no directory either: its identity ends with it. */
async function identityFor(config: Config, engine: Engine, host: Host): Promise<Identity> {
  if (config.store.engine === "memory") return createEphemeralIdentity(engine, host);
  return (await loadIdentity(engine, host, dataDirectory(config.dataDirectory), { create: true })).identity;
}

/** Kinds that are served by time have no sets. */
function reconciledKinds(kinds: Kinds): KindToken[] {
  const specs = kinds.all().filter(({ status, cursorServed }) => status !== "unsupported" && !cursorServed);
  return specs.map(({ token }) => token);
}

/** How much of the node is there. */
type Extent = Required<Pick<CreateNodeOptions, "storeAccess" | "openLinks">>;

class ConfiguredNode implements WaxwingNode {
  readonly keyId: KeyId;
  readonly publicKeys: HybridPair;
  readonly events = new EventSource<NodeEvent>(limits.eventQueueMax);
  readonly metrics: NodeMetrics;
  readonly peers: NodePeers;
  readonly admin: WaxwingNode["admin"];
  readonly #config: Config;
  readonly #host: Host;
  readonly #engine: Engine;
  readonly #identity: Identity;
  readonly #extent: Extent;
  readonly #kinds: Kinds = createKinds();
  #running: Running | undefined;
  #starting: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;

  constructor(config: Config, host: Host, engine: Engine, identity: Identity, extent: Extent) {
    this.#config = config;
    this.#host = host;
    this.#engine = engine;
    this.#identity = identity;
    this.#extent = extent;
    this.keyId = identity.keyId;
    this.publicKeys = identity.publicKeys;
    this.metrics = new NodeMetrics(() => this.status());
    this.peers = {
      list: async () => this.#parts().peerStatuses(),
      add: async (peer) => this.#parts().addPeer(parsePeer(peer)),
      remove: async (keyId) => this.#parts().removePeer(keyId),
    };
    const adminApp = createAdminApp(this);
    this.admin = {
      fetch: async (request, facts = {}) =>
        adminApp.fetch(request, { facts: connectionInfo({ remoteAddress: "127.0.0.1", ...facts }) }),
    };
  }

  get health(): NodeHealth {
    if (this.#running !== undefined) return "running";
    return this.#stopping === undefined ? "stopped" : "draining";
  }

  async start(): Promise<void> {
    if (this.#running) return;
    this.#starting ??= this.#open().finally(() => {
      this.#starting = undefined;
    });
    await this.#starting;
  }

  async #open(): Promise<void> {
    this.#running = await openRunning({
      node: this,
      config: this.#config,
      host: this.#host,
      engine: this.#engine,
      identity: this.#identity,
      kinds: this.#kinds,
      events: this.events,
      ...this.#extent,
      log: createLogger(this.#config.log.level, this.keyId),
    });
    this.events.emit({ type: "started", addresses: this.#running.peerAddresses });
  }

  async stop(): Promise<void> {
    await this.#starting?.catch(() => {});
    const running = this.#running;
    if (running === undefined) return this.#stopping;
    this.#running = undefined;
    this.#stopping = running.close().finally(() => {
      this.#stopping = undefined;
      this.events.emit({ type: "stopped" });
    });
    await this.#stopping;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    this.events.close();
    await this.#host.http.close();
  }

  async put(record: Uint8Array, options: PutOptions = {}): Promise<PutResult> {
    checkBytes(record, "record");
    checkPutOptions(options);
    // A copy: the caller may reuse its buffer while the record is verified and written.
    const [result] = await this.#parts().put([record.slice()], options);
    return result!;
  }

  putBatch(
    records: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    options: PutOptions = {},
  ): AsyncIterableIterator<PutResult> {
    checkPutOptions(options);
    const running = this.#parts();
    return putStream(records, (chunk) => running.put(chunk, options));
  }

  async get(kind: KindToken, hash: Uint8Array | string): Promise<StoredRecord | undefined> {
    this.#checkKind(kind);
    return this.#parts().store.get(kind, decodeHash(hash));
  }

  async list(
    kind: KindToken,
    cursor?: Cursor,
    { limit = limits.listPageMax }: { limit?: number } = {},
  ): Promise<RecordPage> {
    this.#checkKind(kind);
    return listPage(this.#parts().store, kind, cursor, limit);
  }

  subscribe(
    kind: KindToken,
    cursor?: Cursor,
    { signal }: { signal?: AbortSignal } = {},
  ): AsyncIterableIterator<SubscribedRecord> {
    this.#checkKind(kind);
    const { store, admissions } = this.#parts();
    return subscribeKind(store, admissions, kind, cursor, signal);
  }

  defineKind(kind: OwnKind): void {
    if (this.#running !== undefined)
      throw new TypeError("defineKind: expected a stopped node, got a running one");
    this.#kinds.define(kind);
  }

  async sign(kind: KindToken, value: JsonObject): Promise<Uint8Array> {
    this.#checkKind(kind);
    return (await buildOwnRecord(this.#engine, this.#kinds, this.#kinds.get(kind)!, value, this.#identity))
      .bytes;
  }

  async announce(): Promise<readonly PutResult[]> {
    const nowMs = this.#host.clock.wallClock().ms;
    const key = await buildKeyRecord(this.#engine, this.#identity, {
      validFromMs: nowMs,
      identityType: "node",
    });
    const occurrence = await buildIdentityOccurrence(this.#engine, this.#identity, {
      deviceClass: "server",
      assertedAtMs: nowMs,
    });
    return this.#parts().put([key.bytes, occurrence.bytes], {});
  }

  async startReplication(
    peers: readonly (PeerInput | KeyId)[],
    options: { cadenceSeconds?: number } = {},
  ): Promise<ReplicationHandle> {
    checkOptions(options, "replication options", ["cadenceSeconds"]);
    return this.#parts().startReplication(
      peers.map((peer) => parsePeer(typeof peer === "string" ? { keyId: peer } : peer)),
      options,
    );
  }

  async stateHeads(
    kinds: readonly KindToken[] = reconciledKinds(this.#kinds),
    request: StateHeadsRequest = {},
  ): Promise<StateHeadStatement[]> {
    for (const kind of kinds) this.#checkKind(kind);
    checkOptions({ ...request }, "state heads request", ["peerKeyId", "signal"]);
    return this.#parts().stateHeads(kinds, request);
  }

  async verifyStateHead(statement: Uint8Array): Promise<StateHeadStatement> {
    checkBytes(statement, "statement");
    return this.#parts().verifyStateHead(statement.slice());
  }

  roundNow(request: RoundRequest = {}): boolean {
    const { kind } = request;
    checkOptions(request, "round request", ["peerKeyId", "kind"]);
    if (kind !== undefined) this.#checkKind(kind);
    return this.#parts().roundNow(request);
  }

  async fetch(request: Request, facts: ConnectionFacts): Promise<Response> {
    return this.#parts().peerFetch(request, connectionInfo(facts));
  }

  card(): NodeCard {
    const url = this.#running?.peerUrl;
    return {
      keyId: this.keyId,
      publicKeys: {
        ed25519: base64Encode(this.publicKeys.ed25519),
        mlDsa65: base64Encode(this.publicKeys.mlDsa65),
      },
      ...(url === undefined ? {} : { url }),
    };
  }

  async status(): Promise<NodeStatus> {
    return nodeStatus(this.#parts(), { keyId: this.keyId, engine: this.#engine, host: this.#host });
  }

  async storeHash(): Promise<{ records: number; hash: string }> {
    return storeHash(this.#parts().store, this.#engine);
  }

  #checkKind(kind: KindToken): void {
    checkString(kind, "kind");
    if (!this.#kinds.has(kind))
      throw new WaxwingError("kind_unknown", `no kind "${kind}" is defined here`, { detail: { kind } });
  }

  #parts(): Running {
    if (this.#running === undefined)
      throw new WaxwingError("node_stopped", "the node is not running: call start() first");
    return this.#running;
  }
}
