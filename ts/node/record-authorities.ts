/** Who may speak for organisations, partners and accords, as the configuration says. */
import {
  type Authorities,
  type CommunityQuorumOptions,
  communityQuorum,
  fixedQuorum,
} from "../trust/index.js";
import type { Config } from "./config.js";

/** `held`: where the roster of a community is looked up, if the configuration names one. */
export function recordAuthoritiesOf({ trust }: Config, held: CommunityQuorumOptions): Authorities {
  const { operators, stewards, accord } = trust;
  return {
    operators,
    ...(stewards === undefined ? {} : { stewards: fixedQuorum(stewards) }),
    ...(accord === undefined
      ? {}
      : { accord: "community" in accord ? communityQuorum(held, accord.community) : fixedQuorum(accord) }),
  };
}
