/**
 * A community's roster as a quorum: who must have signed evidence of an accord, where the operator names the
 * community and not its members. Read whenever it is asked, so members who leave count no more, by the clock alone.
 * The community's own key must have signed it: under a free id anybody can found one.
 *
 * | consensus_protocol | of whom | how many |
 * |---|---|---|
 * | `founder_only` | the founders | more than half |
 * | `majority` | the members | more than half |
 * | `unanimous` | the members | all |
 * | `quorum:m/n` | the members | m, or that share of them if it is more; more than half, or nothing can be proven |
 */
import type { KeyId } from "../base/ids.js";
import { limits } from "../base/limits.js";
import type { Clock } from "../contracts/host.js";
import { readByRecordId } from "./apply-batch.js";
import type { QuorumSource } from "./authorities.js";
import { FactRows } from "./facts.js";
import { type Consensus, parseConsensus, signersNeeded } from "./rules/consensus.js";
import { isSpokenByGroup, rosterOf } from "./rules/roster.js";
import { createStandings, type StandingsOptions } from "./standings.js";
import { isMajority, type Quorum } from "./threshold.js";

export interface CommunityQuorumOptions extends StandingsOptions {
  readonly clock: Clock;
}

/** Undefined answers: the roster is not held, is not signed by the community's own key, has more than `limits.quorumMembersMax`, or signatures prove nothing of it. */
export function communityQuorum(options: CommunityQuorumOptions, communityKeyId: KeyId): QuorumSource {
  const { engine, store, clock } = options;
  const standings = createStandings(options);
  return async () => {
    const [founded] = await new FactRows(engine, store).read("roster", ["community", communityKeyId]);
    const record = founded && (await readByRecordId(options, "community", founded.recordId));
    if (!record || !isSpokenByGroup(record)) return undefined;
    const consensus = parseConsensus(String(record.value.consensus_protocol));
    if (!consensus) return undefined;
    const { ms, synchronised } = clock.wallClock();
    // By a clock that may be behind, who is to leave has left.
    const members = await standings.members(
      "community",
      communityKeyId,
      synchronised ? ms : Number.MAX_SAFE_INTEGER,
    );
    return members && quorumOf(consensus, members, rosterOf(record).founders);
  };
}

function quorumOf(
  consensus: Consensus,
  members: readonly KeyId[],
  founders: ReadonlySet<KeyId>,
): Quorum | undefined {
  const keyIds = consensus.type === "founder_only" ? members.filter((keyId) => founders.has(keyId)) : members;
  const threshold = needed(consensus, keyIds.length);
  if (threshold === undefined || keyIds.length > limits.quorumMembersMax) return undefined;
  return isMajority(threshold, keyIds.length) ? { keyIds, threshold } : undefined;
}

function needed(consensus: Consensus, members: number): number | undefined {
  if (consensus.type === "founder_only") return Math.floor(members / 2) + 1;
  // Nobody is left out of what all decide, as one is who is to be removed.
  return consensus.type === "unanimous" ? members : signersNeeded(consensus, members);
}
