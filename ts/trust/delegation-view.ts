/**
 * Delegations as a node's store holds them: attestations of type `delegates_to`, found by the key that they are about.
 * What was let in under the federation tier has both halves of its signature, so nothing is verified again; what its
 * attester took back (`withdraws`, `recants`, `supersedes`) ended at that statement's time, a recanted one never held.
 */
import type { KeyId } from "../base/ids.js";
import { limits } from "../base/limits.js";
import type { Engine } from "../contracts/engine.js";
import type { KeyDirectory } from "../contracts/key-directory.js";
import type { Store } from "../contracts/store.js";
import type { Kinds } from "../records/kinds.js";
import { isRefusal, parseRecord } from "../records/parse-record.js";
import { subjectTag } from "../records/tags.js";
import { FactRows } from "./facts.js";
import { isTrusted } from "./policy.js";
import { type Delegation, type DelegationView, delegationOf } from "./provenance.js";
import { endings } from "./rules/attestation.js";

export interface DelegationViewOptions {
  readonly engine: Engine;
  readonly store: Pick<Store, "read" | "tagPage" | "getMany">;
  readonly kinds: Kinds;
  readonly directory: Pick<KeyDirectory, "lookup">;
}

/** What `findProvenance` asks, answered from the store. Of what is about one key the first `limits.delegationRecordsMax` are read. */
export function createDelegationView(options: DelegationViewOptions): DelegationView {
  return {
    async delegationsTo(keyIds) {
      const found: Delegation[] = [];
      for (const keyId of keyIds)
        for await (const delegation of delegationsAbout(options, keyId))
          if (delegation.to === keyId) found.push(await withEnd(options, delegation));
      return found;
    },
    async trustedUntilMs(keyId) {
      const entry = await options.directory.lookup(keyId);
      if (!entry || !isTrusted(entry.withdrawn?.standing ?? entry.standing)) return -Infinity;
      return entry.withdrawn?.signedBeforeMs ?? Infinity;
    },
  };
}

async function* delegationsAbout(
  { engine, store, kinds }: DelegationViewOptions,
  keyId: KeyId,
): AsyncGenerator<Delegation> {
  const tag = subjectTag(keyId);
  for (let after = 0, read = 0; read < limits.delegationRecordsMax; ) {
    const refs = await store.tagPage("attestation", { tag, after, limit: pageRecords });
    const bodies = await store.getMany(
      "attestation",
      refs.map(({ hash }) => hash),
    );
    for (const stored of bodies) {
      const record = stored && parseRecord(engine, kinds, "attestation", stored.bytes, stored.hash);
      const delegation = record === undefined || isRefusal(record) ? undefined : delegationOf(record);
      if (delegation) yield delegation;
    }
    if (refs.length < pageRecords) return;
    read += refs.length;
    after = refs.at(-1)!.position;
  }
}

/** Attestations of some 8 KB that are in memory at once. */
const pageRecords = 128;

async function withEnd(
  { engine, store }: DelegationViewOptions,
  delegation: Delegation,
): Promise<Delegation> {
  const facts = await new FactRows(engine, store).read("ended", [delegation.from, delegation.attestationId]);
  const ends = facts.map(({ numbers: [ending, atMs] }) => (endings[ending] === "recants" ? -Infinity : atMs));
  return { ...delegation, untilMs: Math.min(delegation.untilMs, ...ends) };
}
