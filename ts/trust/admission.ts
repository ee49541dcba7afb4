/**
 * `admitRecord` for whole batches (DESIGN §5): size → parse → kind and schema → natural key and M →
 * signatures under the key directory → admission rules → store. Every record gets one verdict, in input
 * order, and a bad one changes no other's.
 *
 * Keys are verified and committed first: a record whose signer's key arrives in the same call verifies under
 * it. A key record and its directory entry are one commit, so a crash leaves both or none. Duplicates are found by hash before
 * anything is verified, and decided again inside the store's transaction.
 */
import { hexEncode } from "../base/bytes.js";
import { EventSource, type EventStream } from "../base/events.js";
import { type KeyId, type KindToken, shortId } from "../base/ids.js";
import { limits } from "../base/limits.js";
import type { VerifyBatchOptions } from "../contracts/batch-verifier.js";
import type { Engine } from "../contracts/engine.js";
import type { Clock } from "../contracts/host.js";
import type { Admission, AdmitContext, AdmitVerdict, Refusal } from "../contracts/record.js";
import type { Store } from "../contracts/store.js";
import type { KindSpec } from "../records/kind-spec.js";
import type { Kinds, OwnKind } from "../records/kinds.js";
import { isNativeKeyId } from "../records/native-key-id.js";
import { isRefusal, parseRecord, refusal } from "../records/parse-record.js";
import { firstOfEach, type Item, introducedEntry, refuse, undecided, verdictOf } from "./admission-item.js";
import { findContextFault, findRuleFault, findSpeakerFault } from "./admission-rules.js";
import { Applier } from "./apply.js";
import { type Authorities, findAuthorityFault } from "./authorities.js";
import type { StoreKeyDirectory } from "./key-directory.js";
import { isTrusted, type SignaturePolicy, strict } from "./policy.js";
import { Quarantine } from "./quarantine.js";
import { entryFor, findIntroductionFault } from "./signer-faults.js";
import { Sweeper } from "./sweeper.js";
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
  | { readonly type: "keyAdmitted"; readonly keyId: KeyId }
  /** Taken out again: signed after the time from which its signer's key is withdrawn. */
  | {
      readonly type: "retracted";
      readonly kind: KindToken;
      readonly hash: Uint8Array;
      readonly keyId: KeyId;
    };

export interface NodeAdmission extends Admission {
  /** What was admitted, once durable; `keyAdmitted` lets what waits for a key be tried again. */
  readonly events: EventStream<AdmissionEvent>;
  defineKind(kind: OwnKind): KindSpec;
  /** Tries again what waits in quarantine for this key; to be called when its standing rose. */
  release(keyId: KeyId): Promise<AdmitVerdict[]>;
  quarantineSize(): Promise<{ records: number; bytes: number }>;
  /**
   * Takes out what keys signed after they were withdrawn, as far as those revocations have begun. It runs by itself
   * after each revocation; to be called at start, and now and then for those that lie ahead.
   */
  sweep(): Promise<void>;
  /** Ends the event stream, and a sweep at its next page. */
  close(): void;
}

export function createAdmission(options: AdmissionOptions): NodeAdmission {
  const { engine, store, kinds, verifier = verifierOf(engine) } = options;
  const quarantine = new Quarantine({ engine, store, ...options.quarantine });
  const events = new EventSource<AdmissionEvent>(limits.eventQueueMax);
  const sweeper = new Sweeper({ ...options, verifier, events });
  const parts: Parts = {
    ...options,
    verifier,
    quarantine,
    events,
    policy: options.policy ?? strict,
    onRevoked: (keyIds) => void sweeper.run(keyIds).catch(() => undefined),
  };
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
    sweep: () => sweeper.run(),
    close() {
      sweeper.close();
      events.close();
    },
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
  readonly onRevoked: (keyIds: readonly KeyId[]) => void;
}

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
    this.#parse(kind, undecided(items));
    await this.#settleHeldParsed(kind, undecided(items));
    const parsed = undecided(items);
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
    const own = new Map(undecided(items).map((item) => [item.record!, item.introduces!]));
    await this.#verify(undecided(items), async (keyId, record) => {
      const entry = own.get(record);
      return entry?.keyId === keyId ? entry : entryFor(record, await this.#parts.directory.lookup(keyId));
    });
    for (const item of undecided(items)) await this.#placeKey(item);
    await this.#apply(undecided(items));
  }

  async #admitOthers(items: readonly Item[]): Promise<void> {
    await this.#verify(items, async (keyId, record) =>
      entryFor(record, await this.#parts.directory.lookup(keyId)),
    );
    if (this.#context.unprovenPeer) {
      for (const item of undecided(items)) await this.#quarantine(item, item.record!.signatures[0]!.keyId);
    }
    await this.#apply(undecided(items));
  }

  #apply(items: readonly Item[]): Promise<void> {
    return new Applier(this.#parts, this.#context).apply(items);
  }

  /** The keys must fit the id: by hash where it is native, and by what the directory holds already. */
  async #findIntroductionFault(item: Item): Promise<Refusal | undefined> {
    const entry = introducedEntry(item.record!);
    item.introduces = entry;
    const known = await this.#parts.directory.lookup(entry.keyId);
    return findIntroductionFault(this.#parts.engine, item.record!, entry, known);
  }

  /** A proven key goes to the directory; one that nobody vouches for goes to quarantine. */
  async #placeKey(item: Item): Promise<void> {
    const { keyId } = item.introduces!;
    const known = entryFor(item.record!, await this.#parts.directory.lookup(keyId));
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
      else if (!("code" in result)) Object.assign(item, result);
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
