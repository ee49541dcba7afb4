/** What a peer is offered: open to all, or by consent and closed in doubt. */
export { type Consent, type ConsentSource, cirisOfferPolicy } from "./ciris.js";
export { openOfferPolicy } from "./open.js";
