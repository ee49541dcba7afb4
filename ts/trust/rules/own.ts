/**
 * Kinds of an embedder that say which of two records stays: only the signer of the held one may replace it, and
 * only where the embedder's `supersedes` prefers the newcomer. It must be a strict order to be free of the order
 * of arrival; where it prefers neither, the newcomer is refused.
 */
import type { KindSpec } from "../../records/kind-spec.js";
import { type DecodedRecord, refusal } from "../../records/parse-record.js";
import type { ApplyRule, Ruling } from "./rule.js";

export const ownRule: ApplyRule = {
  succeed(record, held): Ruling {
    const { kind, spec } = record;
    if (record.signers[0] === held.signatures[0]?.keyId) {
      if (supersedes(spec, record, held)) return { action: "supersede" };
      if (supersedes(spec, held, record))
        return { action: "duplicate", why: "one that supersedes it is held" };
    }
    return refusal("natural_key_conflict", `${kind}: another record holds this natural key`);
  },
};

/** An embedder's function sees peer data; when it throws, it prefers nothing. */
function supersedes(spec: KindSpec, record: DecodedRecord, held: DecodedRecord): boolean {
  try {
    return spec.supersedes?.(record.value, held.value) === true;
  } catch {
    return false;
  }
}
