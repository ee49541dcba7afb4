/**
 * `admitRecord` for whole batches (DESIGN §5): size → parse → kind and schema → natural key and M →
 * signatures under the key directory → admission rules → store. Every record gets one verdict, in input
 * order, and a bad one changes no other's.
 *
 * Keys are verified and committed first: a record whose signer's key arrives in the same call verifies under
 * it. A key record and its directory entry are one commit, so a crash leaves both or none. Duplicates are found by hash before
 * anything is verified, and decided again inside the store's transaction.
 */
import { base64Decode, hexEncode } from "../base/bytes.js";
import { InvariantError, isWaxwingError } from "../base/errors.js";
import { EventSource, type EventStream } from "../base/events.js";
import { type KeyId, type KindToken, shortId } from "../base/ids.js";
import { limits } from "../base/limits.js";
import type { VerifyBatchOptions } from "../contracts/batch-verifier.js";
import type { Engine } from "../contracts/engine.js";
import type { Clock } from "../contracts/host.js";
import type { DirectoryEntry } from "../contracts/key-directory.js";
import type { Admission, AdmitContext, AdmitVerdict, Refusal } from "../contracts/record.js";
import type { AdmitOutcome, Store, StoreOperation, StoreResult } from "../contracts/store.js";
import type { KindSpec } from "../records/kind-spec.js";
import type { Kinds, OwnKind } from "../records/kinds.js";
import { isNativeKeyId } from "../records/native-key-id.js";
import { type DecodedRecord, isRefusal, parseRecord, refusal } from "../records/parse-record.js";
import { recordTags } from "../records/tags.js";
import { findContextFault, findRuleFault, findSpeakerFault } from "./admission-rules.js";
import { type Authorities, findAuthorityFault } from "./authorities.js";
import { type DirectoryChange, fitsKeyId, type StoreKeyDirectory, sameKeys } from "./key-directory.js";
import { isTrusted, type SignaturePolicy, strict } from "./policy.js";
import { Quarantine } from "./quarantine.js";
import { type Lookup, type Verifier, verifierOf, verifyRecords } from "./verify-records.js";

export interface AdmissionOptions {
  readonly engine: Engine;
  /** Where signatures are verified; in this thread by default. */
  readonly verifier?: Verifier;
  readonly store: Store;
  readonly directory: StoreKeyDirectory;
  readonly kinds: Kinds;
  readonly clock: Clock;
  /** For records that stay on this node; federation-tier records are always strict. */
  readonly policy?: SignaturePolicy;
  /** Who may speak for organisations, partners and accords; nobody by default, and those kinds are refused. */
  readonly authorities?: Authorities;
  readonly quarantine?: { readonly recordsMax?: number; readonly bytesMax?: number };
}

export type AdmissionEvent =
  | {
      readonly type: "admitted";
      readonly kind: KindToken;
      readonly hash: Uint8Array;
      readonly position: number;
    }
  | { readonly type: "keyAdmitted"; readonly keyId: KeyId };

export interface NodeAdmission extends Admission {
  /** What was admitted, once durable; `keyAdmitted` lets what waits for a key be tried again. */
  readonly events: EventStream<AdmissionEvent>;
  defineKind(kind: OwnKind): KindSpec;
  /** Tries again what waits in quarantine for this key; to be called when its standing rose. */
  release(keyId: KeyId): Promise<AdmitVerdict[]>;
  quarantineSize(): Promise<{ records: number; bytes: number }>;
  /** Ends the event stream. */
  close(): void;
}

export function createAdmission(options: AdmissionOptions): NodeAdmission {
  const { engine, store, kinds, verifier = verifierOf(engine) } = options;
  const quarantine = new Quarantine({ engine, store, ...options.quarantine });
  const events = new EventSource<AdmissionEvent>(limits.eventQueueMax);
  const parts: Parts = { ...options, verifier, quarantine, events, policy: options.policy ?? strict };
  const admit: NodeAdmission["admit"] = (kind, records, context) =>
    new AdmitCall(parts, context).run(kind, records);
  return {
    admit,
    events,
    defineKind: (kind) => kinds.define(kind),
    async release(keyId) {
      const waiting = await quarantine.waitingFor(keyId);
      const verdicts: AdmitVerdict[] = [];
      for (const { kind, bytes } of waiting) verdicts.push(...(await admit(kind, [bytes], {})));
      const settled = waiting.filter((_, index) => !isStillWaiting(verdicts[index]!));
      await quarantine.remove(settled);
      return verdicts;
    },
    async quarantineSize() {
      await quarantine.load();
      return quarantine.size;
    },
    close: () => events.close(),
  };
}

function isStillWaiting(verdict: AdmitVerdict): boolean {
  return verdict.status === "refused" && verdict.refusal.transient;
}

interface Parts {
  readonly engine: Engine;
  readonly verifier: Verifier;
  readonly store: Store;
  readonly directory: StoreKeyDirectory;
  readonly kinds: Kinds;
  readonly clock: Clock;
  readonly policy: SignaturePolicy;
  readonly authorities?: Authorities;
  readonly quarantine: Quarantine;
  readonly events: EventSource<AdmissionEvent>;
}

/** One input on its way: its verdict ends the way. */
interface Item {
  readonly bytes: Uint8Array;
  /** SHA-256 of the bytes: the hash of verdicts until the record itself says otherwise. */
  readonly contentHash: Uint8Array;
  record?: DecodedRecord;
  signatureIds?: readonly Uint8Array[];
  /** The directory entry that the record introduces. */
  introduces?: DirectoryEntry;
  verdict?: AdmitVerdict;
}

const commitAttemptsMax = 4;

/** One call of `admit`. */
class AdmitCall {
  readonly #parts: Parts;
  readonly #context: AdmitContext;

  constructor(parts: Parts, context: AdmitContext) {
    this.#parts = parts;
    this.#context = context;
  }

  async run(kind: KindToken | undefined, records: readonly Uint8Array[]): Promise<AdmitVerdict[]> {
    const hashes = this.#parts.engine.sha256Batch(records);
    const all = records.map((bytes, index): Item => ({ bytes, contentHash: hashes[index]! }));
    const first = firstOfEach(all);
    const items = [...first.values()];

    await this.#settleHeld(kind, items);
    this.#parse(kind, open(items));
    await this.#settleHeldParsed(kind, open(items));
    const parsed = open(items);
    const introducing = (item: Item) => item.record!.spec.introducesKey !== undefined;
    for (const chunk of chunks(parsed.filter(introducing))) await this.#admitKeys(chunk);
    for (const chunk of chunks(parsed.filter((item) => !introducing(item)))) await this.#admitOthers(chunk);
    return all.map((item) => verdictOf(item, first.get(hexEncode(item.contentHash))!));
  }

  /** Cheap: content-hashed records that are held need no parsing. */
  async #settleHeld(kind: KindToken | undefined, items: readonly Item[]): Promise<void> {
    const spec = kind === undefined ? undefined : this.#parts.kinds.get(kind);
    if (spec?.hashBasis !== "content") return;
    const held = await this.#parts.store.holds(
      spec.token,
      items.map((item) => item.contentHash),
    );
    items.forEach((item, index) => {
      if (held[index]) item.verdict = { status: "duplicate", hash: item.contentHash };
    });
  }

  #parse(kind: KindToken | undefined, items: readonly Item[]): void {
    for (const item of items) {
      const record = parseRecord(this.#parts.engine, this.#parts.kinds, kind, item.bytes, item.contentHash);
      if (isRefusal(record)) refuse(item, record);
      else {
        item.record = record;
        const fault =
          findContextFault(record, this.#context) ?? findAuthorityFault(record, this.#parts.authorities);
        if (fault) refuse(item, fault);
      }
    }
  }

  /** The same where kind or hash are known only after parsing. */
  async #settleHeldParsed(kind: KindToken | undefined, items: readonly Item[]): Promise<void> {
    if (kind !== undefined && this.#parts.kinds.get(kind)?.hashBasis === "content") return;
    for (const kind of new Set(items.map((item) => item.record!.kind))) {
      const ofKind = items.filter((item) => item.record!.kind === kind);
      const held = await this.#parts.store.holds(
        kind,
        ofKind.map((item) => item.record!.hash),
      );
      ofKind.forEach((item, index) => {
        if (held[index]) item.verdict = { status: "duplicate", hash: item.record!.hash };
      });
    }
  }

  /** Records that introduce a key prove it by signing with it. */
  async #admitKeys(items: readonly Item[]): Promise<void> {
    for (const item of items) {
      const fault = findSpeakerFault(item.record!) ?? (await this.#findIntroductionFault(item));
      if (fault) refuse(item, fault);
    }
    const own = new Map(open(items).map((item) => [item.record!, item.introduces!]));
    await this.#verify(open(items), async (keyId, record) => {
      const entry = own.get(record);
      return entry?.keyId === keyId ? entry : this.#parts.directory.lookup(keyId);
    });
    for (const item of open(items)) await this.#placeKey(item);
    await this.#commit(open(items));
  }

  async #admitOthers(items: readonly Item[]): Promise<void> {
    await this.#verify(items, (keyId) => this.#parts.directory.lookup(keyId));
    if (this.#context.unprovenPeer) {
      for (const item of open(items)) await this.#quarantine(item, item.record!.signatures[0]!.keyId);
    }
    await this.#commit(open(items));
  }

  /** The keys must fit the id: by hash where it is native, and by what the directory holds already. */
  async #findIntroductionFault(item: Item): Promise<Refusal | undefined> {
    const entry = introducedEntry(item.record!);
    item.introduces = entry;
    const id = shortId(entry.keyId);
    if (!fitsKeyId(this.#parts.engine, entry.keyId, entry))
      return refusal("key_id_mismatch", `key ${id} is not the hash of its public keys`);
    const known = await this.#parts.directory.lookup(entry.keyId);
    if (known?.standing === "revoked") return refusal("key_revoked", `key ${id} was withdrawn`);
    if (known && isTrusted(known.standing) && !sameKeys(known, entry))
      return refusal("key_id_mismatch", `key ${id} stands for other keys in the directory`);
    return undefined;
  }

  /** A proven key goes to the directory; one that nobody vouches for goes to quarantine. */
  async #placeKey(item: Item): Promise<void> {
    const { keyId } = item.introduces!;
    const known = await this.#parts.directory.lookup(keyId);
    const trusted = isNativeKeyId(keyId) || (known !== undefined && isTrusted(known.standing));
    if (this.#context.unprovenPeer || !trusted) await this.#quarantine(item, keyId);
  }

  async #verify(items: readonly Item[], lookup: Lookup): Promise<void> {
    const verified = await verifyRecords(
      this.#parts,
      items.map((item) => item.record!),
      lookup,
      this.#batchOptions(),
    );
    for (const [index, result] of verified.entries()) {
      const item = items[index]!;
      const fault = "code" in result ? result : findRuleFault(item.record!, this.#parts.clock);
      if (fault) refuse(item, fault);
      else if (!("code" in result)) item.signatureIds = result.signatureIds;
    }
  }

  /** Strangers pay from one budget, whoever they say they are. */
  #batchOptions(): VerifyBatchOptions {
    const { signal, peerKeyId, unprovenPeer } = this.#context;
    const source = unprovenPeer ? "" : peerKeyId;
    return { ...(signal === undefined ? {} : { signal }), ...(source === undefined ? {} : { source }) };
  }

  async #quarantine(item: Item, keyId: KeyId): Promise<void> {
    const { kind, bytes } = item.record!;
    const kept = await this.#parts.quarantine.add({ kind, keyId, bytes });
    const why = kept
      ? refusal("key_not_trusted", `${kind}: kept in quarantine until ${shortId(keyId)} is believed`, keyId)
      : refusal("quarantine_full", `${kind}: no room in quarantine`, keyId);
    refuse(item, why);
  }

  /** All of them in one atomic batch; tried again when somebody else changed a directory entry meanwhile. */
  async #commit(items: readonly Item[]): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      this.#context.signal?.throwIfAborted();
      const changes = await this.#prepareKeys(items);
      const left = open(items);
      if (left.length === 0) return;
      const keyOperations = changes.flatMap((change) => change.operations);
      const operations = [...keyOperations, ...left.map((item) => this.#admitOperation(item))];
      try {
        const results = await this.#parts.store.commit(operations);
        for (const change of changes) change.committed();
        for (const [index, item] of left.entries()) this.#settle(item, results[keyOperations.length + index]);
        return;
      } catch (error) {
        if (!isWaxwingError(error, "batch_conflict") || attempt === commitAttemptsMax) throw error;
        this.#parts.directory.forget(left.flatMap((item) => item.introduces?.keyId ?? []));
      }
    }
  }

  /** Native keys enter the directory with their record; foreign ones are there already, or nowhere. */
  async #prepareKeys(items: readonly Item[]): Promise<DirectoryChange[]> {
    const changes = new Map<KeyId, DirectoryChange>();
    for (const { introduces } of items) {
      if (!introduces || !isNativeKeyId(introduces.keyId) || changes.has(introduces.keyId)) continue;
      changes.set(introduces.keyId, await this.#parts.directory.prepare(introduces));
    }
    for (const item of items) {
      const change = item.introduces && changes.get(item.introduces.keyId);
      if (change?.outcome === "refused") {
        refuse(
          item,
          refusal("key_revoked", `key ${shortId(item.introduces!.keyId)} was withdrawn meanwhile`),
        );
      }
    }
    return [...changes.values()];
  }

  #admitOperation(item: Item): StoreOperation {
    const { spec, kind, hash, bytes, recordId, naturalKey, seq, visibility, value } = item.record!;
    return {
      op: "admit",
      record: {
        kind,
        hash,
        bytes,
        recordId,
        naturalKey,
        signatureIds: item.signatureIds!,
        seq,
        visibility,
        tags: recordTags(spec, value, seq),
        receivedAtMs: this.#parts.clock.wallClock().ms,
        ...(this.#context.peerKeyId === undefined ? {} : { source: this.#context.peerKeyId }),
      },
    };
  }

  #settle(item: Item, result: StoreResult | undefined): void {
    const { kind, hash } = item.record!;
    const outcome = asOutcome(result);
    if (outcome.status === "conflict") {
      refuse(item, refusal("natural_key_conflict", `${kind}: another record holds this natural key`));
      return;
    }
    if (outcome.status === "duplicate") {
      item.verdict = { status: "duplicate", hash };
      return;
    }
    const { position } = outcome;
    const admittedKey = item.introduces?.keyId;
    item.verdict = {
      status: "admitted",
      kind,
      hash,
      position,
      ...(admittedKey === undefined ? {} : { admittedKey }),
    };
    this.#parts.events.emit({ type: "admitted", kind, hash, position });
    if (admittedKey !== undefined) this.#parts.events.emit({ type: "keyAdmitted", keyId: admittedKey });
  }
}

/** Bounded pieces, so that verification never holds the event loop for long. */
function* chunks(items: readonly Item[]): Generator<Item[]> {
  let chunk: Item[] = [];
  let bytes = 0;
  for (const item of items) {
    const full =
      chunk.length >= limits.admitChunkRecordsMax || bytes + item.bytes.length > limits.admitChunkBytesMax;
    if (full && chunk.length > 0) {
      yield chunk;
      chunk = [];
      bytes = 0;
    }
    chunk.push(item);
    bytes += item.bytes.length;
  }
  if (chunk.length > 0) yield chunk;
}

function open(items: readonly Item[]): Item[] {
  return items.filter((item) => item.verdict === undefined);
}

function refuse(item: Item, why: Refusal): void {
  const { record, contentHash } = item;
  item.verdict = {
    status: "refused",
    ...(record ? { kind: record.kind } : {}),
    hash: record?.hash ?? contentHash,
    refusal: why,
  };
}

/** The first input of each content; later ones share its fate. */
function firstOfEach(items: readonly Item[]): Map<string, Item> {
  const first = new Map<string, Item>();
  for (const item of items) {
    const name = hexEncode(item.contentHash);
    if (!first.has(name)) first.set(name, item);
  }
  return first;
}

function verdictOf(item: Item, first: Item): AdmitVerdict {
  const verdict = first.verdict;
  if (!verdict) throw new InvariantError("admission: a record left the pipeline without a verdict");
  const recordId = first.record?.recordId;
  const named = recordId === undefined ? {} : { recordId };
  return item === first || verdict.status !== "admitted"
    ? { ...verdict, ...named }
    : { status: "duplicate", hash: verdict.hash, ...named };
}

function introducedEntry({ spec, value }: DecodedRecord): DirectoryEntry {
  const columns = spec.introducesKey!;
  const keyId = value[columns.keyId] as string;
  const mlDsa65 = value[columns.mlDsa65] as string | undefined;
  return {
    keyId,
    ed25519: base64Decode(value[columns.ed25519] as string),
    ...(mlDsa65 === undefined ? {} : { mlDsa65: base64Decode(mlDsa65) }),
    // A foreign entry with this standing verifies its own record here and never reaches the directory.
    standing: "native",
  };
}

function asOutcome(result: StoreResult | undefined): AdmitOutcome {
  if (typeof result === "object" && result !== null && result.status !== "removed") return result;
  throw new InvariantError("store: an admit operation had no outcome");
}
