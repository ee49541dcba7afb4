/**
 * What an embedder holds after `createNode`: the node's public face (DESIGN §4).
 */
import type { ErrorCode, EventStream, HashHex, KeyId, KindToken } from "../base/index.js";
import type {
  BatchVerifierStatus,
  HybridPair,
  StoredRecord,
  TransportCounters,
  TransportId,
} from "../contracts/index.js";
import type { JsonObject, OwnKind } from "../records/index.js";
import type { ReplicationCounters, ReplicationHandle } from "../replication/index.js";
import type { OfferedSetsStatus } from "../store/index.js";
import type { LinkCounters } from "../transport/index.js";
import type { ConnectionFacts } from "./connection.js";
import type { RoundRecord, RoundRequest } from "./round-news.js";
import type { StateHeadStatement } from "./state-heads.js";

export type PutStatus = "admitted" | "duplicate" | "refused";

export type { ConnectionFacts } from "./connection.js";
export type { RoundRecord, RoundRequest } from "./round-news.js";
export type { StateHeadStatement } from "./state-heads.js";

export interface StateHeadsRequest {
  /** Whose; this node's by default. */
  readonly peerKeyId?: KeyId;
  readonly signal?: AbortSignal;
}

/** What became of a record. `reason` and `message` stand only with `refused`. */
export interface PutResult {
  readonly status: PutStatus;
  /** Wire identity of the bytes that were given, 32 bytes; `get` finds a duplicate under it too. */
  readonly hash: Uint8Array;
  readonly reason?: ErrorCode;
  readonly message?: string;
}

export interface PutOptions {
  /** Needed only where the bytes do not tell the kind. */
  readonly kind?: KindToken;
  readonly signal?: AbortSignal;
}

/** Opaque, durable read position within one kind. Absent: from the beginning. */
export type Cursor = string;

export interface RecordPage {
  readonly records: readonly StoredRecord[];
  /** Where the next page begins; absent when this page reached the end. */
  readonly next?: Cursor;
}

export interface SubscribedRecord {
  readonly record: StoredRecord;
  /** Keep it with the effect of the record: subscribing from it continues behind the record. */
  readonly cursor: Cursor;
}

/** How others learn to know this node: enough to pin it and to reach it. */
export interface NodeCard {
  readonly keyId: KeyId;
  /** Base64. */
  readonly publicKeys: { readonly ed25519: string; readonly mlDsa65?: string };
  readonly url?: string;
}

/** A peer as `peers.add` and `startReplication` take it. */
export interface PeerInput {
  readonly keyId: KeyId;
  readonly url?: string;
  /** Base64; pins these keys to the id. A native id proves its own. */
  readonly publicKeys?: { readonly ed25519: string; readonly mlDsa65?: string };
  readonly kinds?: readonly KindToken[];
  readonly framing?: "auto" | "legacy" | "v3" | "native";
  /** Native links that lead there, the best first; the url comes last. */
  readonly links?: readonly { readonly name: string; readonly address?: string }[];
}

export interface PeerStatus extends PeerInput {
  /** The keys are known and believed, so frames of this peer are attributed. */
  readonly trusted: boolean;
  readonly framesReceived: number;
}

export interface NodePeers {
  list(): Promise<PeerStatus[]>;
  /** Remembered across restarts; replication with it begins at once when it is running. */
  add(peer: PeerInput): Promise<void>;
  remove(keyId: KeyId): Promise<boolean>;
}

export type NodeEvent =
  | { readonly type: "started"; readonly addresses: readonly string[] }
  | {
      readonly type: "admitted";
      readonly kind: KindToken;
      readonly hash: HashHex;
      readonly position: number;
      readonly peerKeyId?: KeyId;
    }
  | {
      readonly type: "refused";
      readonly kind?: KindToken;
      readonly hash: HashHex;
      readonly reason: ErrorCode;
      readonly peerKeyId?: KeyId;
    }
  /** A round ended; `outcome` is `report.outcome`. */
  | {
      readonly type: "round";
      readonly peerKeyId: KeyId;
      readonly kind: KindToken;
      readonly outcome: RoundRecord["outcome"];
      readonly report: RoundRecord;
    }
  | { readonly type: "stopped" };

export interface AdmissionCounts {
  readonly admitted: number;
  readonly duplicates: number;
  readonly refused: number;
  readonly refusedByReason: Readonly<Partial<Record<ErrorCode, number>>>;
}

export interface ReplicationStatus extends ReplicationCounters {
  /** (peer, kind) pairs for which rounds are opened. */
  readonly registered: number;
}

/** One native link: a serial line, TCP, … */
export interface LinkStatus {
  readonly name: string;
  readonly type: TransportId;
  /** The wire is there. */
  readonly isUp: boolean;
  /** Why it is not. */
  readonly downReason?: ErrorCode;
  /** Anybody can read along: authenticated, not encrypted. */
  readonly readable: boolean;
  readonly addresses: readonly string[];
  readonly rateBitsPerSecond?: number;
  readonly mtuBytes?: number;
  readonly counters: LinkCounters;
}

/** What the peers' HTTP door refused, and took without a proof. */
export interface HttpStatus {
  readonly framesUnattributed: number;
  /** Of these, with a token of a key that is not known or trusted here. */
  readonly tokensOfUnknownKeys: number;
  readonly refusals: Readonly<Partial<Record<ErrorCode, number>>>;
}

/** `draining`: answers what is under way, takes nothing new. */
export type NodeHealth = "running" | "draining" | "stopped";

export interface NodeStatus {
  readonly keyId: KeyId;
  readonly version: string;
  readonly startedAt: string;
  readonly uptimeSeconds: number;
  readonly clockSynchronised: boolean;
  readonly addresses: { readonly peers: readonly string[]; readonly admin?: string };
  readonly engine: string;
  /** Threads that verify beside the node's own, and how many signatures each side has verified. */
  readonly verifier: BatchVerifierStatus;
  readonly store: {
    readonly engine: string;
    readonly records: number;
    readonly recordBytes: number;
    readonly byKind: Readonly<Record<KindToken, { readonly records: number; readonly recordBytes: number }>>;
    readonly lastPosition: number;
  };
  readonly admission: AdmissionCounts & {
    /** Of records that came from peers; Unix ms, absent before the first. */
    readonly firstAdmittedAtMs?: number;
    readonly lastAdmittedAtMs?: number;
    readonly fromPeers: number;
  };
  readonly replication: ReplicationStatus;
  /** Resident record ids, of which differences with peers are found. Absent with `replication.reconcile.enabled: false`. */
  readonly offeredSets?: OfferedSetsStatus;
  /** Over HTTP and all links. */
  readonly transport: TransportCounters;
  readonly http: HttpStatus;
  readonly links: readonly LinkStatus[];
  readonly peers: readonly PeerStatus[];
}

export interface WaxwingNode extends AsyncDisposable {
  readonly keyId: KeyId;
  readonly publicKeys: HybridPair;
  readonly events: EventStream<NodeEvent>;
  readonly metrics: { text(): Promise<string>; readonly contentType: string };
  readonly peers: NodePeers;

  /** Takes the directory's lock, opens the store, listens and replicates, as configured. */
  start(): Promise<void>;
  /** Finishes what is in flight (bounded), then releases everything. Idempotent. */
  stop(): Promise<void>;

  /** Verifies and stores; resolves when the record is durable. */
  put(record: Uint8Array, options?: PutOptions): Promise<PutResult>;
  /** One verdict a record, in order; reads ahead no further than `limits.putBatchInFlight`. */
  putBatch(
    records: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    options?: PutOptions,
  ): AsyncIterableIterator<PutResult>;
  /** By wire hash (32 bytes or hex); the hash of another form finds the stored one. */
  get(kind: KindToken, hash: Uint8Array | string): Promise<StoredRecord | undefined>;
  list(kind: KindToken, cursor?: Cursor, options?: { limit?: number }): Promise<RecordPage>;
  /** Every record of the kind behind the cursor, then new ones as they are admitted, until aborted. */
  subscribe(
    kind: KindToken,
    cursor?: Cursor,
    options?: { signal?: AbortSignal },
  ): AsyncIterableIterator<SubscribedRecord>;
  /** Adds a record kind of the embedder's own; before `start`. */
  defineKind(kind: OwnKind): void;
  /** A record of an own kind, signed by this node; give it to `put`. */
  sign(kind: KindToken, value: JsonObject): Promise<Uint8Array>;

  /** Puts this node's key record and identity occurrence into its store, so that whoever gets them can verify what it signs. */
  announce(): Promise<readonly PutResult[]>;

  /**
   * Opens rounds with these peers. A node has one scheduler: calling it again adds peers and, with
   * `cadenceSeconds`, changes the cadence; every handle speaks for all of it.
   */
  startReplication(
    peers: readonly (PeerInput | KeyId)[],
    options?: { cadenceSeconds?: number },
  ): Promise<ReplicationHandle>;

  /** Opens rounds now, instead of at the next cadence. False where no such rounds are opened. */
  roundNow(request?: RoundRequest): boolean;

  /**
   * Signed statements, verified here, of what this node or a peer holds of these kinds; by default of all that are replicated by
   * sets. Two with equal `kind`, `count` and `head` prove two nodes equal. Throws `state_head_unavailable` where this node
   * keeps no set of a kind, `round_timed_out` where a peer does not answer; a peer leaves out kinds that it does not
   * reconcile with us.
   */
  stateHeads(kinds?: readonly KindToken[], request?: StateHeadsRequest): Promise<StateHeadStatement[]>;
  /** Throws `state_head_malformed`, `signature_invalid`, or what is wrong with the key. */
  verifyStateHead(statement: Uint8Array): Promise<StateHeadStatement>;

  /** Peers' door, web-standard: mount it in any server and pass the facts of the connection. */
  fetch(request: Request, facts: ConnectionFacts): Promise<Response>;
  /** Operators' door: status and metrics. Loopback only unless the caller says otherwise. */
  readonly admin: { fetch(request: Request, facts?: Partial<ConnectionFacts>): Promise<Response> };

  readonly health: NodeHealth;
  card(): NodeCard;
  status(): Promise<NodeStatus>;
  /** SHA-256 over the sorted lines `<kind> <hex wire id> <hex SHA-256(bytes)>\n`: equal on nodes that hold the same records. */
  storeHash(): Promise<{ readonly records: number; readonly hash: string }>;
}
