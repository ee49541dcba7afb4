/**
 * `key`. The keys of an id never change (the directory sees to that: `key_id_mismatch`, `key_downgrade`), so
 * records of one key differ in what they say about it, and the one that is valid from later stays. More signers
 * and a post-quantum half that comes to a key are other forms or later records of the same.
 *
 * What a key stands for (`identity_ref`) never changes once it is signed, because that identity may withdraw it:
 * a record that signs it outranks one that does not, and two that sign different ones are refused.
 */
import { type DecodedRecord, refusal } from "../../records/parse-record.js";
import type { ApplyRule, Ruling } from "./rule.js";
import { laterStays } from "./version.js";

export const keyRule: ApplyRule = {
  succeed(record, held): Ruling {
    const [ours, theirs] = [signedRef(record), signedRef(held)];
    if (ours === theirs) return laterStays(record, held, "valid_from");
    if (theirs === undefined) return { action: "supersede" };
    if (ours === undefined) return { action: "duplicate", why: "one that signs its identity_ref is held" };
    return refusal("conflicting_version", "key: another identity_ref is held");
  },
  facts(record) {
    const identity = signedRef(record);
    const keyId = String(record.value.key_id);
    if (identity === undefined || identity === keyId) return [];
    return [{ name: "standsFor", about: [keyId, identity], numbers: [0, 0] }];
  },
};

function signedRef({ bound, value }: DecodedRecord): string | undefined {
  return bound.has("identity_ref") ? String(value.identity_ref) : undefined;
}
