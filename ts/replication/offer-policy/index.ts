/** What a peer is offered: open to all, or by projection and consent and closed in doubt. */
export {
  type CirisOfferPolicyOptions,
  type CohortSource,
  type Consent,
  type ConsentSource,
  cirisOfferPolicy,
} from "./ciris.js";
export { openOfferPolicy } from "./open.js";
export { type Advertise, type PlanePolicy, planePolicies, serveAdvertiseManifest } from "./planes.js";
