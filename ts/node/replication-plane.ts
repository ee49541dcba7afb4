/**
 * The replication plane inside a node: hands it the node's store, admission and transport, and keeps who is
 * replicated with in step with the peer book.
 */
import { type EventSource, type KeyId, type KindToken, WaxwingError } from "../base/index.js";
import type {
  Admission,
  AdmitContext,
  AdmitVerdict,
  Host,
  Identity,
  InboundFrame,
  OfferPolicy,
  ReceiveVerdict,
  Store,
  Transport,
} from "../contracts/index.js";
import type { Kinds } from "../records/index.js";
import {
  catalogOfKinds,
  cirisOfferPolicy,
  createReplication,
  type Framing,
  openOfferPolicy,
  type Replication,
  type ReplicationHandle,
  receiveVerdict,
} from "../replication/index.js";
import type { Config } from "./config.js";
import type { PeerBook } from "./peer-book.js";
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
  readonly transport: Transport;
}

export class ReplicationPlane {
  readonly #parts: ReplicationPlaneParts;
  readonly #replication: Replication;
  readonly #framesByPeer = new Map<KeyId, number>();
  #handle: ReplicationHandle | undefined;

  static async open(parts: ReplicationPlaneParts): Promise<ReplicationPlane> {
    const { config, host, store, kinds, identity, peerBook, admission, transport } = parts;
    const replication = await createReplication({
      selfKeyId: identity.keyId,
      kinds: catalogOfKinds(kinds),
      store,
      admission,
      offerPolicy: offerPolicyOf(config),
      host,
      send: (peer, bytes, options) => transport.send(peer, bytes, options),
      peerFraming: (peer) => configuredFraming(peerBook.get(peer)),
    });
    return new ReplicationPlane(parts, replication);
  }

  private constructor(parts: ReplicationPlaneParts, replication: Replication) {
    this.#parts = parts;
    this.#replication = replication;
    void this.#passEventsOn();
  }

  receive(frame: InboundFrame): ReceiveVerdict {
    const outcome = this.#replication.deliverInbound(frame);
    if (frame.peerKeyId !== undefined && this.#parts.peerBook.get(frame.peerKeyId) !== undefined) {
      this.#framesByPeer.set(frame.peerKeyId, this.framesReceivedFrom(frame.peerKeyId) + 1);
    }
    return receiveVerdict(outcome);
  }

  framesReceivedFrom(peer: KeyId): number {
    return this.#framesByPeer.get(peer) ?? 0;
  }

  /**
   * Own records are offered at once. What peers sent waits for the next cadence: everybody they peer with heard
   * it from them, and a round for each record that passes through would cost more than it hastens.
   */
  onNews(verdicts: readonly AdmitVerdict[], { peerKeyId }: AdmitContext): void {
    const kinds = new Set<KindToken>();
    for (const verdict of verdicts) {
      if (verdict.status !== "admitted") continue;
      if (verdict.admittedKey !== undefined) this.#replication.keyAdmitted(verdict.admittedKey);
      if (peerKeyId === undefined) kinds.add(verdict.kind);
    }
    for (const kind of kinds) this.#replication.hint(kind);
  }

  /** Begins, or adds the peers to what is running already; only peers with an address are dialled. */
  start(peers: readonly PeerInput[], { cadenceSeconds }: { cadenceSeconds?: number }): ReplicationHandle {
    const cadence = cadenceSeconds ?? this.#parts.config.replication.cadenceSeconds;
    if (this.#handle === undefined) {
      this.#handle = this.#replication.start(this.#dialled(peers), { cadenceSeconds: cadence });
    } else if (cadenceSeconds !== undefined) {
      throw new WaxwingError(
        "usage",
        "replication is running with the configured cadence: stop it before starting another",
      );
    } else {
      for (const peer of peers) this.addPeer(peer);
    }
    return this.#wrap(this.#handle);
  }

  addPeer(peer: PeerInput): void {
    if (this.#handle === undefined) {
      this.start([peer], {});
      return;
    }
    for (const { keyId, kinds } of this.#dialled([peer]))
      for (const kind of kinds) this.#handle.registerPeer(keyId, kind);
  }

  removePeer(keyId: KeyId): void {
    this.#framesByPeer.delete(keyId);
    this.#handle?.removePeer(keyId);
  }

  roundNow(): void {
    this.#handle?.roundNow();
  }

  status(): ReplicationStatus {
    return { registered: this.#handle?.registeredCount ?? 0, ...this.#replication.counters };
  }

  async stop(): Promise<void> {
    await this.#replication.close();
  }

  #dialled(peers: readonly PeerInput[]): { keyId: KeyId; kinds: readonly KindToken[] }[] {
    const kinds = this.#parts.config.replication.kinds ?? this.#parts.kinds.admittedTokens();
    return peers
      .filter((peer) => peer.url !== undefined)
      .map((peer) => ({ keyId: peer.keyId, kinds: peer.kinds ?? kinds }));
  }

  /** A handle that was stopped makes room for another `start`. */
  #wrap(handle: ReplicationHandle): ReplicationHandle {
    const forget = () => {
      if (this.#handle === handle) this.#handle = undefined;
    };
    return {
      get registeredCount() {
        return handle.registeredCount;
      },
      events: handle.events,
      registerPeer: (peer, kind) => handle.registerPeer(peer, kind),
      removePeer: (peer, kind) => handle.removePeer(peer, kind),
      setKinds: (kinds) => handle.setKinds(kinds),
      roundNow: (peer, kind) => handle.roundNow(peer, kind),
      stop: () => handle.stop().finally(forget),
    };
  }

  async #passEventsOn(): Promise<void> {
    for await (const { type, report } of this.#replication.events) {
      this.#parts.events.emit({ type: "round", peerKeyId: report.peer, kind: report.kind, outcome: type });
    }
  }
}

/** `ciris` without a source of consent offers nothing: it fails closed. */
function offerPolicyOf({ replication }: Config): OfferPolicy {
  return replication.offerPolicy === "open"
    ? openOfferPolicy()
    : cirisOfferPolicy({ consent: { consentFor: async () => undefined } });
}

function configuredFraming(peer: PeerInput | undefined): Framing | undefined {
  return peer?.framing === undefined || peer.framing === "auto" ? undefined : peer.framing;
}
