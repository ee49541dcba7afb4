/** Who may speak for organisations, partners and accords, as the configuration says. */
import { type Authorities, fixedQuorum } from "../trust/index.js";
import type { Config } from "./config.js";

export function recordAuthoritiesOf({ trust }: Config): Authorities {
  const { operators, stewards, accord } = trust;
  return {
    operators,
    ...(stewards === undefined ? {} : { stewards: fixedQuorum(stewards) }),
    ...(accord === undefined ? {} : { accord: fixedQuorum(accord) }),
  };
}
