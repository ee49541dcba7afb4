/** `open`: every federation-visible record is for everybody. The default of the demo and of own kinds. */
import type { OfferGate, OfferPolicy } from "../../contracts/offer-policy.js";

const everything: OfferGate = { closed: false, needsRecord: false, showsAll: true, admits: () => true };

export function openOfferPolicy(): OfferPolicy {
  return { name: "open", gate: async () => everything };
}
