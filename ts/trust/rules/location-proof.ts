/**
 * `location_proof`: said by the subject alone, no finer than resolution 7 (the shape is the kind table's to
 * check), and withdrawn for good. Proofs of different times stand beside each other.
 */
import { refusal } from "../../records/parse-record.js";
import type { ApplyRule, Ruling } from "./rule.js";
import { signedTime } from "./version.js";

/** About 5 km²; a finer cell would say at which house somebody is. */
const resolutionMax = 7;

export const locationProofRule: ApplyRule = {
  async judge({ value }) {
    const resolution = Number(value.cell_resolution);
    if (resolution <= resolutionMax) return undefined;
    return refusal(
      "location_too_precise",
      `location_proof: resolution ${resolution}, at most ${resolutionMax}`,
    );
  },
  succeed(record, held): Ruling {
    const [ours, theirs] = [signedTime(record, "withdrawn_at"), signedTime(held, "withdrawn_at")];
    if (ours === theirs)
      return refusal("conflicting_version", "location_proof: another one of the same time is held");
    if (theirs === undefined) return { action: "supersede" };
    if (ours === undefined) return { action: "duplicate", why: "it was withdrawn" };
    // The earliest withdrawal stays, so that the order of arrival does not matter.
    return ours < theirs ? { action: "supersede" } : { action: "duplicate", why: "it was withdrawn earlier" };
  },
};
