/**
 * Provenance: from whoever signed a record to somebody who is trusted to begin with, along delegations
 * (attestations of type `delegates_to`). A record that several cosigned over one M (`additional_scrubs`) is
 * rooted as soon as one of them is.
 *
 * The walk is a function of what its view answers: no clock, no store. It goes from the signers towards the
 * roots, one step further for all keys at once, and visits a key once; so cycles end, the shortest chain is found, and
 * neither the order of delegations nor that of signers changes it. Every link carries both halves of its
 * signature; a record without them is no delegation, whatever the node's policy says.
 */
import type { KeyId } from "../base/ids.js";
import { limits } from "../base/limits.js";
import type { DecodedRecord } from "../records/parse-record.js";
import { parseTimeMs } from "../records/time.js";

/** `from` lets `to` speak for it, from `fromMs` on and before `untilMs`. Unix ms. */
export interface Delegation {
  readonly attestationId: string;
  readonly from: KeyId;
  readonly to: KeyId;
  readonly fromMs: number;
  /** Infinity where nothing ends it. */
  readonly untilMs: number;
}

/** What the walk may ask. */
export interface DelegationView {
  /** Delegations to any of these keys whose signatures hold; `untilMs` says where they were taken back. */
  delegationsTo(keyIds: readonly KeyId[]): Promise<readonly Delegation[]>;
  /** Until when the key is believed: Infinity, the time of its revocation, or -Infinity where it never was. */
  trustedUntilMs(keyId: KeyId): Promise<number>;
}

export interface ProvenanceQuestion {
  /** Whose signatures over the record hold. */
  readonly signers: readonly KeyId[];
  /** Who is trusted to begin with. */
  readonly roots: ReadonlySet<KeyId>;
  /** When all links must hold. Unix ms. */
  readonly atMs: number;
  /** Most links of a chain; `limits.provenanceLinksMax` by default. */
  readonly linksMax?: number;
}

export type Provenance =
  | {
      readonly rooted: true;
      readonly signer: KeyId;
      readonly root: KeyId;
      /** From the signer's to the root's own; empty when the signer is a root. */
      readonly chain: readonly Delegation[];
    }
  /** `too_deep`, `too_wide`: delegations lead on from where the search had to end. */
  | { readonly rooted: false; readonly why: "no_chain" | "too_deep" | "too_wide" };

/**
 * The shortest chain from a signer to a root. `verifyRecords` says whose signatures over a record hold.
 *
 * ```ts
 * const provenance = await findProvenance(view, { signers, roots: new Set([rootKeyId]), atMs: Date.now() });
 * ```
 */
export async function findProvenance(
  view: DelegationView,
  question: ProvenanceQuestion,
): Promise<Provenance> {
  const { roots, atMs, linksMax = limits.provenanceLinksMax } = question;
  /** By which delegation each visited key was reached; undefined for the signers. */
  const reachedBy = new Map<KeyId, Delegation | undefined>();
  let frontier: KeyId[] = [];
  for (const keyId of [...new Set(question.signers)].sort()) {
    if (!(await isBelieved(view, keyId, atMs))) continue;
    reachedBy.set(keyId, undefined);
    frontier.push(keyId);
  }
  for (let links = 0; ; links++) {
    const root = frontier.find((keyId) => roots.has(keyId));
    if (root !== undefined) return rootedAt(root, reachedBy);
    const next = await stepFrom(view, frontier, atMs, reachedBy);
    if (next.length === 0) return { rooted: false, why: "no_chain" };
    if (links === linksMax) return { rooted: false, why: "too_deep" };
    if (reachedBy.size + next.length > limits.provenanceKeysMax) return { rooted: false, why: "too_wide" };
    for (const delegation of next) reachedBy.set(delegation.from, delegation);
    frontier = next.map(({ from }) => from);
  }
}

/** A delegation from a record whose signatures hold; undefined for all that is none. */
export function delegationOf(record: DecodedRecord): Delegation | undefined {
  const { kind, value, bound, signatures } = record;
  if (kind !== "attestation" || value.attestation_type !== "delegates_to") return undefined;
  const [from, to] = [String(value.attesting_key_id), String(value.attested_key_id)];
  if (signatures[0]?.keyId !== from || signatures[0].mlDsa65 === undefined) return undefined;
  // Rows of a lower tier are signed as their node likes, and nobody else can check them.
  if (record.visibility !== "federation") return undefined;
  return {
    attestationId: String(value.attestation_id),
    from,
    to,
    fromMs: parseTimeMs(String(value.asserted_at)) ?? Infinity,
    // An end of validity that is not signed is anybody's.
    untilMs: bound.has("expires_at") ? (parseTimeMs(String(value.expires_at)) ?? -Infinity) : Infinity,
  };
}

/** One delegation to each key that has not been visited and vouches for one of the frontier. */
async function stepFrom(
  view: DelegationView,
  frontier: readonly KeyId[],
  atMs: number,
  reachedBy: ReadonlyMap<KeyId, unknown>,
): Promise<Delegation[]> {
  if (frontier.length === 0) return [];
  const live = (await view.delegationsTo(frontier)).filter(
    ({ from, to, fromMs, untilMs }) =>
      fromMs <= atMs && atMs < untilMs && !reachedBy.has(from) && frontier.includes(to),
  );
  const next: Delegation[] = [];
  for (const delegation of live.sort(byEnds)) {
    if (next.at(-1)?.from === delegation.from) continue;
    if (await isBelieved(view, delegation.from, atMs)) next.push(delegation);
  }
  return next;
}

async function isBelieved(view: DelegationView, keyId: KeyId, atMs: number): Promise<boolean> {
  return atMs < (await view.trustedUntilMs(keyId));
}

function rootedAt(root: KeyId, reachedBy: ReadonlyMap<KeyId, Delegation | undefined>): Provenance {
  const chain: Delegation[] = [];
  let signer = root;
  for (let link = reachedBy.get(root); link !== undefined; link = reachedBy.get(link.to)) {
    chain.unshift(link);
    signer = link.to;
  }
  return { rooted: true, signer, root, chain };
}

/** An order in which equally short chains are tried, whatever order they came in. */
function byEnds(a: Delegation, b: Delegation): number {
  return compare(a.from, b.from) || compare(a.to, b.to) || compare(a.attestationId, b.attestationId);
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
