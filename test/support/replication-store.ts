/**
 * An admission as small as replication tests allow: a record is a JSON text with an `id`, it is refused when
 * it says so (`"refuse": code`), and nothing is signed. `about` names keys it is about, `at` its time.
 */
import { createHash } from "node:crypto";
import { parseTimeMs, subjectTag, timeTag } from "waxwing/records";
import type { Admission, AdmitContext, AdmitVerdict, Store, StoreOperation } from "#contracts/index.js";

export const sha256 = (bytes: Uint8Array): Uint8Array =>
  new Uint8Array(createHash("sha256").update(bytes).digest());

/** Of a record of these tests. */
export const recordIdOf = (bytes: Uint8Array): Uint8Array => sha256(sha256(bytes));

export const recordBytes = (id: string, extra: Record<string, unknown> = {}): Uint8Array =>
  new TextEncoder().encode(JSON.stringify({ id, ...extra }));

export function recordTimeOf(bytes: Uint8Array): string | undefined {
  return (JSON.parse(new TextDecoder().decode(bytes)) as TestRecord).at;
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
  about?: string[];
  at?: string;
}

/** What stores a record of these tests. */
export function admitOperation(kind: string, bytes: Uint8Array): StoreOperation & { readonly op: "admit" } {
  const record = JSON.parse(new TextDecoder().decode(bytes)) as TestRecord;
  const hash = sha256(bytes);
  const seq = record.at === undefined ? 1 : parseTimeMs(record.at)!;
  const tags = [...(record.about ?? []).map(subjectTag), ...(record.at === undefined ? [] : [timeTag(seq)])];
  return {
    op: "admit",
    record: {
      kind,
      hash,
      bytes,
      recordId: recordIdOf(bytes),
      naturalKey: hash,
      signatureIds: [],
      seq,
      tags,
      visibility: record.visibility ?? "federation",
      receivedAtMs: 0,
    },
  };
}

async function admitOne(
  store: Pick<Store, "commit">,
  kind: string,
  bytes: Uint8Array,
): Promise<AdmitVerdict> {
  const hash = sha256(bytes);
  // Of its own, so that nobody takes one for the other.
  const recordId = recordIdOf(bytes);
  const refused = (code: "record_malformed" | "key_unknown" | "signature_invalid", waitsForKey?: string) => ({
    status: "refused" as const,
    hash,
    recordId,
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
  const [result] = await store.commit([admitOperation(kind, bytes)]);
  if (typeof result !== "object" || result === null || !("position" in result))
    return refused("record_malformed");
  if (result.status === "duplicate") return { status: "duplicate", hash, recordId };
  return { status: "admitted", kind, hash, recordId, position: result.position };
}
