/**
 * M of N signatures over one message (ciris-edge §7.8). Who may count, and how many must, comes from the
 * receiver and never from what is judged.
 *
 * - A quorum rule is valid when 2M > N, so that two disjoint groups can never both reach it.
 * - A member counts once, however often it signed, and one pair of keys counts once, whatever ids it goes by.
 * - Both halves must hold. There is no policy here: a quorum is always of the federation tier.
 * - Whoever is not a member is passed over and costs nothing.
 *
 * All signatures of all questions are verified in one batch. The answer does not depend on their order.
 */
import { hexEncode } from "../base/bytes.js";
import type { ErrorCode } from "../base/error-codes.js";
import type { KeyId } from "../base/ids.js";
import { limits } from "../base/limits.js";
import type { VerifyBatchOptions } from "../contracts/batch-verifier.js";
import type { VerifyItem } from "../contracts/engine.js";
import type { DirectoryEntry } from "../contracts/key-directory.js";
import type { RecordSignature } from "../contracts/record.js";
import { isKeyId } from "../records/schema.js";
import { findKeyFault, planSignature, strict } from "./policy.js";

/** `threshold` of these keys must sign. */
export interface Quorum {
  readonly keyIds: readonly KeyId[];
  readonly threshold: number;
}

export interface ThresholdQuestion {
  readonly quorum: Quorum;
  readonly message: Uint8Array;
  /** At most `limits.recordSignaturesMax`. */
  readonly signatures: readonly RecordSignature[];
}

/**
 * Why a signer did not count: `silent` members did not sign, `shared_key` has the keys of a member that counts
 * already, `not_a_member` is in no list; else the code of what is wrong with the key or the signature.
 */
export type UncountedReason = "silent" | "shared_key" | "not_a_member" | ErrorCode;

export interface ThresholdResult {
  readonly reached: boolean;
  /** In the order of `quorum.keyIds`. */
  readonly counted: readonly KeyId[];
  /** Members in their order, then others by id. */
  readonly uncounted: readonly { readonly keyId: KeyId; readonly why: UncountedReason }[];
  /** Members that signed and whose keys are not here, or not trusted, yet. */
  readonly waiting: readonly KeyId[];
}

/** An engine, or a `BatchVerifier`. */
export interface ThresholdVerifier {
  verifyBatch(items: readonly VerifyItem[], options?: VerifyBatchOptions): Uint8Array | Promise<Uint8Array>;
}

type LookupKey = (keyId: KeyId) => Promise<DirectoryEntry | undefined>;

/** Whether any two groups of `threshold` out of `members` have one in common. */
export function isMajority(threshold: number, members: number): boolean {
  return Number.isInteger(threshold) && 2 * threshold > members && threshold <= members;
}

/** Throws `RangeError` where the rule could be met by two disjoint groups, by nobody, or twice by one member. */
export function checkQuorum({ keyIds, threshold }: Quorum, name = "quorum"): void {
  if (keyIds.length < 1 || keyIds.length > limits.quorumMembersMax || !keyIds.every(isKeyId))
    throw new RangeError(`${name}: expected 1 to ${limits.quorumMembersMax} key ids, got ${keyIds.length}`);
  if (new Set(keyIds).size !== keyIds.length) throw new RangeError(`${name}: names a key id twice`);
  if (!isMajority(threshold, keyIds.length))
    throw new RangeError(
      `${name}: expected a threshold of more than half of ${keyIds.length}, got ${threshold}`,
    );
}

/**
 * Answers in the order of the questions, all of them from one batch.
 *
 * ```ts
 * const [answer] = await verifyThresholds(engine, [{ quorum, message, signatures }], directory.lookup);
 * if (answer.reached) console.log(answer.counted);
 * ```
 */
export async function verifyThresholds(
  verifier: ThresholdVerifier,
  questions: readonly ThresholdQuestion[],
  lookup: LookupKey,
  batch: VerifyBatchOptions = {},
): Promise<ThresholdResult[]> {
  const plans = [];
  for (const question of questions) plans.push(await planThreshold(question, lookup));
  const items = plans.flatMap((plan) => plan.items);
  const valid = await verifier.verifyBatch(items, batch);
  let from = 0;
  return plans.map((plan) => plan.settle(valid.subarray(from, (from += plan.items.length))));
}

/** What is to be verified for one question, and the answer once it is. */
export interface ThresholdPlan {
  readonly items: readonly VerifyItem[];
  /** `valid[i]` is 1 where `items[i]` holds. */
  settle(valid: Uint8Array): ThresholdResult;
}

export async function planThreshold(question: ThresholdQuestion, lookup: LookupKey): Promise<ThresholdPlan> {
  const { quorum, message, signatures } = question;
  checkQuorum(quorum);
  if (signatures.length > limits.recordSignaturesMax)
    throw new RangeError(
      `threshold: expected at most ${limits.recordSignaturesMax} signatures, got ${signatures.length}`,
    );
  const bySigner = bySignerOf(signatures);
  const members = await Promise.all(
    quorum.keyIds.map((keyId) => planMember(keyId, bySigner.get(keyId) ?? [], message, lookup)),
  );
  return {
    items: members.flatMap((member) => member.items),
    settle(valid) {
      let from = 0;
      const holds = members.map(({ items }) => {
        const own = valid.subarray(from, (from += items.length));
        return own.includes(1);
      });
      return tally(quorum, members, holds, bySigner.keys());
    },
  };
}

/** Both keys of a member, and what of its signatures can be verified. */
interface MemberPlan {
  readonly keyId: KeyId;
  readonly keys: readonly string[];
  readonly items: readonly VerifyItem[];
  /** Why the signatures that are not among the items were left out. */
  readonly faults: readonly UncountedReason[];
  readonly waits: boolean;
}

async function planMember(
  keyId: KeyId,
  signatures: readonly RecordSignature[],
  message: Uint8Array,
  lookup: LookupKey,
): Promise<MemberPlan> {
  const nothing = { keyId, keys: [], items: [], waits: false };
  if (signatures.length === 0) return { ...nothing, faults: ["silent"] };
  const entry = await lookup(keyId);
  const fault = findKeyFault(keyId, entry);
  if (fault || !entry)
    return { ...nothing, faults: [fault?.code ?? "key_unknown"], waits: fault?.transient ?? true };
  const plans = signatures.map((signature) => planSignature(strict, signature, entry, message, undefined));
  return {
    keyId,
    keys: [entry.ed25519, ...(entry.mlDsa65 ? [entry.mlDsa65] : [])].map(hexEncode),
    items: plans.flatMap((plan) => ("code" in plan ? [] : [plan])),
    faults: plans.flatMap((plan) => ("code" in plan ? [plan.code] : [])),
    waits: false,
  };
}

function tally(
  { keyIds, threshold }: Quorum,
  members: readonly MemberPlan[],
  holds: readonly boolean[],
  signers: Iterable<KeyId>,
): ThresholdResult {
  const counted: KeyId[] = [];
  const uncounted: { keyId: KeyId; why: UncountedReason }[] = [];
  const keysCounted = new Set<string>();
  for (const [index, { keyId, keys, items, faults }] of members.entries()) {
    if (!holds[index]) {
      // One reason for several signatures, whatever their order: a forged one says most.
      const why = items.length > 0 ? "signature_invalid" : [...faults].sort()[0]!;
      uncounted.push({ keyId, why });
    } else if (keys.some((key) => keysCounted.has(key))) uncounted.push({ keyId, why: "shared_key" });
    else {
      counted.push(keyId);
      for (const key of keys) keysCounted.add(key);
    }
  }
  const strangers = [...signers].filter((keyId) => !keyIds.includes(keyId)).sort();
  for (const keyId of strangers) uncounted.push({ keyId, why: "not_a_member" });
  const waiting = members.filter(({ waits }) => waits).map(({ keyId }) => keyId);
  return { reached: counted.length >= threshold, counted, uncounted, waiting };
}

/** A signature that stands there twice is verified once. */
function bySignerOf(signatures: readonly RecordSignature[]): Map<KeyId, RecordSignature[]> {
  const bySigner = new Map<KeyId, RecordSignature[]>();
  const seen = new Set<string>();
  for (const signature of signatures) {
    const { keyId, ed25519, mlDsa65 } = signature;
    const text = [hexEncode(ed25519), mlDsa65 ? hexEncode(mlDsa65) : "", keyId].join(" ");
    if (seen.has(text)) continue;
    seen.add(text);
    bySigner.set(keyId, [...(bySigner.get(keyId) ?? []), signature]);
  }
  return bySigner;
}
