/**
 * `consensus_protocol` (ciris-edge §7.3): how many members of a group must agree. What the signers of one record
 * can prove is decided; what needs weights, code or the absence of a veto is not.
 *
 * ```
 * founder_only | unanimous | majority | quorum:m/n | weighted:… | custom:… | reverse_quorum:m/n:secs
 * ```
 */
export type Consensus =
  | { readonly type: "founder_only" | "unanimous" | "majority" }
  | { readonly type: "quorum"; readonly m: number; readonly n: number }
  /** Of the grammar, and not decidable from signers. */
  | { readonly type: "undecidable" };

/** Undefined for what is not of the grammar. */
export function parseConsensus(text: string): Consensus | undefined {
  if (text === "founder_only" || text === "unanimous" || text === "majority") return { type: text };
  const quorum = /^(reverse_)?quorum:([1-9]\d{0,5})\/([1-9]\d{0,5})(:\d{1,12})?$/.exec(text);
  if (quorum) {
    const [m, n] = [Number(quorum[2]), Number(quorum[3])];
    const isReverse = quorum[1] !== undefined;
    if (m > n || isReverse !== (quorum[4] !== undefined)) return undefined;
    return isReverse ? { type: "undecidable" } : { type: "quorum", m, n };
  }
  return /^(weighted|custom):./s.test(text) ? { type: "undecidable" } : undefined;
}

/**
 * How many of `members` must sign for something that concerns one of them; undefined where signatures cannot
 * tell. A quorum is read as a number and as a share of the members, and the larger holds.
 */
export function signersNeeded(consensus: Consensus, members: number): number | undefined {
  switch (consensus.type) {
    case "founder_only":
      return 1;
    case "unanimous":
      return Math.max(1, members - 1);
    case "majority":
      return Math.floor(members / 2) + 1;
    case "quorum":
      return Math.max(consensus.m, Math.ceil((consensus.m * members) / consensus.n));
    case "undecidable":
      return undefined;
  }
}
