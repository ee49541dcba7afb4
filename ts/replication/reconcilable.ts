/**
 * Whether a kind can be reconciled with a peer: this side keeps its set of ids, shows the peer all of it, and frames of the
 * way there carry the messages. A kind that is served by time is served by time only (ADR 0018).
 */
import type { KeyId, KindToken } from "../base/ids.js";
import type { OfferedSets } from "../contracts/offered-sets.js";
import type { ReplicationContext } from "./context.js";
import { carriesReconciliation } from "./link-budget.js";

type Context = Pick<ReplicationContext, "kinds" | "offeredSets" | "offerPolicy" | "peerLink">;

/** Where the set is, if so; whether there is room for it is for `offeredSet` to say. */
export async function reconcilableSets(
  context: Context,
  peer: KeyId,
  kind: KindToken,
): Promise<OfferedSets | undefined> {
  return context.kinds.cursorServed(kind) ? undefined : shownSets(context, peer, kind);
}

/** The same for heads, which a kind that is served by time has too. */
export async function shownSets(
  { offeredSets, offerPolicy, peerLink }: Context,
  peer: KeyId,
  kind: KindToken,
): Promise<OfferedSets | undefined> {
  if (!offeredSets || !carriesReconciliation(peerLink?.(peer))) return undefined;
  const gate = await offerPolicy.gate(peer, kind);
  return gate.showsAll === true && !gate.closed ? offeredSets : undefined;
}
