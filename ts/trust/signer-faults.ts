/**
 * Whether a record's signer may have signed it, as far as revocations decide: asked before signatures are verified,
 * and again when the record is committed, because a revocation may have come between.
 */
import { equalBytes } from "../base/bytes.js";
import { shortId } from "../base/ids.js";
import type { Engine } from "../contracts/engine.js";
import type { DirectoryEntry } from "../contracts/key-directory.js";
import type { Refusal } from "../contracts/record.js";
import { type DecodedRecord, refusal } from "../records/parse-record.js";
import { addsHalf, fitsKeyId, sameKeys } from "./key-directory.js";
import { entryAsOf, isTrusted } from "./policy.js";
import { ruleOf } from "./rules/index.js";

/** A signer's key as this record may use it: withdrawn only where the record was signed too late. */
export function entryFor(
  record: DecodedRecord,
  entry: DirectoryEntry | undefined,
): DirectoryEntry | undefined {
  return entryAsOf(entry, countedTime(record));
}

/** Unix ms at which the signature counts as made; undefined where it tells no time. */
function countedTime(record: DecodedRecord): number | undefined {
  const { spec, bound, seq } = record;
  if (ruleOf(spec).outlivesKey?.(record)) return Number.NEGATIVE_INFINITY;
  if (spec.time !== undefined && bound.has(spec.time)) return seq;
  // A key record that tells no time shows keys and nothing else: it harms nobody, and older signatures need it.
  return spec.introducesKey === undefined ? undefined : Number.NEGATIVE_INFINITY;
}

/** Why the keys that a record introduces cannot be those of its id. `known`: what the directory has under it. */
export function findIntroductionFault(
  engine: Pick<Engine, "sha256">,
  record: DecodedRecord,
  entry: DirectoryEntry,
  known: DirectoryEntry | undefined,
): Refusal | undefined {
  const id = shortId(entry.keyId);
  if (known?.mlDsa65 && !entry.mlDsa65 && equalBytes(known.ed25519, entry.ed25519))
    return refusal("key_downgrade", `key ${id} has a post-quantum half that this record leaves out`);
  if (!fitsKeyId(engine, entry.keyId, entry))
    return refusal("key_id_mismatch", `key ${id} is not the hash of its public keys`);
  const usable = entryFor(record, known);
  if (usable?.standing === "revoked") return refusal("key_revoked", `key ${id} was withdrawn`);
  if (usable?.withdrawn?.unsure)
    return refusal("clock_not_synchronised", `key ${id}: its revocation cannot be judged yet`);
  if (!usable || !isTrusted(usable.standing) || sameKeys(usable, entry)) return undefined;
  if (!addsHalf(usable, entry))
    return refusal("key_id_mismatch", `key ${id} stands for other keys in the directory`);
  // The half that is known vouches for the new one, which it must have signed.
  return record.bound.has(record.spec.introducesKey!.mlDsa65)
    ? undefined
    : refusal("member_unbound", `key ${id}: the signed bytes do not repeat its post-quantum half`);
}
