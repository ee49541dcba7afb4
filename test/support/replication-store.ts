/**
 * A store and an admission as small as replication tests allow: records are JSON texts whose `kind` and `id`
 * are their natural key, a record is refused when it says so (`"refuse": code`), and nothing is signed.
 */
import { createHash } from "node:crypto";
import type {
  Admission,
  AdmitContext,
  AdmitVerdict,
  Store,
  StoredRecord,
  StoreOperation,
  StoreResult,
} from "#contracts/index.js";

export const sha256 = (bytes: Uint8Array): Uint8Array =>
  new Uint8Array(createHash("sha256").update(bytes).digest());

export const recordBytes = (id: string, extra: Record<string, unknown> = {}): Uint8Array =>
  new TextEncoder().encode(JSON.stringify({ id, ...extra }));

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

export function createRecordStore(): Store {
  const records = new Map<string, StoredRecord>();
  let position = 0;
  const key = (kind: string, hash: Uint8Array) => `${kind}/${hex(hash)}`;
  const ofKind = (kind: string) => [...records.values()].filter((record) => record.kind === kind);
  const apply = (operation: StoreOperation): StoreResult => {
    if (operation.op !== "admit") return null;
    const { record } = operation;
    const held = records.get(key(record.kind, record.hash));
    if (held) return { status: "duplicate", position: held.position, hash: held.hash };
    const { naturalKey: _n, signatureIds: _s, ...stored } = record;
    records.set(key(record.kind, record.hash), { ...stored, position: ++position });
    return { status: "admitted", position };
  };
  const partial: Partial<Store> = {
    name: "memory",
    commit: async (operations) => operations.map(apply),
    get: async (kind, hash) => records.get(key(kind, hash)),
    getMany: async (kind, hashes) => hashes.map((hash) => records.get(key(kind, hash))),
    holds: async (kind, hashes) => hashes.map((hash) => records.has(key(kind, hash))),
    offerPage: async (kind, { after, limit }) =>
      ofKind(kind)
        .filter((record) => record.position > after && record.visibility === "federation")
        .slice(0, limit)
        .map((record) => ({ ...record, bytes: record.bytes.length })),
    recordIds: async (kind, after, limit) =>
      ofKind(kind)
        .map((record) => record.recordId)
        .sort(Buffer.compare)
        .filter((id) => !after || Buffer.compare(id, after) > 0)
        .slice(0, limit),
    kinds: async () => [...new Set([...records.values()].map((record) => record.kind))],
    stats: async () => ({ records: records.size, recordBytes: 0, byKind: new Map(), lastPosition: position }),
    close: async () => {},
  };
  return partial as Store;
}

export function createTestAdmission(store: Pick<Store, "commit">): Admission & { contexts: AdmitContext[] } {
  const contexts: AdmitContext[] = [];
  return {
    contexts,
    async admit(kind = "note", records, context) {
      contexts.push(context);
      return Promise.all(records.map((bytes) => admitOne(store, kind, bytes)));
    },
  };
}

interface TestRecord {
  id: string;
  visibility?: "federation" | "local";
  refuse?: "key_unknown" | "signature_invalid";
  waitsForKey?: string;
}

async function admitOne(
  store: Pick<Store, "commit">,
  kind: string,
  bytes: Uint8Array,
): Promise<AdmitVerdict> {
  const hash = sha256(bytes);
  const refused = (code: "record_malformed" | "key_unknown" | "signature_invalid", waitsForKey?: string) => ({
    status: "refused" as const,
    hash,
    refusal: {
      code,
      message: code,
      transient: code === "key_unknown",
      ...(waitsForKey === undefined ? {} : { waitsForKey }),
    },
  });
  let record: TestRecord;
  try {
    record = JSON.parse(new TextDecoder().decode(bytes)) as TestRecord;
  } catch {
    return refused("record_malformed");
  }
  if (typeof record.id !== "string") return refused("record_malformed");
  if (record.refuse) return refused(record.refuse, record.waitsForKey);
  const [result] = await store.commit([
    {
      op: "admit",
      record: {
        kind,
        hash,
        bytes,
        recordId: hash,
        naturalKey: hash,
        signatureIds: [],
        seq: 1,
        visibility: record.visibility ?? "federation",
        receivedAtMs: 0,
      },
    },
  ]);
  if (typeof result !== "object" || result === null || !("position" in result))
    return refused("record_malformed");
  if (result.status === "duplicate") return { status: "duplicate", hash };
  return { status: "admitted", kind, hash, position: result.position };
}
