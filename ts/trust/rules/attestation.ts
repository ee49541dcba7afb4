/**
 * `attestation`: an attester uses an id once; using it again, for other content, is refused. An attestation of
 * type `supersedes`, `withdraws` or `recants` names in its envelope what it ends (`target_attestation_id`) and
 * ends only what its own attester said. Ending goes forward only: nothing revives what was ended, and ending the
 * end has no effect.
 */
import type { DecodedRecord } from "../../records/parse-record.js";
import { isJsonObject } from "../../records/schema.js";
import type { ApplyRule, Fact } from "./rule.js";

/** Weakest first; the number is what the fact holds. */
export const endings = ["supersedes", "withdraws", "recants"] as const;

export const attestationRule: ApplyRule = { idPerSigner: true, facts: ended };

function ended({ value, seq }: DecodedRecord): readonly Fact[] {
  const ending = endings.indexOf(value.attestation_type as (typeof endings)[number]);
  const envelope = value.attestation_envelope;
  const target = isJsonObject(envelope) ? envelope.target_attestation_id : undefined;
  if (ending < 0 || typeof target !== "string") return [];
  return [{ name: "ended", about: [String(value.attesting_key_id), target], numbers: [ending, seq] }];
}
