/**
 * What peers are offered, by the operator's word. For `ciris` the configuration is the only source of consent,
 * cohorts and roots: the reference's grammar of consent is not published, and a roster that anybody can sign would let
 * its author into the cohort of whomever it names. Nothing is configured: nothing is offered that needs a yes.
 */
import type { KeyId } from "../base/index.js";
import type { OfferPolicy } from "../contracts/index.js";
import { type Consent, cirisOfferPolicy, openOfferPolicy } from "../replication/index.js";
import type { Config } from "./config.js";

export function offerPolicyOf({ replication }: Pick<Config, "replication">, self: KeyId): OfferPolicy {
  if (replication.offerPolicy === "open") return openOfferPolicy();
  const { consents, cohorts, roots } = replication.ciris;
  return cirisOfferPolicy({
    self,
    roots: new Set(roots),
    consent: {
      async consentFor(peer, kind) {
        const given = consents.filter((consent) => consent.peer === peer && coversKind(consent.kinds, kind));
        return given.length === 0 ? undefined : consentOf(given.flatMap(({ capabilities }) => capabilities));
      },
    },
    cohorts: {
      cohortOf: async (peer) =>
        new Set(cohorts.filter(({ keyIds }) => keyIds.includes(peer)).flatMap(({ keyIds }) => keyIds)),
    },
  });
}

function coversKind(kinds: readonly string[] | undefined, kind: string): boolean {
  return kinds === undefined || kinds.includes(kind);
}

function consentOf(capabilities: readonly string[]): Consent {
  return { permits: () => true, hasCapability: (capability) => capabilities.includes(capability) };
}
