/**
 * The last step of admission: what the rules of the kinds say (rules/rule.ts), and the commit. Records are judged
 * in order of arrival; the batch is cut where one needs to know what the batch is about to write, so that the
 * outcome is that of admitting them one by one.
 *
 * A batch carries what it was decided on as conditions. When one does not hold any more, or somebody else holds a
 * place meanwhile, what is left is judged again.
 */
import { InvariantError, isWaxwingError } from "../base/errors.js";
import type { EventSource } from "../base/events.js";
import { type KeyId, shortId } from "../base/ids.js";
import type { Clock } from "../contracts/host.js";
import type { AdmitContext } from "../contracts/record.js";
import type { AdmitOutcome, StoreOperation, StoreResult } from "../contracts/store.js";
import { isNativeKeyId } from "../records/native-key-id.js";
import { refusal } from "../records/parse-record.js";
import { recordTags } from "../records/tags.js";
import type { AdmissionEvent } from "./admission.js";
import { type Item, refuse, undecided } from "./admission-item.js";
import { ApplyBatch, type ApplyParts, factsOf, type Holder, placeOf } from "./apply-batch.js";
import { addsHalf } from "./key-directory.js";
import { findKeyFault } from "./policy.js";
import { ruleOf } from "./rules/index.js";
import type { Ruling, VerifiedRecord } from "./rules/rule.js";
import { entryFor, findIntroductionFault } from "./signer-faults.js";

export interface ApplierParts extends ApplyParts {
  readonly clock: Clock;
  readonly events: EventSource<AdmissionEvent>;
  /** Records of keys were withdrawn, durably. */
  readonly onRevoked: (keyIds: readonly KeyId[]) => void;
}

/**
 * How often a batch that lost a race, or a record whose place was taken meanwhile, is judged again. Somebody else gets
 * through each time, so this is how many callers may want the same place at once.
 */
const attemptsMax = 16;

/** An item that got as far as this, with how often its commit found its place taken. */
interface Applied {
  readonly item: Item;
  readonly record: VerifiedRecord;
  conflicts: number;
}

export class Applier {
  readonly #parts: ApplierParts;
  readonly #context: AdmitContext;

  constructor(parts: ApplierParts, context: AdmitContext) {
    this.#parts = parts;
    this.#context = context;
  }

  /** Gives every item its verdict. */
  async apply(items: readonly Item[]): Promise<void> {
    let waiting: Applied[] = items.map((item) => ({
      item,
      record: { ...item.record!, signers: item.signers! },
      conflicts: 0,
    }));
    for (let lostRaces = 0; waiting.length > 0; ) {
      this.#context.signal?.throwIfAborted();
      const batch = new ApplyBatch<Applied>(this.#parts);
      const decided = await this.#decide(waiting, batch);
      const again: Applied[] = [];
      try {
        if (batch.owners.length > 0) again.push(...(await this.#commit(batch)));
        waiting = [...again, ...waiting.slice(decided)];
        lostRaces = 0;
      } catch (error) {
        if (!isWaxwingError(error, "batch_conflict")) throw error;
        this.#parts.directory.forget(batch.keyIds);
        waiting = waiting.filter(({ item }) => undecided([item]).length > 0);
        if (++lostRaces === attemptsMax) return giveUp(waiting);
      }
    }
  }

  /** Returns how many of the items were decided, from the first on. */
  async #decide(waiting: readonly Applied[], batch: ApplyBatch<Applied>): Promise<number> {
    for (const [index, applied] of waiting.entries())
      if (batch.isFull || !(await this.#judge(applied, batch))) return index;
    return waiting.length;
  }

  /** False where it must wait until the batch is committed; else there is a verdict, or it is part of the batch. */
  async #judge(applied: Applied, batch: ApplyBatch<Applied>): Promise<boolean> {
    const { item, record } = applied;
    if (record.signers.some((keyId) => batch.withdraws(keyId))) return false;
    const signerFault = await this.#findSignerFault(applied, batch);
    if (signerFault) return settled(item, signerFault);

    const rule = ruleOf(record.spec);
    if (rule.judge) {
      const view = batch.view(this.#parts.clock.wallClock());
      const fault = await rule.judge(record, view);
      if (view.mustWait) return false;
      if (fault) return settled(item, fault);
    }
    // Where nothing else rests on it, the store itself finds out that the place is taken, and is asked no more.
    const mustLook = rule.slot !== undefined || applied.conflicts > 0 || factsOf(record).length > 0;
    if (mustLook && batch.changesPlaceOf(record)) return false;
    const holder = mustLook ? await batch.holderOf(record) : undefined;
    const ruling = holder && !holder.isSame ? this.#rule(record, holder, batch) : undefined;
    if (ruling && "code" in ruling) return settled(item, ruling);
    return this.#add(applied, batch, holder, ruling);
  }

  #rule(record: VerifiedRecord, holder: Holder, batch: ApplyBatch<Applied>): Ruling {
    // What no longer reads as a record of its kind says nothing.
    if (!holder.record) return { action: "supersede" };
    const view = batch.view(this.#parts.clock.wallClock());
    return (
      ruleOf(record.spec).succeed?.(record, holder.record, view) ??
      refusal("natural_key_conflict", `${record.kind}: another record holds this natural key`)
    );
  }

  async #add(
    applied: Applied,
    batch: ApplyBatch<Applied>,
    holder: Holder | undefined,
    ruling: Exclude<Ruling, { code: string }> | undefined,
  ): Promise<boolean> {
    const { item, record } = applied;
    const operation = this.#admitOperation(item, record, holder, ruling);
    if (ruling?.action === "duplicate") {
      batch.remember(applied, operation);
      return true;
    }
    if (item.introduces && !(await this.#introduce(item, batch)))
      return settled(
        item,
        refusal("key_revoked", `key ${shortId(item.introduces.keyId)} was withdrawn meanwhile`),
      );
    if (await batch.admit(applied, record, operation, holder)) return true;
    return settled(item, refusal("facts_full", `${record.kind}: no room for what follows from it`));
  }

  /** What revocations say, as of this moment. */
  async #findSignerFault({ item, record }: Applied, batch: ApplyBatch<Applied>) {
    const { engine, directory } = this.#parts;
    for (const keyId of record.signers) {
      // In this order: what changes between the two fails the commit.
      await batch.relyOn(keyId);
      const known = await directory.lookup(keyId);
      const isOwn = item.introduces?.keyId === keyId;
      const fault = isOwn
        ? findIntroductionFault(engine, record, item.introduces!, known)
        : findKeyFault(keyId, entryFor(record, known));
      // Further signers are not needed; a quorum is counted again when the record comes again.
      if (fault && keyId === record.signers[0]) return fault;
      if (fault && record.spec.authority !== undefined)
        return refusal("batch_conflict", `${record.kind}: a signer's key was withdrawn meanwhile`);
    }
    return undefined;
  }

  /** Native keys enter the directory with their record; foreign ones are there already, and may get a half more. */
  async #introduce({ introduces }: Item, batch: ApplyBatch<Applied>): Promise<boolean> {
    const entry = introduces!;
    if (isNativeKeyId(entry.keyId)) return batch.introduce(entry);
    const known = await this.#parts.directory.lookup(entry.keyId);
    if (!known || !addsHalf(known, entry)) return true;
    return batch.introduce({ ...entry, standing: known.withdrawn?.standing ?? known.standing });
  }

  #admitOperation(
    item: Item,
    record: VerifiedRecord,
    holder: Holder | undefined,
    ruling: Exclude<Ruling, { code: string }> | undefined,
  ): Extract<StoreOperation, { readonly op: "admit" }> {
    const { spec, kind, hash, bytes, recordId, seq, visibility, value } = record;
    return {
      op: "admit",
      record: {
        kind,
        hash,
        bytes,
        recordId,
        naturalKey: placeOf(this.#parts.engine, record),
        signatureIds: item.signatureIds!,
        seq,
        visibility,
        tags: recordTags(spec, value, seq),
        receivedAtMs: this.#parts.clock.wallClock().ms,
        ...(this.#context.peerKeyId === undefined ? {} : { source: this.#context.peerKeyId }),
      },
      ...(ruling?.action === "supersede" ? { supersedes: holder!.hash } : {}),
      ...(ruling?.action === "duplicate" ? { behind: holder!.hash } : {}),
    };
  }

  /** Those whose place was taken meanwhile are returned, to be judged again. */
  async #commit(batch: ApplyBatch<Applied>): Promise<Applied[]> {
    const operations = batch.operations();
    const results = await this.#parts.store.commit(operations);
    batch.committed();
    if (batch.revoked.length > 0) this.#parts.onRevoked(batch.revoked);
    const { owners } = batch;
    const from = operations.length - owners.length;
    const again: Applied[] = [];
    for (const [index, applied] of owners.entries()) {
      const outcome = asOutcome(results[from + index]);
      if (outcome.status === "conflict") {
        if (++applied.conflicts < attemptsMax) again.push(applied);
        else
          refuse(
            applied.item,
            refusal("batch_conflict", `${applied.record.kind}: its place changes hands too fast`),
          );
      } else this.#settle(applied, outcome);
    }
    return again;
  }

  #settle({ item, record }: Applied, outcome: Exclude<AdmitOutcome, { readonly status: "conflict" }>): void {
    const { kind, hash, naturalKey } = record;
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
      naturalKey,
      position,
      ...(outcome.status === "replaced" ? { replaced: true } : {}),
      ...(admittedKey === undefined ? {} : { admittedKey }),
    };
    this.#parts.events.emit({ type: "admitted", kind, hash, position });
    if (admittedKey !== undefined) this.#parts.events.emit({ type: "keyAdmitted", keyId: admittedKey });
  }
}

function giveUp(waiting: readonly Applied[]): void {
  for (const { item, record } of waiting)
    refuse(item, refusal("batch_conflict", `${record.kind}: what it rests on changes too fast`));
}

/** Refused, and done with. */
function settled(item: Item, why: Parameters<typeof refuse>[1]): true {
  refuse(item, why);
  return true;
}

function asOutcome(result: StoreResult | undefined): AdmitOutcome {
  if (typeof result === "object" && result !== null && result.status !== "removed") return result;
  throw new InvariantError("store: an admit operation had no outcome");
}
