/**
 * What the held records come to at a time: whether an occurrence is live, who is a member of a group, what an
 * attester has ended. Nothing here is stored: it is read from the facts and the records that they follow from, so
 * a revocation that lies ahead takes effect by the clock alone.
 *
 * ```ts
 * const standings = createStandings({ engine, store, kinds });
 * const members = await standings.members("community", communityKeyId, Date.now());
 * ```
 */
import { compareBytes } from "../base/bytes.js";
import type { KeyId } from "../base/ids.js";
import type { Engine } from "../contracts/engine.js";
import type { Store } from "../contracts/store.js";
import type { Kinds } from "../records/kinds.js";
import type { DecodedRecord } from "../records/parse-record.js";
import { readByRecordId } from "./apply-batch.js";
import { FactRows } from "./facts.js";
import { endings } from "./rules/attestation.js";
import { findRemovalFault, rosterOf } from "./rules/roster.js";
import { signedMs } from "./rules/version.js";

export interface StandingsOptions {
  readonly engine: Engine;
  readonly store: Pick<Store, "read" | "getManyByRecordId">;
  readonly kinds: Kinds;
}

export type GroupKind = "family" | "community";

export interface Standings {
  /**
   * Whether a revocation of this occurrence has `assertedAtMs` ≤ `effective_at` ≤ `nowMs` (ciris-edge §7.9). The first
   * is the `asserted_at` of the occurrence's record.
   */
  isOccurrenceRevoked(
    identityKeyId: KeyId,
    occurrenceKeyId: KeyId,
    times: { readonly assertedAtMs: number; readonly nowMs: number },
  ): Promise<boolean>;
  /** The members of the roster without those removed by `nowMs`; undefined where no roster is held. */
  members(kind: GroupKind, groupKeyId: KeyId, nowMs: number): Promise<readonly KeyId[] | undefined>;
  /** How the attester ended that attestation; undefined while it stands. */
  attestationEnding(
    attesterKeyId: KeyId,
    attestationId: string,
  ): Promise<(typeof endings)[number] | undefined>;
}

export function createStandings({ engine, store, kinds }: StandingsOptions): Standings {
  const facts = (name: string, about: readonly string[]) => new FactRows(engine, store).read(name, about);
  const record = (kind: string, recordId: Uint8Array) =>
    readByRecordId({ engine, store, kinds }, kind, recordId);
  return {
    async isOccurrenceRevoked(identityKeyId, occurrenceKeyId, { assertedAtMs, nowMs }) {
      for (const signer of [identityKeyId, occurrenceKeyId]) {
        const revocations = await facts("occurrenceRevoked", [identityKeyId, occurrenceKeyId, signer]);
        const isRevoked = revocations.some(
          ({ numbers: [effectiveMs] }) => assertedAtMs <= effectiveMs && effectiveMs <= nowMs,
        );
        if (isRevoked) return true;
      }
      return false;
    },
    async members(kind, groupKeyId, nowMs) {
      const [founded] = await facts("roster", [kind, groupKeyId]);
      const roster = founded && (await record(kind, founded.recordId));
      if (!roster) return undefined;
      const removals: DecodedRecord[] = [];
      for (const signer of new Set([groupKeyId, ...rosterOf(roster).members])) {
        for (const { recordId } of await facts("removed", [kind, groupKeyId, signer])) {
          const removal = await record(`${kind}_membership_revocation`, recordId);
          if (removal) removals.push(removal);
        }
      }
      return membersAt(roster, removals, nowMs);
    },
    async attestationEnding(attesterKeyId, attestationId) {
      const ended = await facts("ended", [attesterKeyId, attestationId]);
      return endings[Math.max(-1, ...ended.map(({ numbers: [ending] }) => ending))];
    },
  };
}

/**
 * Removals take effect in the order in which they were made, those of one moment by record id. One whose signer was
 * removed by then, except by itself, counts for nothing, and so does one that was let in under another roster and
 * that this one does not allow; the group's own key is never removed.
 */
export function membersAt(
  roster: DecodedRecord,
  removals: readonly DecodedRecord[],
  nowMs: number,
): readonly KeyId[] {
  const group = rosterOf(roster);
  const { groupId, members } = group;
  /** From when on somebody is no member. */
  const removedFrom = new Map<KeyId, number>();
  const madeAt = (removal: DecodedRecord) => signedMs(removal, "removed_at")!;
  const inOrder = [...removals].sort((a, b) => madeAt(a) - madeAt(b) || compareBytes(a.recordId, b.recordId));
  for (const removal of inOrder) {
    const signer = removal.signatures[0]!.keyId;
    const signers = removal.signatures.map(({ keyId }) => keyId);
    if (findRemovalFault(removal, [...new Set(signers)], group)) continue;
    const removed = String(removal.value.removed_identity_key_id);
    const signerGone = (removedFrom.get(signer) ?? Number.POSITIVE_INFINITY) <= madeAt(removal);
    if (signerGone && signer !== groupId && signer !== removed) continue;
    const effectiveMs = signedMs(removal, "effective_at")!;
    removedFrom.set(removed, Math.min(effectiveMs, removedFrom.get(removed) ?? effectiveMs));
  }
  return [...members].filter((member) => (removedFrom.get(member) ?? Number.POSITIVE_INFINITY) > nowMs);
}
