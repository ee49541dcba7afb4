/**
 * Every bound of Waxwing: queues, frames, loops and waits, each with its reason; units are last in the
 * name. Relations between bounds are asserted when this module loads. `docs/limits.md` is generated from
 * this file, so a row reads `name: limit(value, "reason")`.
 */
import { invariant } from "./errors.js";

const reasons = new Map<number, string>();
let declared = 0;

/** A bound and why it has that value. Returns the value; the reason is for `docs/limits.md`. */
function limit(value: number, reason: string): number {
  reasons.set(declared++, reason);
  return value;
}

const KiB = 1024;
const MiB = 1024 * KiB;

export const limits = {
  // Frames and records.
  frameBytesMax: limit(
    8 * MiB,
    "transport cap of the CRPL reference (ciris-edge §1.5), counted on real bytes",
  ),
  recordBytesMax: limit(
    1 * MiB,
    "an 8 MiB Deliver holds at least one record as an integer array (4 characters a byte at most, and its frame)",
  ),
  envelopeBytesMax: limit(8 * MiB, "body cap of the reference's envelope pipeline (ciris-edge §7.10)"),
  keyIdBytesMax: limit(256, "foreign key ids are free text; longer ones cost every index"),
  jsonDepthMax: limit(128, "nesting of the JSON scanner; its explicit stack has this many entries"),
  jsonInputBytesMax: limit(16 * MiB, "input window of the WASM core: twice the largest frame"),
  keyCacheBytesDefault: limit(64 * MiB, "room for expanded keys in a core: 1,637 of 40 KiB each"),
  keyCacheBytesSmall: limit(8 * MiB, "the same by default in a node on a small board: 204 keys"),
  smallMachineMemoryBytes: limit(
    1536 * MiB,
    "memory below which a machine is a small board: those sold as 1 GiB show less, those as 2 GiB more",
  ),
  keyCacheSourcesMax: limit(1024, "budgets of evictions remembered, one a source: peers of a busy node"),
  keyCacheBytesMax: limit(2048 * MiB, "with the fixed regions well inside what 32-bit addresses reach"),
  jsonObjectsMax: limit(
    160 * 1024,
    "objects with members in one document: the scanner's index; every document of recordBytesMax fits",
  ),
  signedMembersMax: limit(
    8 * 1024,
    "outermost members of a signed object that one pass of the core lists; with more, several passes read it",
  ),
  jsonMembersMax: limit(
    224 * 1024,
    "object members in one document: the scanner's index; every document of recordBytesMax fits",
  ),

  // Replication (DESIGN §9; ciris-edge §3–5).
  summaryRefsMax: limit(1024, "refs in one Summary page, as the newer reference pages (§3.5)"),
  summaryRefsAcceptedMax: limit(
    65_536,
    "refs taken from one inbound Summary; v18.5 peers send whole sets, frames bound them to about 54 000",
  ),
  wantHashesMax: limit(
    4096,
    "hashes wanted in one Diff; a Deliver of 512 KiB holds fewer records, the rest is wanted in the next round",
  ),
  deliverRecordsAcceptedMax: limit(
    16_384,
    "records taken from one inbound Deliver; 512 KiB of the smallest real records are fewer",
  ),
  messageMembersMax: limit(
    64,
    "members of a message or a ref, unknown ones included; ours have four at most",
  ),
  deliverBytesMax: limit(512 * KiB, "raw record bytes in one Deliver, always at least one record (§3.4)"),
  cursorHeadCadences: limit(
    10,
    "cadences after which a kind served by time is asked for although heads are equal: fuller evidence shows in none",
  ),
  cursorSweepRounds: limit(
    20,
    "rounds after which a kind served by time is asked for from its beginning again: what is older than our newest may have reached the peer late",
  ),
  pullRoundsMax: limit(64, "rounds of one kind in one pull: 65,536 records about one key"),
  noProgressRoundsMax: limit(
    3,
    "rounds in a row that a peer opens and leaves unfinished before it is served less often (§5)",
  ),
  noProgressMsMin: limit(60_000, "then once in this time (§5)"),
  noProgressMsMax: limit(900_000, "cap of its doubling (§5)"),
  pushBytesMax: limit(
    256 * KiB,
    "records that a peer may push unasked within one wait, before any is verified; what a self-publishing initiator pushes (§3.4)",
  ),
  outgoingBytesMax: limit(
    128 * MiB,
    "bodies read for peers and the frames that hold them, from reading to sent; half of it for peers that hold none",
  ),
  outgoingBytesPerPeerMax: limit(
    16 * MiB,
    "the same for one peer, beside the first: a few Delivers as JSON, or four frames of bodies ahead",
  ),
  incomingBytesMax: limit(
    128 * MiB,
    "frames received and not dealt with, over all peers; 40 v18.5 peers send whole sets of 15,000 refs at once. Half of it for peers that wait with none",
  ),
  incomingBytesPerPeerMax: limit(
    16 * MiB,
    "the same for one peer, beside the first: two of the largest frames",
  ),
  admissionPiecesMax: limit(
    4,
    "pieces of what peers sent that are verified and stored at once: threads and flushes stay busy, and two busy peers already take turns",
  ),
  admissionPiecesPerPeerMax: limit(3, "the same for one peer, so that others find room at once"),
  admissionPieceBytesMax: limit(
    2 * MiB,
    "bytes of one piece, unless one record alone is larger: admitChunkRecordsMax hybrid records",
  ),
  compressBelowBitsPerSecond: limit(
    8_000_000,
    "rate of a link below which WXRS bodies are deflated: a core that deflates 5 MB/s, as small boards do, keeps up with it",
  ),
  compressBytesMin: limit(512, "shorter bodies are not deflated: a few hashes do not shrink"),
  inflateRatioMax: limit(
    16,
    "times that a body may grow: records shrink to a half or a third, and a bomb is no larger than what it costs to send",
  ),
  sessionInboxFrames: limit(8, "inbound channel of a coordinator; full drops, never blocks (§4.4)"),
  wantClaimsMax: limit(65_536, "records asked of one peer that others are not asked for meanwhile"),
  respondersMax: limit(8192, "responders built on demand, one a (peer, kind); the idlest makes room"),
  legacyOpensInARowMax: limit(
    64,
    "legacy rounds that a peer opens in quick succession and moves nothing by, before they are taken for two responders answering each other",
  ),
  legacyOpenGapMs: limit(1000, "quick succession, in the row above"),
  strayReplyMs: limit(
    60_000,
    "how long a Summary may be late after the legacy round that it answers has ended",
  ),
  roundsConcurrentMax: limit(
    32,
    "rounds that this node opened and has in flight at once, over all peers; each may hold a Deliver in memory",
  ),
  roundsPerPeerMax: limit(
    4,
    "the same towards one peer, so that a kind that it does not know delays no other",
  ),
  hintDelayMs: limit(100, "how long news is gathered before a round is opened for it"),
  cadenceMsMin: limit(10, "shorter cadences would be a busy loop"),
  cadenceMsDefault: limit(30_000, "scheduler cadence of the reference (§5)"),
  roundWaitMs: limit(10_000, "silence after which a wait ends (§5)"),
  roundWaitsMax: limit(32, "a whole round is bounded at this many waits"),
  replySendMs: limit(60_000, "one reply send of a responder (§6)"),
  followUpRoundsMax: limit(
    4096,
    "rounds run back to back while records are known to be missing, before the cadence takes over",
  ),
  refusalBackoffEntriesMax: limit(4096, "remembered refused hashes, oldest dropped (§3.6)"),
  latelyAdmittedMax: limit(4096, "keys and records lately admitted, for refusals decided before them"),
  refusalBackoffIdsMax: limit(
    65_536,
    "the same by record id and peer, with ids that it did not bring: several rounds of reconcileRoundIds, 15 MB",
  ),
  refusalTransientMsMin: limit(60_000, "first back-off of a transient refusal (§3.6)"),
  refusalTransientMsMax: limit(300_000, "cap of the doubling (§3.6)"),
  refusalTerminalMsMin: limit(1_800_000, "first back-off of a terminal refusal (§3.6)"),
  refusalTerminalMsMax: limit(21_600_000, "cap of the doubling (§3.6)"),
  noRouteBackoffMsMin: limit(30_000, "first per-peer back-off without a route (§5)"),
  noRouteBackoffMsMax: limit(900_000, "cap of the doubling (§5)"),
  retryAfterMsMin: limit(
    1000,
    "shortest time for which a peer that refuses frames for now is left alone, whatever it says",
  ),
  peersMax: limit(4096, "peers of one node (§8.6)"),
  eventQueueMax: limit(
    256,
    "undelivered events a subscriber may hold before the oldest is dropped and counted (§6)",
  ),

  // Id sets and reconciliation.
  idSetsCapacityMax: limit(
    16 * 1024 * 1024,
    "ids that one group of sets may hold: 1.2 GiB of memory reserved, well inside what 32-bit addresses reach",
  ),
  idSetsOpenMax: limit(256, "sets of one group open at once; each reserves 0.6 MiB for its symbols"),
  offeredPageIds: limit(
    4096,
    "ids read into a set between two turns of the event loop: some 10 ms on one core (bench: load of 1 M ids)",
  ),
  offeredIdsDefault: limit(
    2 * 1024 * 1024,
    "record ids that a node keeps resident for reconciliation: 160 MiB reserved, 60 bytes an id used",
  ),
  offeredIdsSmall: limit(256 * 1024, "the same by default in a node on a small board: 20 MiB reserved"),
  headAfterIdsMax: limit(
    64 * 1024,
    "ids of a difference whose outcome is hashed on trial: they fit the core's input window once and its index twice",
  ),
  sketchSymbolsMax: limit(
    8192,
    "coded symbols that a set keeps and a decoder works on: differences of about 5500 ids; larger ones go by ranges",
  ),
  sketchFirstSymbols: limit(
    128,
    "symbols in the first answer: 5 KiB, and an estimate of the difference that is right within an eighth, mostly",
  ),
  sketchRestartsMax: limit(
    3,
    "times that a session starts a sketch anew because the peer's set has changed, before it goes by ranges",
  ),
  rangeMessageBytes: limit(256 * KiB, "one message of ranges or ids: 8000 ids"),
  rangeMessageBytesMin: limit(2048, "the smallest allowed: each message then still moves its session on"),
  reconcileMessageBytesMax: limit(
    4 * MiB,
    "one inbound message of a session: the ids of reconcileIdsMax twice, and room",
  ),
  reconcileIdsMax: limit(
    32_768,
    "differing ids that one session gathers before it ends with what it has; the next one goes on",
  ),
  stateHeadBytesMax: limit(16 * KiB, "one signed state head: 4.8 KB of signatures, a key id and a kind"),
  nodeQuestionsPerSecond: limit(
    20,
    "questions about all kinds (heads, state heads) that one peer is answered a second; one a cadence is honest",
  ),
  stateHeadsMax: limit(64, "signed state heads in one answer: a millisecond each to sign"),
  stateHeadFreshMs: limit(
    60_000,
    "a state head of a set that has not changed is given again, instead of signed anew",
  ),
  replacedFormsMax: limit(
    4096,
    "forms with more signatures of a kind that are remembered for peers that reconcile",
  ),
  formsPerRoundMax: limit(
    32,
    "of these shown in one round: a Deliver holds as many of the largest usual records",
  ),
  headsKindsMax: limit(256, "kinds in one message of heads: many times what a node has"),
  reconcileRoundIds: limit(
    16_384,
    "differing ids that one round of replication moves records for; another follows at once, so that no round holds a place for minutes",
  ),
  bodiesBytesMax: limit(
    2 * MiB,
    "raw record bytes in one frame of bodies, always at least one record: some 256 records of 8 KB share what a frame costs, and are one piece of admission",
  ),
  bodiesFirstBytes: limit(
    512 * KiB,
    "the same of a round's first frame where the rate of the way is not known: 4 s at 1 Mbit/s; what it took bounds the next",
  ),
  deliverFramesAhead: limit(
    4,
    "frames of bodies that a sender is ahead of what their receiver has admitted: one on the wire, one waiting, two being admitted",
  ),
  reconcileRetryMs: limit(
    600_000,
    "how long a peer that answers no reconciliation, three times in a row, is shown Summaries instead",
  ),
  reconcileRoundMs: limit(
    900_000,
    "a whole round with a peer that reconciles: 16 384 records of 8 KB at 1.2 Mbit/s",
  ),
  reconcileWaitsMax: limit(4096, "answers that one session waits for: a set of 16 M ids in pages is 2048"),

  // Native links (docs/protocol.md, "Links").
  serialDrainBytes: limit(64 * KiB, "received bytes taken from a port at once"),
  serialQueueMs: limit(
    250,
    "what a serial line may have before it: more would make every packet wait, less would let the line idle",
  ),
  serialSilenceMs: limit(
    100,
    "silence of a line after which a frame without its end is given up, and 64 byte times",
  ),
  serialRetryMsMin: limit(250, "first wait before a port that is gone is opened again"),
  serialRetryMsMax: limit(5000, "cap of its doubling: a modem plugged in is in use within seconds"),
  serialPacketBytesMin: limit(96, "packets of slower lines are no smaller: heads would eat them"),
  serialPacketBytesMax: limit(
    1400,
    "packets of faster lines are no larger: noise would cost more than heads do",
  ),
  datagramRetryMsMin: limit(250, "first wait before a socket of a medium is opened again"),
  datagramRetryMsMax: limit(5000, "cap of its doubling: an interface that comes up is in use within seconds"),
  udpPacketBytes: limit(1200, "packets of UDP: no path that carries QUIC fragments them (RFC 9000 §14.1)"),
  udpPacketBytesMax: limit(65_507, "what a datagram holds: an IPv4 packet without its two headers"),
  tcpConnectMs: limit(10_000, "how long a TCP connection may take to open"),
  tcpConnectionsMax: limit(4096, "TCP connections of one medium, as peersMax"),
  linkActivityMs: limit(1000, "how often waiting rounds are told that bytes of their peer come"),
  linkSilenceMs: limit(
    30_000,
    "silence after which a link gives a frame up, and the session with it; slow wires wait for several handshakes besides",
  ),
  linkDialMsMin: limit(1000, "first repetition of a handshake; both its packets' time on the wire is added"),
  linkDialMsMax: limit(15_000, "cap of its doubling, so that a cable that is back is noticed"),
  linkProbeMsMax: limit(10_000, "cap of the doubling wait for acknowledgements"),
  linkGoodbyeMs: limit(2000, "how long a stopping link waits for room for its last packets"),
  linkProbesMax: limit(
    2,
    "unanswered probes after which a new session is opened beside the old: the peer may have started anew",
  ),
  linkWindowBytesMax: limit(8 * MiB, "unacknowledged bytes of one session where the wire's rate is unknown"),
  linkMessagesAtOnce: limit(4, "messages of one session under way at once, so that short ones overtake"),
  linkPartialBytesMax: limit(16 * MiB, "unfinished messages of one session: two of the largest frames"),
  linkPartialBytesTotalMax: limit(64 * MiB, "the same over all sessions of one medium"),
  linkSendsMax: limit(256, "frames to one peer that have no outcome yet; beyond them it is busy"),
  linkSendBytesMax: limit(16 * MiB, "bytes of the same, unless one frame alone is larger"),
  linkMovesMax: limit(
    8,
    "sessions that may end under one frame before it is given up: a peer that closes each cannot hold it for ever",
  ),
  linkTokensMax: limit(
    64,
    "outcomes remembered for one peer, so that a frame sent again over a new session is delivered once; a sender has linkMessagesAtOnce in question a session",
  ),
  linkPartsApartMax: limit(
    4096,
    "parts of one message that do not touch: more gaps than half a window of small packets can have",
  ),
  linkControlsMax: limit(
    1024,
    "outcomes, cancels and the like that a session has unacknowledged; a peer that makes it more loses the session",
  ),
  linkItemsMax: limit(256, "items of one packet: bounds what one packet can ask for"),
  linkSessionMsMax: limit(3_600_000, "age at which a session gets new keys"),
  linkSessionPacketsMax: limit(
    2 ** 31,
    "packets under one key: ranges of acknowledgements have 32 bits, and no forger gets as many tries as RFC 9001 §6.6 allows",
  ),
  linkSessionsPerPeerMax: limit(3, "one in use, one that takes over, one of a crossing handshake"),
  linkCandidatesMax: limit(
    64,
    "sessions whose peer's key is not believed yet; the oldest makes room, and none ever displaces a proven one",
  ),
  linkRecheckMs: limit(60_000, "how long a session is used before its peer's key is looked up again"),
  linkSessionsMax: limit(8192, "sessions of one medium; the longest unheard makes room"),
  linkHalfOpenMax: limit(64, "handshakes answered whose end is awaited; the oldest makes room"),
  linkHandshakesPerSecond: limit(32, "handshakes answered a second: a few percent of one core"),
  linkHandshakesPerAddress: limit(
    8,
    "the same for one address, so that no single one uses up the others' share",
  ),
  linkRequestsMax: limit(
    256,
    "signatures and look-ups that an endpoint waits for; beyond them it answers no stranger",
  ),
  linkTurnBytesMax: limit(MiB, "packets made before other work gets a turn: some milliseconds of sealing"),
  linkOutboxMax: limit(256, "handshake packets that wait for the wire, oldest dropped"),
  linkPartsMax: limit(64, "fragments of one handshake packet: of 48 bytes on the smallest medium"),
  linkPartBytesMax: limit(
    2048,
    "the largest handshake packet that arrives in parts, with room for long key ids",
  ),

  // Trust.
  replayWindowMs: limit(300_000, "freshness and replay window of envelopes"),
  replayEntriesMax: limit(100_000, "nonces remembered; evicting raises the low-water mark"),
  clockSkewMsMax: limit(300_000, "how far in the future an assertion may lie (§7.9)"),
  quarantineRecordsMax: limit(1024, "bootstrap records from unproven peers, oldest dropped"),
  quarantineBytesMax: limit(16 * MiB, "bytes of the same"),
  recordSignaturesMax: limit(
    32,
    "signatures of one record: bounds the work a record can ask for, and how often a form can be replaced",
  ),
  provenanceLinksMax: limit(
    5,
    "delegations between a signer and a root: the longest chain of the reference (§11)",
  ),
  delegationRecordsMax: limit(
    4096,
    "attestations about one key that a search for delegations reads: anybody may make more",
  ),
  provenanceKeysMax: limit(
    1024,
    "keys that one search for provenance visits: anybody may delegate to anybody",
  ),
  organizationDepthMax: limit(32, "organisations above one that a path to the root is followed through"),
  quorumMembersMax: limit(32, "members of one quorum: stewards, a roster; all of them fit one record"),
  admitChunkRecordsMax: limit(
    256,
    "records verified and committed at a time: some 50 ms of signatures between two turns of the event loop",
  ),
  admitChunkBytesMax: limit(8 * MiB, "bytes of the same, unless one record alone is larger"),
  aliasesPerRecordMax: limit(16, "hashes of other forms remembered per record, oldest dropped"),
  factsPerRowMax: limit(
    1024,
    "records from which one thing follows about one subject, by one signer where several may say it: revocations of a key, removals from a group",
  ),
  sweepMarksMax: limit(1024, "revoked keys whose records are looked through in one go"),
  sweepIntervalMs: limit(60_000, "between two looks for revocations that have begun meanwhile"),
  sweepPageRecords: limit(64, "records that this reads at a time, between two turns of the event loop"),
  tokenLifetimeSecondsMax: limit(60, "exp − iat of a native bearer token (DESIGN §9)"),
  tokenBytesMax: limit(4096, "one bearer token: two key ids of the longest kind in base64, and room"),
  tokenIdBytesMax: limit(128, "jti of a token: a UUID and room; it is a key of the store"),
  tokenSkewSecondsMax: limit(30, "how far a peer's clock may differ when its token is judged"),
  stockTokenLifetimeSecondsMax: limit(
    86_400,
    "exp − iat of a stock token; the reference's lifetime is not published, a day is surely enough",
  ),
  nativeKeysRememberedMax: limit(
    65_536,
    "keys known for native tokens by the volatile memory; beyond it every key counts as one",
  ),
  tokensRememberedMax: limit(100_000, "jti values remembered until they expire"),
  keyDirectoryCacheMax: limit(4096, "directory entries kept in memory"),

  // Verification on worker threads.
  verifyWorkersMax: limit(
    64,
    "threads of one pool; each has a core of 27 MiB and its share of the key cache",
  ),
  verifyWorkersAutoMax: limit(
    8,
    "threads chosen automatically: one thread parses and stores no more than they verify",
  ),
  verifyPoolItemsMin: limit(
    16,
    "smaller batches stay in the calling thread, where they take about as long as a thread's answer",
  ),
  verifyJobItemsMax: limit(
    64,
    "items in one message to a thread: some 10 ms of work, so that a cancelled call wastes little",
  ),
  verifyJobItemsMin: limit(
    8,
    "the same, where a call is small: some 300 µs of work for a message that costs some 30",
  ),
  verifyJobsPerLane: limit(
    8,
    "messages that a call is cut into for each thread, so that threads of different speed end together",
  ),
  verifyJobBytesMax: limit(4 * MiB, "bytes of the same, unless one item alone is larger"),
  verifyJobsInFlightMax: limit(
    2,
    "messages a thread holds: the one it computes and the next; further ones wait unpacked, and their callers with them",
  ),
  verifyCallsMax: limit(
    1024,
    "calls that wait for threads; one more is computed in the calling thread, which slows whoever asks",
  ),
  verifyWorkerRestartsMax: limit(
    4,
    "times in a row that a thread is started again; verifyRestartForgivenJobs without a fault begin anew",
  ),
  verifyRestartForgivenJobs: limit(10_000, "see above: about a minute of full load"),

  // Store and node.
  writeBatchOperationsMax: limit(4096, "operations in one atomic batch"),
  writeBatchBytesMax: limit(
    64 * MiB,
    "record and table bytes in one atomic batch; it is held in memory until flushed",
  ),
  groupCommitOperationsMax: limit(
    1024,
    "operations of several batches that share a flush: they run in one turn of the event loop, about 20 ms",
  ),
  groupCommitBytesMax: limit(16 * MiB, "bytes of the same"),
  freePagesLoadedMax: limit(
    10_000,
    "entries of LMDB's list of free pages that a commit looks through: after an opening each commit reads them anew, for hundreds of commits; of 30,000 that takes 65 ms",
  ),
  commitsQueuedMax: limit(65_536, "batches that wait for their flush before commit answers store_busy"),
  storePageMax: limit(65_536, "entries in one page of the store, as many as refs in one inbound Summary"),
  tableKeyBytesMax: limit(1024, "key of a table; LMDB pages of 4 KiB hold keys of up to 1978 bytes"),
  tagsPerRecordMax: limit(
    64,
    "keys and times by which one record is found; what is about more keys is found by the first of them",
  ),
  tagBytesMax: limit(257, "one tag: the longest key id behind its letter"),
  kindTokenBytesMax: limit(64, "kind token in bytes; every index key of a record begins with it"),
  signatureIdsPerRecordMax: limit(
    256,
    "verified signatures of one record; the replace rule compares them all",
  ),
  storeBytesMin: limit(
    1 * MiB,
    "smallest size limit of an LMDB store: an empty one has about 20 pages of 4 KiB",
  ),
  storeBytesMaxDefault: limit(
    64 * 1024 * MiB,
    "live pages of an LMDB store unless configured; address space of that size is reserved, not memory",
  ),
  putBatchInFlight: limit(
    256,
    "records of putBatch verified but not yet flushed: the back-pressure of ingest",
  ),
  listPageMax: limit(1000, "records in one page of list"),
  httpConcurrentBodiesMax: limit(
    64,
    "request bodies read at the same time; times the frame cap bounds memory",
  ),
  httpRequestMs: limit(30_000, "one HTTP request of the client, as the reference's (§8.2)"),
  httpUnattributedBodiesMax: limit(
    16,
    "of these, for senders without a proof: strangers cannot take every place from proven peers",
  ),
  httpBodiesPerPeerMax: limit(
    32,
    "of these, for one proven key: what a stock peer opens and answers for 15 kinds at one tick; the others have the rest",
  ),
  httpBodiesPerAddressMax: limit(4, "of the latter, for one address: several strangers get through at once"),
  httpBodyMs: limit(20_000, "reading one request body: 8 MiB at 3.4 Mbit/s, and the end of a slow-loris"),
  httpHeadersMs: limit(10_000, "TLS handshake and request headers of one connection"),
  httpHeadersBytesMax: limit(16 * KiB, "request headers: a token of tokenBytesMax and what proxies add"),
  httpBusyRetrySeconds: limit(
    1,
    "Retry-After of a 503: a queue drains in less, a restart takes about as long",
  ),
  httpConnectionsMax: limit(
    1024,
    "open connections of one listener; beyond them the longest idle one makes room for a new one",
  ),
  httpConnectionsPerSourceMax: limit(
    64,
    "of these from one IPv4 address or /56 of IPv6, this host excepted: eight nodes behind one address",
  ),
  httpHeaderFieldsMax: limit(64, "header fields of one request: a dozen of ours, and what proxies add"),
  httpKeepAliveMs: limit(65_000, "idle connection; longer than two cadences, so that rounds reuse it"),
  httpClientIdleMs: limit(
    60_000,
    "idle connection of the client, which ends it before the server does: no request meets a closing one",
  ),
  httpClientIdleSocketsMax: limit(
    512,
    "idle connections of the client to all origins; the longest idle one is closed",
  ),
  httpProvenFramesPerSecond: limit(
    2000,
    "frames of one proven key, twice as many at once: an honest round on loopback has fewer round trips",
  ),
  httpProvenBytesPerSecond: limit(
    256 * MiB,
    "bytes of the same, twice as many at once: a cold copy on loopback moves 150 MiB",
  ),
  httpUnprovenFramesPerSecond: limit(
    50,
    "frames of one address without a proof, twice as many at once: bootstrap records alone come so",
  ),
  httpUnprovenBytesPerSecond: limit(
    4 * MiB,
    "bytes of the same, twice as many at once: the largest frame passes",
  ),
  httpRateSourcesMax: limit(
    4096,
    "addresses without a proof that are counted by themselves; more share one account",
  ),
  httpStopGraceMs: limit(5000, "how long a stopping listener waits for requests in flight"),
  httpSendsInFlightMax: limit(256, "requests of the client at the same time, to all peers"),
  httpSocketsPerPeerMax: limit(8, "connections of the client to one origin"),
  httpResponseBytesMax: limit(64 * KiB, "response to a frame: the reference's is empty (§8.2)"),
  httpRetryAfterMsMax: limit(3_600_000, "longest Retry-After believed"),
  certificateNamesMax: limit(16, "names of one client certificate that are looked up"),

  // Framing of streams and radios.
  framingBytesMax: limit(
    16 * MiB,
    "largest frame that a framing can be told to carry: a CRPL frame of frameBytesMax, sealed and checksummed, fits",
  ),
  fecParityMax: limit(
    128,
    "parity bytes of one Reed-Solomon codeword of 255: half of it; corrects 64 wrong bytes, a quarter of the line's",
  ),
  fecFrameBytesDefault: limit(
    2 * KiB,
    "largest frame with error correction: some 3 s at 9 600 baud, after which a decoder misled by noise reads on",
  ),
  fecFrameBytesMax: limit(65_535, "the same at most: its length has two bytes"),
  radioPayloadBytesMax: limit(256 * KiB, "payload of a CIRP frame (ciris-edge §8.3)"),
  loraPayloadBytesMax: limit(255, "payload of one LoRa packet: its length has one byte"),
  fragmentMduBytesMin: limit(32, "smallest packet that fragments are made for (ciris-edge §8.4)"),
  fragmentBytesMax: limit(65_535, "one fragment with its header (ciris-edge §8.4)"),
  fragmentsMax: limit(65_535, "pieces of one frame: what a u16 total can say (ciris-edge §8.4)"),
  fragmentOverheadBytes: limit(
    64,
    "charged for each piece held, about what a map entry and a view cost: tiny pieces are not free",
  ),
  reassemblyPartialsMax: limit(256, "partial frames of one link, the longest untouched dropped (§8.4)"),
  reassemblyBytesMax: limit(32 * MiB, "bytes of all of them (§8.4)"),
  resendFramesMax: limit(64, "frames that a sender keeps to send pieces of them again (§8.4)"),
  resendBytesMax: limit(32 * MiB, "bytes of the same: as much as the receiver may hold"),
  fragmentResendsMax: limit(
    16,
    "times its size that a kept frame is sent again: requests cost a forger little and the sender's air much",
  ),
  fragmentRequestsMax: limit(
    8,
    "requests in a row that bring nothing before a partial frame is given up; the next round heals it",
  ),
  fragmentRequestPacketsMax: limit(
    4,
    "packets of one request: at an MTU of 255 they name 480 pieces, more than a slow link loses in a silence",
  ),
  fragmentRequestFramesMax: limit(
    8,
    "partial frames asked for at a time: a stranger's pieces cannot make a node fill the air with requests",
  ),
  fragmentSilenceMsDefault: limit(
    2000,
    "silence before missing pieces are asked for: a piece of 1 KiB and its answer at 9 600 baud",
  ),
  fragmentEchoSilences: limit(
    4,
    "silences for which fragments of a complete frame are echoes: what was asked for twice is through by then",
  ),
  fragmentSilenceMsMax: limit(60_000, "the same at most, doubled or configured"),

  memoryQueueFrames: limit(256, "frames on their way to one receiver of the memory transport"),

  // Devices: serial ports and raw sockets.
  deviceRingBytesMin: limit(64, "ring of a device; smaller ones move a few bytes a system call"),
  deviceRingBytesMax: limit(
    64 * MiB,
    "the same: a second of a gigabit link, with room; the addon refuses more",
  ),
  deviceReceiveBytes: limit(
    256 * KiB,
    "received bytes kept for a reader that is late: 22 s at 115 200 baud, 1 s at 2 Mbit/s",
  ),
  deviceSendBytes: limit(64 * KiB, "bytes on their way to the kernel, which has 4 KiB of its own for a tty"),
  socketRingBytesMin: limit(
    128 * KiB,
    "ring of a socket: the longest datagram, or as many as the kernel joined in one",
  ),
  socketReceiveBytes: limit(1 * MiB, "packets kept for a reader that is late: 8 ms of a gigabit link"),
  socketSendBytes: limit(512 * KiB, "packets on their way to the kernel: some batches of the largest"),
  socketDrainBytes: limit(256 * KiB, "received packets taken from a socket at once, or one that is larger"),
  socketAddressesKept: limit(1024, "addresses of a socket kept in the kernel's form"),
  deviceWritesWaitingMax: limit(
    1024,
    "writes of one device that wait; a caller that awaits its writes has one",
  ),

  controlProbeMs: limit(3000, "how long a command waits for a sign of life on the control socket"),
  controlRequestBytesMax: limit(8 * MiB, "one request on the control socket"),
} as const;

/** Name, value and reason of every bound, in order of declaration. */
export function describeLimits(): { name: string; value: number; reason: string }[] {
  return Object.entries(limits).map(([name, value], index) => ({
    name,
    value,
    reason: reasons.get(index) ?? "",
  }));
}

invariant(
  limits.recordBytesMax * 4 < limits.frameBytesMax,
  "one record fits a Deliver frame as an integer array",
);
invariant(
  limits.deliverBytesMax <= limits.recordBytesMax,
  "a full Deliver is no larger than the largest single record",
);
invariant(
  limits.admitChunkRecordsMax * 3 <= limits.writeBatchOperationsMax,
  "a chunk of records, each with a directory entry, is one batch",
);
invariant(
  limits.quorumMembersMax <= limits.recordSignaturesMax,
  "every member of a quorum can sign a record",
);
invariant(limits.keyCacheBytesDefault <= limits.keyCacheBytesMax, "the default key cache is an allowed one");
invariant(limits.jsonInputBytesMax >= limits.frameBytesMax, "the core reads any frame in one window");
// The densest object is {"":0}, and a comma; the densest member "a":0 and a comma.
invariant(limits.recordBytesMax / 7 <= limits.jsonObjectsMax, "the index holds the objects of any record");
invariant(limits.recordBytesMax / 6 <= limits.jsonMembersMax, "the index holds the members of any record");
invariant(
  limits.summaryRefsMax * 200 < limits.frameBytesMax,
  "a Summary page fits a frame at 200 bytes a ref",
);
invariant(
  limits.offeredIdsDefault <= limits.idSetsCapacityMax,
  "the default number of ids is an allowed one",
);
invariant(
  limits.admissionPiecesPerPeerMax < limits.admissionPiecesMax,
  "one peer never has every place of admission",
);
invariant(
  2 * limits.outgoingBytesPerPeerMax <= limits.outgoingBytesMax &&
    2 * limits.incomingBytesPerPeerMax <= limits.incomingBytesMax,
  "one peer never has the half of the bytes that is kept for others",
);
invariant(
  5 * limits.deliverBytesMax <= limits.outgoingBytesPerPeerMax,
  "a Deliver and its frame as integer arrays fit what a peer may hold",
);
invariant(limits.offeredPageIds <= limits.storePageMax, "the store gives pages of that length");
invariant(
  limits.reconcileIdsMax <= limits.headAfterIdsMax && limits.sketchSymbolsMax <= limits.headAfterIdsMax,
  "what a session finds can be proven",
);
invariant(limits.reconcileRoundIds <= limits.reconcileIdsMax, "a round moves no more than a session finds");
invariant(
  limits.deliverFramesAhead < limits.sessionInboxFrames,
  "frames of bodies that a peer may send ahead fit the inbox, and leave room for others",
);
invariant(
  limits.reconcileIdsMax * 2 * 32 < limits.reconcileMessageBytesMax &&
    limits.rangeMessageBytes < limits.reconcileMessageBytesMax &&
    limits.sketchSymbolsMax * 56 < limits.reconcileMessageBytesMax,
  "every message of a session fits its bound",
);
invariant(
  limits.tokenLifetimeSecondsMax * 1000 <= limits.replayWindowMs,
  "a token expires before its jti may be forgotten",
);
invariant(
  limits.httpBodiesPerPeerMax > limits.httpSocketsPerPeerMax &&
    limits.httpBodiesPerPeerMax < limits.httpConcurrentBodiesMax - limits.httpUnattributedBodiesMax,
  "a peer's own client is never refused, and never takes all places",
);
invariant(
  limits.httpUnattributedBodiesMax < limits.httpConcurrentBodiesMax,
  "proven peers keep places that strangers cannot take",
);
invariant(
  limits.frameBytesMax + limits.fragmentsMax * limits.fragmentOverheadBytes <= limits.reassemblyBytesMax,
  "the largest frame in its smallest pieces can be put together",
);
invariant(limits.tokenBytesMax * 2 <= limits.httpHeadersBytesMax, "the largest token fits the headers");
invariant(limits.httpClientIdleMs < limits.httpKeepAliveMs, "the client ends idle connections first");
invariant(limits.httpBodyMs < limits.httpRequestMs, "a body ends before its sender gives up");
invariant(
  (limits.tokenLifetimeSecondsMax + 2 * limits.tokenSkewSecondsMax) * 1000 <= limits.replayWindowMs,
  "a token with the skew of both clocks ends before its jti may be forgotten",
);
