/**
 * Signatures of many records in one batch. A record holds when its first signer's signature does; further
 * signers count where their key is known and trusted, and then theirs must hold as well. Signers that are
 * not known here prove nothing and cost nothing.
 */
import { utf8Encode } from "../base/bytes.js";
import { type KeyId, shortId } from "../base/ids.js";
import type { BatchVerifier, VerifyBatchOptions } from "../contracts/batch-verifier.js";
import type { Engine, VerifyItem } from "../contracts/engine.js";
import type { Clock } from "../contracts/host.js";
import type { DirectoryEntry } from "../contracts/key-directory.js";
import type { RecordSignature, Refusal } from "../contracts/record.js";
import { type DecodedRecord, refusal } from "../records/parse-record.js";
import { findKeyFault, planSignature, type SignaturePolicy, strict } from "./policy.js";

/** The keys behind an id, as this record may use them. */
export type Lookup = (keyId: KeyId, record: DecodedRecord) => Promise<DirectoryEntry | undefined>;

/** What verifies: an engine in this thread, or whatever else keeps the contract. */
export type Verifier = Pick<BatchVerifier, "verifyBatch">;

export interface VerifyOptions {
  readonly engine: Engine;
  readonly verifier: Verifier;
  readonly clock: Clock;
  readonly policy: SignaturePolicy;
}

/** One id a verified half and signer, so that the same signers give the same set whatever their bytes. */
export type VerifiedRecord = { readonly signatureIds: readonly Uint8Array[] } | Refusal;

interface Planned {
  readonly record: number;
  readonly signature: RecordSignature;
  readonly item: VerifyItem;
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
): Promise<VerifiedRecord[]> {
  const planned: Planned[] = [];
  const faults: (Refusal | undefined)[] = [];
  for (const [index, record] of records.entries()) {
    const plan = await planRecord(options, record, lookup);
    if ("code" in plan) faults[index] = plan;
    else for (const { signature, item } of plan.items) planned.push({ record: index, signature, item });
  }
  const valid = await options.verifier.verifyBatch(
    planned.map(({ item }) => item),
    batch,
  );
  const ids: Uint8Array[][] = records.map(() => []);
  planned.forEach(({ record, signature, item }, position) => {
    if (valid[position] === 1) ids[record]!.push(...signatureIds(options.engine, signature.keyId, item));
    else
      faults[record] ??= refusal(
        "signature_invalid",
        `signature of ${shortId(signature.keyId)} does not hold`,
      );
  });
  return records.map((_, index) => faults[index] ?? { signatureIds: ids[index]! });
}

async function planRecord(
  options: VerifyOptions,
  record: DecodedRecord,
  lookup: Lookup,
): Promise<Refusal | { items: { signature: RecordSignature; item: VerifyItem }[] }> {
  const policy = record.visibility === "federation" ? strict : options.policy;
  const items: { signature: RecordSignature; item: VerifyItem }[] = [];
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
      record.signedBytes,
      signedAge(record, options.clock),
    );
    if ("code" in item) return item;
    items.push({ signature, item });
  }
  if (items.length === 0) return refusal("signature_missing", `${record.kind}: no signature`);
  return { items };
}

/** How long ago the record says it was made, if its signature covers that and this host can tell. */
function signedAge({ spec, bound, seq }: DecodedRecord, clock: Clock): number | undefined {
  const { ms, synchronised } = clock.wallClock();
  if (!synchronised || spec.time === undefined || !bound.has(spec.time)) return undefined;
  return ms - seq;
}

function signatureIds(engine: Engine, keyId: KeyId, item: VerifyItem): Uint8Array[] {
  const halves = item.algorithm === "hybrid" ? ["ed25519", "ml-dsa-65"] : [item.algorithm];
  return halves.map((half) => engine.sha256(utf8Encode(`${half}\0${keyId}`)));
}
