/** What every part of one node's replication shares: contracts to work over, memory between rounds, counters. */
import type { KeyId, KindToken } from "../base/ids.js";
import type { Compressor } from "../contracts/compressor.js";
import type { SimulableHost } from "../contracts/host.js";
import type { OfferPolicy } from "../contracts/offer-policy.js";
import type { OfferedSets } from "../contracts/offered-sets.js";
import type { Admission, Admitted } from "../contracts/record.js";
import type { Store } from "../contracts/store.js";
import type { SendOutcome } from "../contracts/transport.js";
import type { AboutSubject } from "./about-subject.js";
import type { ByTime } from "./by-time.js";
import type { ByteBudget } from "./byte-budget.js";
import type { KindCatalog } from "./kind-catalog.js";
import type { LatelyAdmitted } from "./lately-admitted.js";
import type { Framing, PeerFraming } from "./peer-framing.js";
import type { PushBudget } from "./push-budget.js";
import type { RefusalBackoff } from "./refusal-backoff.js";
import type { ReplacedForms } from "./replaced-forms.js";
import type { RoundOutcome, RoundReport, RoundWay } from "./report.js";
import type { WantClaims } from "./want-claims.js";

/** What is known of the way to a peer; absent members mean a fast and roomy one. */
export interface PeerLink {
  readonly rateBitsPerSecond?: number;
  readonly frameBytesMax?: number;
}

export type SendFrame = (
  peer: KeyId,
  bytes: Uint8Array,
  options: { signal: AbortSignal },
) => Promise<SendOutcome>;

export interface ReplicationOptions {
  readonly selfKeyId: KeyId;
  readonly kinds: KindCatalog;
  readonly store: Pick<
    Store,
    "offerPage" | "tagPage" | "getMany" | "getManyByRecordId" | "holds" | "holdsRecordIds" | "stats"
  >;
  /** Without it every kind goes by Summary. */
  readonly offeredSets?: OfferedSets;
  readonly admission: Admission;
  readonly offerPolicy: OfferPolicy;
  readonly host: SimulableHost;
  readonly send: SendFrame;
  /** An operator's word on the framing of rounds opened to a peer; undefined: learnt. */
  readonly peerFraming?: (peer: KeyId) => Framing | undefined;
  readonly peerLink?: (peer: KeyId) => PeerLink | undefined;
  /**
   * Whom a `pull` is answered about: the asker alone, or anybody where the kind allows it (`publicPullable`).
   * False by default.
   */
  readonly publicPull?: boolean;
  /** Deflates WXRS bodies on slow links, and inflates those of others; without it compressed frames are refused. */
  readonly compressor?: Compressor;
  /** Signed state heads of these kinds, as far as the peer may have them. Without it nobody who asks is answered. */
  readonly stateHeads?: (peer: KeyId, kinds: readonly KindToken[]) => Promise<readonly Uint8Array[]>;
}

export interface ReplicationContext extends ReplicationOptions {
  readonly backoff: RefusalBackoff;
  /** By record id and peer: what it brought and was refused, and what it was asked for and did not bring. */
  readonly idBackoff: RefusalBackoff;
  readonly lately: LatelyAdmitted;
  readonly claims: WantClaims;
  readonly forms: ReplacedForms;
  readonly framing: PeerFraming;
  readonly counters: ReplicationCounters;
  /** Bodies read for peers, and frames received: bytes held at one time. */
  readonly outgoing: ByteBudget;
  readonly incoming: ByteBudget;
  readonly pushes: PushBudget;
  readonly byTime: ByTime;
  readonly aboutSubject: AboutSubject;
  /** A record was just admitted: what waits for it, or for the key that it brought, may be asked for again. */
  readonly onAdmitted: (verdict: Admitted) => void;
  /** What a refused record waits for was admitted while it was judged: its kind may be asked for again. */
  readonly onLifted: (kind: KindToken) => void;
  /** How often a page is filled up with what was shown before. */
  readonly resweepMs: () => number;
}

/** Grows only; read by metrics. */
export interface ReplicationCounters {
  /** Inbound frames by where they went: the `outcome` of a route. */
  readonly frames: Record<string, number>;
  readonly rounds: Record<RoundOutcome, number>;
  recordsAdmitted: number;
  recordsDuplicate: number;
  recordsRefused: number;
  recordsUnsolicited: number;
  /** Pushed beyond what a peer may push, and not looked at. */
  recordsDropped: number;
  recordsServed: number;
  framesSent: number;
  bytesSent: number;
  bytesReceived: number;
  /** Of bytes sent and received, what was not the bytes of records. */
  protocolBytesSent: number;
  protocolBytesReceived: number;
  /** Rounds by the way in which they found out what to move. */
  readonly ways: Record<RoundWay, number>;
  /** Messages that the session they reached does not take. */
  unexpectedMessages: number;
}

/** What the plane holds in memory at a moment: each may grow with what peers do, and has its bound in `limits`. */
export interface ReplicationHoldings {
  /** (peer, kind) pairs with any state. */
  readonly streams: number;
  readonly responders: number;
  /** Rounds in flight, of both roles. */
  readonly rounds: number;
  readonly inboxFrames: number;
  /** Records that some peer was asked for. */
  readonly claims: number;
  /** Of these, by rounds in flight. */
  readonly claimsHeld: number;
  /** Bodies read for peers, and frames received, that are held now. */
  readonly outgoingBytes: number;
  readonly incomingBytes: number;
  /** Records that are not asked for yet, because they were refused, or of one peer because it did not bring them. */
  readonly refusals: number;
  /** Refs that peers wanted and did not get yet. */
  readonly deferred: number;
}

export function createCounters(): ReplicationCounters {
  return {
    frames: {},
    rounds: { completed: 0, served: 0, timedOut: 0, refused: 0, error: 0, cancelled: 0 },
    recordsAdmitted: 0,
    recordsDuplicate: 0,
    recordsRefused: 0,
    recordsUnsolicited: 0,
    recordsDropped: 0,
    recordsServed: 0,
    framesSent: 0,
    bytesSent: 0,
    bytesReceived: 0,
    protocolBytesSent: 0,
    protocolBytesReceived: 0,
    ways: { summary: 0, head: 0, sketch: 0, ranges: 0, pages: 0 },
    unexpectedMessages: 0,
  };
}

export function countReport(counters: ReplicationCounters, report: RoundReport): void {
  counters.rounds[report.outcome]++;
  if (report.outcome === "completed") counters.ways[report.way]++;
  counters.recordsAdmitted += report.admitted;
  counters.recordsDuplicate += report.duplicates;
  counters.recordsUnsolicited += report.unsolicited;
  counters.recordsServed += report.served;
  for (const count of Object.values(report.refused)) counters.recordsRefused += count;
}
