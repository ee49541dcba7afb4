/**
 * `revocation`: withdraws a key. It takes effect at `effective_at`; from then on signatures made at or after
 * `revoked_after` (or `effective_at`, where that is earlier or alone) do not count, and older ones still do,
 * whichever of the two records came first (ADR 0017).
 *
 * A key is withdrawn by itself, or by the identity that its own key record stands for: `identity_ref`, signed by
 * the key. Signers that were added to a key record have no say, because anybody can add themselves.
 */
import { shortId } from "../../base/ids.js";
import type { Refusal } from "../../contracts/record.js";
import { type DecodedRecord, refusal } from "../../records/parse-record.js";
import type { ApplyRule, Fact, RuleView } from "./rule.js";
import { signedMs } from "./version.js";

export const revocationRule: ApplyRule = {
  idPerSigner: true,
  async judge(record, view) {
    // Without these in M, a signature that withdrew one key would withdraw any other, at any time.
    for (const member of ["revoked_key_id", "effective_at"])
      if (!record.bound.has(member))
        return refusal("member_unbound", `revocation: the signed bytes do not repeat ${member}`);
    return isOwn(record) ? undefined : judgeAuthority(record, view);
  },
  facts: revoked,
  outlivesKey: isOwn,
};

function isOwn({ value }: DecodedRecord): boolean {
  return value.revoking_key_id === value.revoked_key_id;
}

async function judgeAuthority({ value }: DecodedRecord, view: RuleView): Promise<Refusal | undefined> {
  const [revoker, revoked] = [String(value.revoking_key_id), String(value.revoked_key_id)];
  if ((await view.facts("standsFor", [revoked, revoker])).length > 0) return undefined;
  if ((await view.key(revoked)) === undefined)
    return refusal("key_unknown", `revocation: the record of ${shortId(revoked)} is not here`, revoked);
  return refusal("third_party_row", `revocation: ${shortId(revoker)} may not withdraw ${shortId(revoked)}`);
}

/**
 * What the key says of itself stands in a row of its own, and of that the earliest stay: whoever has stolen a key can
 * withdraw it as often as they like, and keeps out neither the identity's word nor the owner's.
 */
function revoked(record: DecodedRecord): readonly Fact[] {
  const effectiveMs = signedMs(record, "effective_at");
  // What was held before there was this rule may not sign it.
  if (effectiveMs === undefined) return [];
  const afterMs = signedMs(record, "revoked_after") ?? effectiveMs;
  return [
    {
      name: isOwn(record) ? "revokedByItself" : "revoked",
      about: [String(record.value.revoked_key_id)],
      numbers: [effectiveMs, Math.min(effectiveMs, afterMs)],
      keeps: "smallest",
    },
  ];
}
