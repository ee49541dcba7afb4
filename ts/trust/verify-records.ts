/**
 * Signatures of many records in one batch. A record holds when its first signer's signature does; further
 * signers count where their key is known and trusted, and then theirs must hold as well. Signers that are
 * not known here prove nothing and cost nothing. Records of a kind that a quorum speaks for hold when enough of
 * that quorum signed.
 */
import { utf8Encode } from "../base/bytes.js";
import { type KeyId, shortId } from "../base/ids.js";
import type { BatchVerifier, VerifyBatchOptions } from "../contracts/batch-verifier.js";
import type { Engine, VerifyItem } from "../contracts/engine.js";
import type { Clock } from "../contracts/host.js";
import type { DirectoryEntry } from "../contracts/key-directory.js";
import type { Refusal } from "../contracts/record.js";
import { type DecodedRecord, refusal } from "../records/parse-record.js";
import { type Authorities, authorityMissing } from "./authorities.js";
import { findKeyFault, planSignature, type SignaturePolicy, strict } from "./policy.js";
import { planThreshold, type Quorum } from "./threshold.js";

/** The keys behind an id, as this record may use them. */
export type Lookup = (keyId: KeyId, record: DecodedRecord) => Promise<DirectoryEntry | undefined>;

/** What verifies: an engine in this thread, or whatever else keeps the contract. */
export type Verifier = Pick<BatchVerifier, "verifyBatch">;

export interface VerifyOptions {
  readonly engine: Engine;
  readonly verifier: Verifier;
  readonly clock: Clock;
  readonly policy: SignaturePolicy;
  readonly authorities?: Authorities;
}

export interface VerifiedSigners {
  /** Whose signatures hold, each once, the primary signer first. */
  readonly signers: readonly KeyId[];
  /** One id a verified half and signer, so that the same signers give the same set whatever their bytes. */
  readonly signatureIds: readonly Uint8Array[];
}

/** What is to be verified for one record, and the verdict once it is: `valid[i]` is 1 where `items[i]` holds. */
interface Plan {
  readonly items: readonly VerifyItem[];
  settle(valid: Uint8Array): VerifiedSigners | Refusal;
}

interface Planning extends VerifyOptions {
  readonly signatureId: (half: string, keyId: KeyId) => Uint8Array;
  /** Asked once a batch: a roster and all that was removed from it may have to be read. */
  readonly quorumOf: (authority: "stewards" | "accord") => Promise<Quorum | undefined>;
}

/** Verification in this thread. */
export function verifierOf(engine: Engine): Verifier {
  return {
    async verifyBatch(items, { source } = {}) {
      engine.keyCache?.chargeTo(source);
      return engine.verifyBatch(items);
    },
  };
}

/** One verdict a record, in order. */
export async function verifyRecords(
  options: VerifyOptions,
  records: readonly DecodedRecord[],
  lookup: Lookup,
  batch: VerifyBatchOptions = {},
): Promise<(VerifiedSigners | Refusal)[]> {
  const planning = {
    ...options,
    signatureId: signatureIdsOnce(options.engine),
    quorumOf: quorumsOnce(options.authorities),
  };
  const plans: (Plan | Refusal)[] = [];
  for (const record of records) plans.push(await planRecord(planning, record, lookup));
  const items = plans.flatMap((plan) => ("code" in plan ? [] : plan.items));
  const valid = await options.verifier.verifyBatch(items, batch);
  let from = 0;
  return plans.map((plan) =>
    "code" in plan ? plan : plan.settle(valid.subarray(from, (from += plan.items.length))),
  );
}

async function planRecord(options: Planning, record: DecodedRecord, lookup: Lookup): Promise<Plan | Refusal> {
  const { authority } = record.spec;
  if (authority === undefined || authority === "operators") return planSigners(options, record, lookup);
  const quorum = await options.quorumOf(authority);
  return quorum === undefined ? authorityMissing(record) : planQuorum(options, record, quorum, lookup);
}

/** The first signature must hold, and of the others those whose keys are trusted here. */
async function planSigners(
  options: Planning,
  record: DecodedRecord,
  lookup: Lookup,
): Promise<Plan | Refusal> {
  const policy = record.visibility === "federation" ? strict : options.policy;
  const items: VerifyItem[] = [];
  const signers: KeyId[] = [];
  const seen = new Set<KeyId>();
  for (const [position, signature] of record.signatures.entries()) {
    // A signer counts once: repeating a signature is no further witness.
    if (seen.has(signature.keyId)) continue;
    seen.add(signature.keyId);
    const entry = await lookup(signature.keyId, record);
    const fault = findKeyFault(signature.keyId, entry);
    if (fault || !entry) {
      if (position === 0 && fault) return fault;
      continue;
    }
    const item = planSignature(
      policy,
      signature,
      entry,
      signature.over ?? record.signedBytes,
      signedAge(record, options.clock),
    );
    if ("code" in item) return item;
    items.push(item);
    signers.push(signature.keyId);
  }
  if (items.length === 0) return refusal("signature_missing", `${record.kind}: no signature`);
  return {
    items,
    settle(valid) {
      const wrong = signers.find((_, index) => valid[index] !== 1);
      if (wrong !== undefined)
        return refusal("signature_invalid", `signature of ${shortId(wrong)} does not hold`);
      return {
        signers,
        signatureIds: items.flatMap((item, index) => signatureIds(options, signers[index]!, item)),
      };
    },
  };
}

/** A quorum of the receiver's choice must have signed; whoever else signed proves nothing and costs nothing. */
async function planQuorum(
  options: Planning,
  record: DecodedRecord,
  quorum: Quorum,
  lookup: Lookup,
): Promise<Plan> {
  const { signedBytes: message, signatures } = record;
  const plan = await planThreshold({ quorum, message, signatures }, (keyId) => lookup(keyId, record));
  return {
    items: plan.items,
    settle(valid) {
      const { reached, counted, waiting } = plan.settle(valid);
      if (reached) return { signers: counted, signatureIds: counted.flatMap((id) => hybridIds(options, id)) };
      const tally = `${record.kind}: ${counted.length} of ${quorum.threshold} needed of ${quorum.keyIds.length}`;
      return counted.length + waiting.length >= quorum.threshold
        ? refusal("quorum_keys_missing", `${tally}, ${waiting.length} with keys not trusted yet`, waiting[0])
        : refusal("quorum_not_reached", `${tally} have signed`);
    },
  };
}

/** How long ago the record says it was made, if its signature covers that and this host can tell. */
function signedAge({ spec, bound, seq }: DecodedRecord, clock: Clock): number | undefined {
  const { ms, synchronised } = clock.wallClock();
  if (!synchronised || spec.time === undefined || !bound.has(spec.time)) return undefined;
  return ms - seq;
}

function signatureIds({ signatureId }: Planning, keyId: KeyId, item: VerifyItem): Uint8Array[] {
  const halves = item.algorithm === "hybrid" ? hybridHalves : [item.algorithm];
  return halves.map((half) => signatureId(half, keyId));
}

const hybridHalves = ["ed25519", "ml-dsa-65"];

const hybridIds = ({ signatureId }: Planning, keyId: KeyId) =>
  hybridHalves.map((half) => signatureId(half, keyId));

function quorumsOnce(authorities: Authorities | undefined): Planning["quorumOf"] {
  const known = new Map<string, Promise<Quorum | undefined>>();
  return (authority) => {
    const quorum = known.get(authority) ?? Promise.resolve(authorities?.[authority]?.());
    known.set(authority, quorum);
    return quorum;
  };
}

/** Records of one batch have few signers: each id is hashed once. */
function signatureIdsOnce(engine: Engine): Planning["signatureId"] {
  const known = new Map<string, Uint8Array>();
  return (half, keyId) => {
    const text = `${half}\0${keyId}`;
    const id = known.get(text) ?? engine.sha256(utf8Encode(text));
    known.set(text, id);
    return id;
  };
}
