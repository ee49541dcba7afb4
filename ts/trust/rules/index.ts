/** The apply rules by the name that the kind table gives; one file a kind or family of kinds. */
import type { KindSpec, RuleName } from "../../records/kind-spec.js";
import { attestationRule } from "./attestation.js";
import { keyRule } from "./key.js";
import { locationProofRule } from "./location-proof.js";
import { occurrenceRevocationRule, occurrenceRule } from "./occurrence.js";
import { organizationRule, orgMembershipRule, partnerRecordRule } from "./operational.js";
import { ownRule } from "./own.js";
import { revocationRule } from "./revocation.js";
import { membershipRevocationRule, rosterRule } from "./roster.js";
import type { ApplyRule } from "./rule.js";
import { transportDestinationRule } from "./transport-destination.js";

const rules: Readonly<Record<RuleName, ApplyRule>> = {
  key: keyRule,
  attestation: attestationRule,
  revocation: revocationRule,
  occurrence: occurrenceRule,
  occurrenceRevocation: occurrenceRevocationRule,
  roster: rosterRule,
  membershipRevocation: membershipRevocationRule,
  locationProof: locationProofRule,
  transportDestination: transportDestinationRule,
  organization: organizationRule,
  orgMembership: orgMembershipRule,
  partnerRecord: partnerRecordRule,
  own: ownRule,
};

const none: ApplyRule = {};

/** The rule of a kind; an empty one where its row names none. */
export function ruleOf({ rule }: Pick<KindSpec, "rule">): ApplyRule {
  return rule === undefined ? none : rules[rule];
}
