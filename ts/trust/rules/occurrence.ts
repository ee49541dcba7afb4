/**
 * `identity_occurrence`: the one asserted last stays, so a device can be asserted anew after it was revoked.
 *
 * `identity_occurrence_revocation`: revokes iff same occurrence ∧ `effective_at` ≤ now ∧ `effective_at` ≥
 * `asserted_at` (§7.9). Both records stay held; what that comes to is asked of `standings.ts` at a time. It is
 * said by the identity, or by the device itself.
 */
import { shortId } from "../../base/ids.js";
import { refusal } from "../../records/parse-record.js";
import type { ApplyRule } from "./rule.js";
import { laterStays, signedMs } from "./version.js";

export const occurrenceRule: ApplyRule = {
  succeed: (record, held) => laterStays(record, held, "asserted_at"),
};

export const occurrenceRevocationRule: ApplyRule = {
  // The identity and the device may both say it.
  idPerSigner: true,
  async judge({ signers, value }) {
    const { identity_key_id: identity, occurrence_key_id: occurrence } = value;
    const signer = signers[0];
    if (signer === identity || signer === occurrence) return undefined;
    return refusal(
      "third_party_row",
      `identity_occurrence_revocation: signed by ${shortId(signer ?? "nobody")}, not by the identity or the device`,
    );
  },
  facts: (record) => [
    {
      name: "occurrenceRevoked",
      about: [record.value.identity_key_id, record.value.occurrence_key_id, record.signatures[0]?.keyId].map(
        String,
      ),
      numbers: [signedMs(record, "effective_at")!, 0],
    },
  ],
};
