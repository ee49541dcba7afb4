/**
 * The replication plane inside a node: hands it the node's store, admission and transport, and keeps who is
 * replicated with in step with the peer book.
 */
import { createZlibCompressor } from "#bindings/compression/zlib.js";
import { type EventSource, type KeyId, type KindToken, WaxwingError } from "../base/index.js";
import type {
  Admission,
  AdmitContext,
  AdmitVerdict,
  Host,
  Identity,
  InboundFrame,
  OfferedSets,
  OfferPolicy,
  ReceiveVerdict,
  Store,
} from "../contracts/index.js";
import type { Kinds } from "../records/index.js";
import {
  catalogOfKinds,
  createReplication,
  type Framing,
  type Replication,
  type ReplicationHandle,
  receiveVerdict,
} from "../replication/index.js";
import { type Authorities, isAuthorised } from "../trust/index.js";
import type { Config } from "./config.js";
import type { Logger } from "./log.js";
import type { PeerBook } from "./peer-book.js";
import { logRound, type RoundRequest, roundRecord } from "./round-news.js";
import type { Routes } from "./routes.js";
import type { StateHeads } from "./state-heads.js";
import type { NodeEvent, PeerInput, ReplicationStatus } from "./types.js";

export interface ReplicationPlaneParts {
  readonly config: Config;
  readonly host: Host;
  readonly store: Store;
  readonly kinds: Kinds;
  readonly identity: Identity;
  readonly peerBook: PeerBook;
  readonly events: EventSource<NodeEvent>;
  readonly admission: Admission;
  /** Nothing is asked for of kinds that nobody is named for here. */
  readonly authorities: Authorities;
  readonly routes: Routes;
  readonly offerPolicy: OfferPolicy;
  readonly offeredSets?: OfferedSets;
  readonly stateHeads: StateHeads;
  readonly log: Logger;
}

export class ReplicationPlane {
  readonly #parts: ReplicationPlaneParts;
  readonly #replication: Replication;
  readonly #framesByPeer = new Map<KeyId, number>();
  /** What rounds are opened for, so that a change of cadence keeps it. */
  readonly #pairs = new Map<KeyId, Set<KindToken>>();
  readonly #handle: ReplicationHandle;
  #running: { readonly handle: ReplicationHandle; readonly cadenceSeconds: number } | undefined;

  static async open(parts: ReplicationPlaneParts): Promise<ReplicationPlane> {
    const { config, host, store, kinds, identity, peerBook, admission, authorities, routes } = parts;
    const { offerPolicy, offeredSets, stateHeads } = parts;
    checkConfiguredKinds(config, kinds);
    const replication = await createReplication({
      selfKeyId: identity.keyId,
      kinds: catalogOfKinds(kinds, (spec) => isAuthorised(spec, authorities)),
      store,
      admission,
      offerPolicy,
      host,
      send: (peer, bytes, options) => routes.send(peer, bytes, options),
      peerLink: (peer) => routes.linkTo(peer),
      compressor: createZlibCompressor(),
      peerFraming: (peer) => configuredFraming(peerBook.get(peer)),
      stateHeads: (peer, kinds) => stateHeads.forPeer(peer, kinds),
      publicPull: config.replication.publicPull,
      ...(offeredSets === undefined ? {} : { offeredSets }),
    });
    return new ReplicationPlane(parts, replication);
  }

  private constructor(parts: ReplicationPlaneParts, replication: Replication) {
    this.#parts = parts;
    this.#replication = replication;
    this.#handle = this.#makeHandle();
    void this.#passEventsOn();
  }

  receive(frame: InboundFrame): ReceiveVerdict {
    const outcome = this.#replication.deliverInbound(frame);
    if (frame.peerKeyId !== undefined && this.#parts.peerBook.get(frame.peerKeyId) !== undefined) {
      this.#framesByPeer.set(frame.peerKeyId, this.framesReceivedFrom(frame.peerKeyId) + 1);
    }
    return receiveVerdict(outcome);
  }

  /** Something of that peer came, though no whole frame yet: it is slow and not silent. */
  noteActivity(peer: KeyId): void {
    this.#replication.noteActivity(peer);
  }

  framesReceivedFrom(peer: KeyId): number {
    return this.#framesByPeer.get(peer) ?? 0;
  }

  /**
   * Own records are offered at once. What peers sent waits for the next cadence: everybody they peer with heard
   * it from them, and a round for each record that passes through would cost more than it hastens; what came of it,
   * replication knows, since it was admitted for it.
   */
  onNews(verdicts: readonly AdmitVerdict[], { peerKeyId, unprovenPeer }: AdmitContext): void {
    if (peerKeyId !== undefined || unprovenPeer) return;
    const kinds = new Set<KindToken>();
    for (const verdict of verdicts) {
      if (verdict.status !== "admitted") continue;
      this.#replication.admitted(verdict);
      kinds.add(verdict.kind);
    }
    for (const kind of kinds) this.#replication.hint(kind);
  }

  /**
   * Begins, or adds the peers to what is running already and changes its cadence when one is given; only peers
   * with an address are dialled. A node has one scheduler, so every handle speaks for all of it.
   */
  async start(
    peers: readonly PeerInput[],
    { cadenceSeconds }: { cadenceSeconds?: number },
  ): Promise<ReplicationHandle> {
    const wanted = this.#dialled(peers);
    const cadence =
      cadenceSeconds ?? this.#running?.cadenceSeconds ?? this.#parts.config.replication.cadenceSeconds;
    if (this.#running !== undefined && this.#running.cadenceSeconds !== cadence) {
      wanted.unshift(...[...this.#pairs].map(([keyId, kinds]) => ({ keyId, kinds: [...kinds] })));
      await this.#running.handle.stop();
      this.#running = undefined;
    }
    this.#running ??= {
      handle: this.#replication.start([], { cadenceSeconds: cadence }),
      cadenceSeconds: cadence,
    };
    for (const { keyId, kinds } of wanted) for (const kind of kinds) this.#register(keyId, kind);
    return this.#handle;
  }

  async addPeer(peer: PeerInput): Promise<void> {
    await this.start([peer], {});
  }

  removePeer(keyId: KeyId): void {
    this.#framesByPeer.delete(keyId);
    this.#handle.removePeer(keyId);
  }

  /** As the peer signed them. */
  requestStateHeads(
    peer: KeyId,
    kinds: readonly KindToken[],
    signal: AbortSignal | undefined,
  ): Promise<readonly Uint8Array[]> {
    return this.#replication.requestStateHeads(peer, kinds, signal === undefined ? {} : { signal });
  }

  /** False where no such rounds are opened. */
  roundNow({ peerKeyId, kind }: RoundRequest): boolean {
    const isOpened = [...this.#pairs].some(
      ([peer, kinds]) =>
        (peerKeyId === undefined || peer === peerKeyId) && (kind === undefined || kinds.has(kind)),
    );
    if (isOpened) this.#handle.roundNow(peerKeyId, kind);
    return isOpened && this.#running !== undefined;
  }

  status(): ReplicationStatus {
    return { registered: this.#handle.registeredCount, ...this.#replication.counters };
  }

  async stop(): Promise<void> {
    await this.#replication.close();
  }

  #dialled(peers: readonly PeerInput[]): { keyId: KeyId; kinds: readonly KindToken[] }[] {
    const kinds = this.#defaultKinds();
    return peers
      .filter((peer) => peer.url !== undefined || (peer.links?.length ?? 0) > 0)
      .map((peer) => ({ keyId: peer.keyId, kinds: peer.kinds ?? kinds }));
  }

  #register(keyId: KeyId, kind: KindToken): boolean {
    if (!this.#parts.kinds.has(kind))
      throw new WaxwingError("kind_unknown", `no kind "${kind}" is defined here`, { detail: { kind } });
    const kinds = this.#pairs.get(keyId) ?? new Set();
    this.#pairs.set(keyId, kinds.add(kind));
    return this.#running?.handle.registerPeer(keyId, kind) ?? false;
  }

  #unregister(keyId: KeyId, kind: KindToken | undefined): boolean {
    const kinds = this.#pairs.get(keyId);
    if (kind === undefined) kinds?.clear();
    else kinds?.delete(kind);
    if (kinds?.size === 0) this.#pairs.delete(keyId);
    return this.#running?.handle.removePeer(keyId, kind) ?? false;
  }

  /** Whatever scheduler is running now; a stopped one makes room for another `start`. */
  #makeHandle(): ReplicationHandle {
    const running = () => this.#running?.handle;
    const defaultKinds = () => this.#defaultKinds();
    return {
      get registeredCount() {
        return running()?.registeredCount ?? 0;
      },
      events: this.#replication.events,
      registerPeer: (peer, kind) =>
        (kind === undefined ? defaultKinds() : [kind])
          .map((token) => this.#register(peer, token))
          .includes(true),
      removePeer: (peer, kind) => this.#unregister(peer, kind),
      setKinds: (kinds) => {
        for (const [keyId, registered] of [...this.#pairs]) {
          for (const kind of kinds) this.#register(keyId, kind);
          for (const kind of [...registered]) if (!kinds.includes(kind)) this.#unregister(keyId, kind);
        }
      },
      pull: (peer, subject) => this.#replication.pull(peer, subject),
      pullSubject: async (subject) => (await running()?.pullSubject(subject)) ?? [],
      roundNow: (peer, kind) => running()?.roundNow(peer, kind),
      stop: async () => {
        const handle = running();
        this.#running = undefined;
        this.#pairs.clear();
        await handle?.stop();
      },
    };
  }

  #defaultKinds(): readonly KindToken[] {
    const { config, kinds, authorities } = this.#parts;
    if (config.replication.kinds !== undefined) return config.replication.kinds;
    return kinds.admittedTokens().filter((token) => {
      const spec = kinds.get(token)!;
      return isAuthorised(spec, authorities) && !spec.onlyByName;
    });
  }

  async #passEventsOn(): Promise<void> {
    const { events, log } = this.#parts;
    for await (const { report } of this.#replication.events) {
      const record = roundRecord(report);
      const { peerKeyId, kind, outcome } = record;
      events.emit({ type: "round", peerKeyId, kind, outcome, report: record });
      logRound(log, record);
    }
  }
}

/** A misspelt kind would otherwise be a stream that never moves. */
function checkConfiguredKinds({ replication, peers }: Config, kinds: Kinds): void {
  for (const kind of [replication.kinds ?? [], ...peers.map((peer) => peer.kinds ?? [])].flat()) {
    if (!kinds.has(kind))
      throw new WaxwingError("config_invalid", `configuration: no kind "${kind}" is defined here`, {
        detail: { kind },
      });
  }
}

function configuredFraming(peer: PeerInput | undefined): Framing | undefined {
  return peer?.framing === undefined || peer.framing === "auto" ? undefined : peer.framing;
}
