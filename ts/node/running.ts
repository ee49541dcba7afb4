/**
 * A started node: everything that `start` opens, in the order in which it depends on each other, and `close`
 * releases in reverse.
 *
 *   lock, store → peer book, key directory → admission → HTTP and links ⇄ replication → doors → control socket
 */
import {
  type EventSource,
  type KeyId,
  type KindToken,
  limits,
  shortId,
  WaxwingError,
} from "../base/index.js";
import type {
  Admission,
  BatchVerifier,
  BatchVerifierStatus,
  ConnectionInfo,
  DirectoryEntry,
  Engine,
  Host,
  HttpListener,
  Identity,
  Store,
  TransportCounters,
} from "../contracts/index.js";
import { isNativeKeyId, type Kinds } from "../records/index.js";
import type { ReplicationHandle } from "../replication/index.js";
import type { OfferedSetsStatus, OfferedSetsStore } from "../store/index.js";
import { createHttpTransport, type HttpTransport } from "../transport/index.js";
import {
  createAdmission,
  createKeyDirectory,
  createStoreAttributionMemory,
  ensureFacts,
  type NodeAdmission,
  type SignaturePolicy,
} from "../trust/index.js";
import { adminHandler } from "./admin-app.js";
import { AdmissionCounter } from "./admission-counts.js";
import { Closers } from "./closers.js";
import type { Config } from "./config.js";
import { isLoopbackHost } from "./connection.js";
import { serveControlSocket } from "./control-server.js";
import { followOffers } from "./follow-offers.js";
import { httpOptionsOf, listenerTls } from "./http-options.js";
import { checkPeerLinks, createLinks } from "./links.js";
import type { Logger } from "./log.js";
import { observeAdmission } from "./observed-admission.js";
import { offerPolicyOf } from "./offer-policy.js";
import { openStore, type StoreAccess } from "./open-store.js";
import { createPeerApp } from "./peer-app.js";
import { PeerBook } from "./peer-book.js";
import { PeerKeys, pinsOf } from "./peer-keys.js";
import { AdmissionSignal } from "./reading.js";
import { recordAuthoritiesOf } from "./record-authorities.js";
import { ReplicationPlane } from "./replication-plane.js";
import { Routes } from "./routes.js";
import { StateHeads } from "./state-heads.js";
import { sweepRegularly } from "./sweeping.js";
import { tagStoredRecords } from "./tag-records.js";
import type {
  HttpStatus,
  LinkStatus,
  NodeEvent,
  PeerInput,
  PeerStatus,
  PutOptions,
  PutResult,
  ReplicationStatus,
  RoundRequest,
  StateHeadStatement,
  StateHeadsRequest,
  WaxwingNode,
} from "./types.js";
import { openVerifier } from "./verify-workers.js";

export type { StoreAccess } from "./open-store.js";

export interface RunningParts {
  readonly node: WaxwingNode;
  readonly config: Config;
  readonly host: Host;
  readonly engine: Engine;
  readonly identity: Identity;
  readonly kinds: Kinds;
  readonly events: EventSource<NodeEvent>;
  readonly storeAccess: StoreAccess;
  readonly openLinks: boolean;
  readonly log: Logger;
}

/** Opens everything; what was opened is closed again when a later step fails. */
export async function openRunning(parts: RunningParts): Promise<Running> {
  const closers = new Closers();
  try {
    const running = new Running(parts, closers, await assemble(parts, closers));
    await running.open();
    return running;
  } catch (error) {
    await closers.close().catch(() => {});
    throw error;
  }
}

/** The parts of a started node, wired to each other and not yet reachable from outside. */
interface Assembly {
  readonly store: Store;
  /** The same store; undefined where nothing is reconciled. */
  readonly offeredSets: OfferedSetsStore | undefined;
  readonly verifier: BatchVerifier;
  readonly peerBook: PeerBook;
  readonly peerKeys: PeerKeys;
  readonly admissions: AdmissionSignal;
  readonly counter: AdmissionCounter;
  readonly admission: NodeAdmission;
  /** The same, observed: what everybody admits through. */
  readonly observed: Admission;
  readonly http: HttpTransport;
  readonly routes: Routes;
  readonly replication: ReplicationPlane;
  readonly stateHeads: StateHeads;
}

async function assemble(parts: RunningParts, closers: Closers): Promise<Assembly> {
  const { config, host, engine, identity, kinds, events, storeAccess, log } = parts;
  const opened = await openStore(config, storeAccess, closers);
  // Whoever only looks answers no peer.
  const offeredSets = storeAccess === "read-write" ? followOffers(opened, parts) : undefined;
  const store = offeredSets ?? opened;
  if (offeredSets) closers.add(() => offeredSets.close());
  const peerBook = new PeerBook(store);
  await peerBook.load(config.peers as readonly PeerInput[], (error) =>
    log.warn({ err: error }, "a remembered peer cannot be read and is left out"),
  );

  if (storeAccess === "read-write") await ensureFacts({ engine, store, kinds });
  const directory = createKeyDirectory({ engine, store, pins: pinsOf(config), clock: host.clock });
  // What this node signs it can verify, before anybody vouches for it.
  if (storeAccess === "read-write") await directory.put(ownEntry(identity));
  const { authorities, ...httpOptions } = await httpOptionsOf(config);
  const verifier = openVerifier(config, engine);
  closers.add(() => verifier.close());
  const recordAuthorities = recordAuthoritiesOf(config, { engine, store, kinds, clock: host.clock });
  const admission = createAdmission({
    engine,
    verifier,
    store,
    directory,
    kinds,
    clock: host.clock,
    policy: policyOf(config),
    authorities: recordAuthorities,
  });
  closers.add(() => admission.close());
  const peerKeys = new PeerKeys({
    engine,
    host,
    directory,
    authorities,
    onLearnt: (keyId) => admission.release(keyId),
    onImpostor: (error) => log.warn({ err: error }, "a peer's address shows keys that are not its own"),
  });
  closers.add(() => peerKeys.close());

  const admissions = new AdmissionSignal();
  closers.add(() => admissions.close());
  const counter = new AdmissionCounter();
  const plane: { current?: ReplicationPlane } = {};
  const observed = observeAdmission(admission, {
    clock: host.clock,
    counter,
    signal: admissions,
    events,
    onNews: (verdicts, context) => plane.current?.onNews(verdicts, context),
  });

  const http = createHttpTransport({
    host,
    engine,
    identity,
    directory,
    memory: createStoreAttributionMemory({ engine, store, clock: host.clock }),
    addressBook: peerBook,
    isKnownPeer: (keyId) => peerBook.get(keyId) !== undefined,
    ...httpOptions,
    onFault: (fault) => log.error({ err: fault }, "a request failed"),
    ...(authorities === undefined ? {} : { authorities }),
  });
  const links = await createLinks({
    ...parts,
    directory,
    peerBook,
    onActivity: (peer) => plane.current?.noteActivity(peer),
  });
  checkPeerLinks(config.peers as readonly PeerInput[], config.links);
  const routes = new Routes(http, links, peerBook);
  const offerPolicy = offerPolicyOf(config, identity.keyId);
  const stateHeads = new StateHeads({
    engine,
    identity,
    clock: host.clock,
    kinds,
    offerPolicy,
    directory,
    offeredSets,
  });
  const replication = await ReplicationPlane.open({
    config,
    host,
    store,
    kinds,
    identity,
    peerBook,
    events,
    admission: observed,
    authorities: recordAuthorities,
    routes,
    offerPolicy,
    stateHeads,
    ...(offeredSets === undefined ? {} : { offeredSets }),
    log,
  });
  plane.current = replication;
  return {
    store,
    offeredSets,
    verifier,
    peerBook,
    peerKeys,
    admissions,
    counter,
    admission,
    observed,
    http,
    routes,
    replication,
    stateHeads,
  };
}

export class Running {
  readonly store: Store;
  readonly admissions: AdmissionSignal;
  readonly counter: AdmissionCounter;
  readonly startedAtMs: number;
  readonly startedMonotonicMs: number;
  readonly #parts: RunningParts;
  readonly #closers: Closers;
  readonly #assembly: Assembly;
  readonly #peerApp: ReturnType<typeof createPeerApp>;
  #peerOrigin: string | undefined;
  #adminOrigin: string | undefined;

  constructor(parts: RunningParts, closers: Closers, assembly: Assembly) {
    const { clock } = parts.host;
    this.#parts = parts;
    this.#closers = closers;
    this.#assembly = assembly;
    this.store = assembly.store;
    this.admissions = assembly.admissions;
    this.counter = assembly.counter;
    this.startedAtMs = clock.wallClock().ms;
    this.startedMonotonicMs = clock.monotonicMs();
    this.#peerApp = createPeerApp({
      card: () => parts.node.card(),
      inbound: (request, info) => assembly.http.fetch(request, info),
    });
  }

  /** Starts listening, replicating and answering commands, as far as the configuration says. */
  async open(): Promise<void> {
    const { config, host, node, storeAccess, openLinks, log } = this.#parts;
    const { routes, replication } = this.#assembly;
    // Opened last and closed last: operators see the node drain. What was started is stopped too when another
    // does not start.
    let admin: HttpListener | undefined;
    this.#closers.add(() => admin?.stop());
    this.#closers.add(() => routes.stop());
    await routes.start((frame) => replication.receive(frame), { openLinks });
    this.#closers.add(() => replication.stop());
    if (config.listen !== false) this.#peerOrigin = await this.#listen(config.listen);
    if (config.admin !== false) {
      const { hostname, port, allowRemote } = config.admin;
      if (!allowRemote && !isLoopbackHost(hostname))
        throw new WaxwingError(
          "config_invalid",
          `admin.hostname ${hostname}: operators' door has no authentication; keep it on loopback or set admin.allowRemote`,
        );
      admin = await host.serveHttp(adminHandler(node.admin, allowRemote), { hostname, port });
      this.#adminOrigin = admin.origin;
    }
    if (storeAccess === "read-only") return;
    const { admission } = this.#assembly;
    const onFault = (fault: unknown) =>
      log.error({ err: fault }, "records of a withdrawn key were not swept");
    this.#closers.add(sweepRegularly(admission, host.timers, onFault));
    this.#closers.add(this.#tagStored());
    await this.#replicateConfigured();
    if (config.store.engine !== "memory") this.#closers.add(await serveControlSocket(config, node));
  }

  /** Beside everything else; returns what ends it. */
  #tagStored(): () => Promise<void> {
    const { kinds, log } = this.#parts;
    const stop = new AbortController();
    const tagged = tagStoredRecords(this.#assembly.store, kinds, stop.signal).catch((fault) => {
      if (!stop.signal.aborted) log.error({ err: fault }, "stored records could not be indexed for pulls");
    });
    return () => {
      stop.abort();
      return tagged;
    };
  }

  async #listen(listen: Exclude<Config["listen"], false>): Promise<string> {
    const tls = await listenerTls(listen);
    const { hostname, port, connectionsPerSourceMax } = listen;
    const { log } = this.#parts;
    const listener = await this.#parts.host.serveHttp((request, info) => this.peerFetch(request, info), {
      hostname,
      port,
      onMalformed: () => this.#assembly.http.refuseMalformed(),
      onFault: (fault) => log.error({ err: fault }, "a request failed"),
      ...(connectionsPerSourceMax === undefined ? {} : { connectionsPerSourceMax }),
      ...(tls ? { tls } : {}),
    });
    this.#closers.add(() => listener.stop());
    return listener.origin;
  }

  /** Replication with every configured or remembered peer that can be dialled. */
  async #replicateConfigured(): Promise<void> {
    for (const { keyId } of this.#parts.config.trust.pins) await this.#assembly.admission.release(keyId);
    const peers = this.#assembly.peerBook.list();
    for (const peer of peers) await this.#learnRemembered(peer);
    if (this.#parts.config.replication.enabled && peers.length > 0)
      await this.#assembly.replication.start(peers, {});
  }

  /** What is known of one peer must not keep the node from starting. */
  async #learnRemembered(peer: PeerInput): Promise<void> {
    try {
      await this.#assembly.peerKeys.learnOrAsk(peer);
    } catch (error) {
      this.#parts.log.warn({ err: error }, "the keys of a peer are not those that are known");
    }
  }

  get peerAddresses(): readonly string[] {
    return this.peerUrl === undefined ? [] : [this.peerUrl];
  }

  get peerUrl(): string | undefined {
    return this.#peerOrigin === undefined ? undefined : `${this.#peerOrigin}/edge/inbound`;
  }

  get adminAddress(): string | undefined {
    return this.#adminOrigin;
  }

  async put(records: readonly Uint8Array[], { kind, signal }: PutOptions): Promise<PutResult[]> {
    const verdicts = await this.#assembly.observed.admit(
      kind,
      records,
      signal === undefined ? {} : { signal },
    );
    return verdicts.map((verdict) =>
      verdict.status === "refused"
        ? {
            status: verdict.status,
            hash: verdict.hash,
            reason: verdict.refusal.code,
            message: verdict.refusal.message,
          }
        : { status: verdict.status, hash: verdict.hash },
    );
  }

  async peerFetch(request: Request, info: ConnectionInfo): Promise<Response> {
    return this.#peerApp.fetch(request, { facts: info });
  }

  async startReplication(
    peers: readonly PeerInput[],
    options: { cadenceSeconds?: number },
  ): Promise<ReplicationHandle> {
    const { peerBook, peerKeys, replication } = this.#assembly;
    checkPeerLinks(peers, this.#parts.config.links);
    const others = peers.filter(({ keyId }) => keyId !== this.#parts.identity.keyId);
    const known = others.map((peer) => ({ ...peerBook.get(peer.keyId), ...peer }));
    for (const peer of known) await peerKeys.learnOrAsk(peer);
    for (const peer of known) peerBook.remember(peer);
    return replication.start(known, options);
  }

  /** Verified; of this node, or asked of a peer. */
  async stateHeads(
    kinds: readonly KindToken[],
    { peerKeyId, signal }: StateHeadsRequest,
  ): Promise<StateHeadStatement[]> {
    const { stateHeads, replication } = this.#assembly;
    const isOwn = peerKeyId === undefined || peerKeyId === this.#parts.identity.keyId;
    const said = isOwn
      ? await stateHeads.own(kinds)
      : await replication.requestStateHeads(peerKeyId, kinds, signal);
    const statements = await Promise.all(said.map((bytes) => stateHeads.verify(bytes)));
    const other = statements.find(({ nodeKeyId }) => !isOwn && nodeKeyId !== peerKeyId);
    if (other)
      throw new WaxwingError(
        "signature_invalid",
        `a state head of ${shortId(other.nodeKeyId)} came from another node`,
      );
    return statements;
  }

  verifyStateHead(bytes: Uint8Array): Promise<StateHeadStatement> {
    return this.#assembly.stateHeads.verify(bytes);
  }

  roundNow(request: RoundRequest): boolean {
    return this.#assembly.replication.roundNow(request);
  }

  async addPeer(peer: PeerInput): Promise<void> {
    const { peerBook, peerKeys, replication } = this.#assembly;
    if (peer.keyId === this.#parts.identity.keyId)
      throw new WaxwingError("frame_from_self", "a node is not its own peer");
    checkPeerLinks([peer], this.#parts.config.links);
    // Keys that do not fit refuse the peer before anything of it is remembered.
    await peerKeys.learnOrAsk(peer);
    await peerBook.add(peer);
    if (this.#parts.config.replication.enabled) await replication.addPeer(peer);
  }

  async removePeer(keyId: KeyId): Promise<boolean> {
    const removed = await this.#assembly.peerBook.remove(keyId);
    this.#assembly.peerKeys.forget(keyId);
    this.#assembly.replication.removePeer(keyId);
    return removed;
  }

  async peerStatuses(): Promise<PeerStatus[]> {
    const { peerBook, peerKeys, replication } = this.#assembly;
    return Promise.all(
      peerBook.list().map(async ({ publicKeys: _, ...peer }) => ({
        ...peer,
        trusted: await peerKeys.isTrusted(peer.keyId),
        framesReceived: replication.framesReceivedFrom(peer.keyId),
      })),
    );
  }

  replicationStatus(): ReplicationStatus {
    return this.#assembly.replication.status();
  }

  /** Undefined where nothing is reconciled. */
  offeredSetsStatus(): OfferedSetsStatus | undefined {
    const status = this.#assembly.offeredSets?.offeredSetsStatus();
    // Before the first load nothing is opened that could tell.
    return status && { ...status, idsMax: this.#parts.config.replication.reconcile.idsMax };
  }

  verifierStatus(): BatchVerifierStatus {
    return this.#assembly.verifier.status();
  }

  transportCounters(): TransportCounters {
    return this.#assembly.routes.counters;
  }

  httpStatus(): HttpStatus {
    const { framesUnattributed, tokensOfUnknownKeys, refusals } = this.#assembly.http.counters;
    return { framesUnattributed, tokensOfUnknownKeys, refusals: { ...refusals } };
  }

  linkStatuses(): readonly LinkStatus[] {
    return this.#assembly.routes.linkStatuses();
  }

  close(): Promise<void> {
    return this.#closers.close();
  }
}

function ownEntry({ keyId, publicKeys }: Identity): DirectoryEntry {
  return { keyId, ...publicKeys, standing: isNativeKeyId(keyId) ? "native" : "operator" };
}

function policyOf({ trust }: Config): SignaturePolicy {
  return trust.policy === "soft-freshness"
    ? { name: trust.policy, windowMs: limits.replayWindowMs }
    : { name: trust.policy };
}
