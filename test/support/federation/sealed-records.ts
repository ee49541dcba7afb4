/**
 * Records that cost a hash instead of a signature: a seal over the other members stands for it, which honest
 * code makes and a liar does not. Kind `key` brings its writer's key; records of a writer whose key is not
 * held are refused until it comes, as real ones are.
 */
import { createHash } from "node:crypto";
import type { Admission, AdmitContext, AdmitVerdict, Store } from "#contracts/index.js";
import type { ErrorCode } from "#dist/base/errors.js";

export interface SealedRecord {
  readonly id: string;
  /** The node that wrote it. */
  readonly by: string;
  readonly visibility: "federation" | "local";
  readonly pad: string;
}

export const sha256 = (bytes: Uint8Array | string): Uint8Array =>
  new Uint8Array(createHash("sha256").update(bytes).digest());

/** `form` is under no seal: two forms of a record are one record of two hashes. */
export function sealRecord(record: SealedRecord, { seal = sealOf(record), form = 0 } = {}): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ ...record, seal, form }));
}

export function recordIdOf({ id, by, visibility, pad }: SealedRecord): Uint8Array {
  return sha256(JSON.stringify(["record", id, by, visibility, pad]));
}

export const recordIdOfBytes = (bytes: Uint8Array): Uint8Array =>
  recordIdOf(JSON.parse(new TextDecoder().decode(bytes)));

function sealOf({ id, by, visibility, pad }: SealedRecord): string {
  return createHash("sha256")
    .update(JSON.stringify(["seal", id, by, visibility, pad]))
    .digest("base64");
}

export interface SealedAdmissionOptions {
  readonly store: Store;
  /** The canary that must be caught: it takes what nobody sealed. */
  readonly admitsForged?: boolean;
}

export async function createSealedAdmission(options: SealedAdmissionOptions): Promise<Admission> {
  const { store } = options;
  const keys = new Set<string>();
  for (const { bytes } of await store.list("key", { after: 0, limit: 1000 })) keys.add(parse(bytes)!.by);
  const admitOne = async (kind: string, bytes: Uint8Array, context: AdmitContext): Promise<AdmitVerdict> => {
    const hash = sha256(bytes);
    const record = parse(bytes);
    const recordId = record && recordIdOf(record);
    const refused = (code: ErrorCode, waitsForKey?: string): AdmitVerdict => ({
      status: "refused",
      hash,
      ...(recordId ? { recordId } : {}),
      refusal: {
        code,
        message: code,
        transient: code === "key_unknown",
        ...(waitsForKey === undefined ? {} : { waitsForKey }),
      },
    });
    if (!record || !recordId) return refused("record_malformed");
    if (record.seal !== sealOf(record) && !options.admitsForged) return refused("signature_invalid");
    if (record.visibility !== "federation" && context.peerKeyId !== undefined)
      return refused("record_malformed");
    if (kind !== "key" && !keys.has(record.by)) return refused("key_unknown", record.by);
    const [result] = await store.commit([
      {
        op: "admit",
        record: {
          kind,
          hash,
          bytes,
          recordId,
          naturalKey: recordId,
          signatureIds: [],
          seq: 1,
          visibility: record.visibility,
          receivedAtMs: 0,
        },
      },
    ]);
    if (typeof result !== "object" || result === null || !("position" in result))
      return refused("record_malformed");
    if (result.status === "duplicate") return { status: "duplicate", hash, recordId };
    const admitted = { status: "admitted" as const, kind, hash, recordId, position: result.position };
    if (kind !== "key") return admitted;
    keys.add(record.by);
    return { ...admitted, admittedKey: record.by };
  };
  return {
    admit: (kind = "note", records, context) =>
      Promise.all(records.map((bytes) => admitOne(kind, bytes, context))),
  };
}

/** Undefined for what is no record. */
function parse(bytes: Uint8Array): (SealedRecord & { readonly seal: string }) | undefined {
  try {
    const record = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    const { id, by, visibility, pad, seal } = record;
    const isWhole = [id, by, pad, seal].every((member) => typeof member === "string");
    return isWhole && (visibility === "federation" || visibility === "local") ? record : undefined;
  } catch {
    return undefined;
  }
}
