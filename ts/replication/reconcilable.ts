/** Whether a kind can be reconciled with a peer: this side keeps its set of ids, and shows the peer all of it. */
import type { KeyId, KindToken } from "../base/ids.js";
import type { OfferedSets } from "../contracts/offered-sets.js";
import type { ReplicationContext } from "./context.js";

/** Where the set is, if so; whether there is room for it is for `offeredSet` to say. */
export async function reconcilableSets(
  { offeredSets, offerPolicy }: Pick<ReplicationContext, "offeredSets" | "offerPolicy">,
  peer: KeyId,
  kind: KindToken,
): Promise<OfferedSets | undefined> {
  if (!offeredSets) return undefined;
  const gate = await offerPolicy.gate(peer, kind);
  return gate.showsAll === true && !gate.closed ? offeredSets : undefined;
}
