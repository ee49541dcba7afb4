/**
 * By what a record is found beside its names: the keys that it is about or of (`subjects` of its kind), for
 * `pull`, and its time, for kinds that are served by it. The store keeps them (`contracts/store`).
 *
 * ```
 *  53 "S", a key id in UTF-8
 *  54 "T", u64 BE ms since 1970; earlier times count as 1970
 * ```
 */
import { concatBytes, uint64BeEncode, utf8Decode, utf8Encode } from "../base/bytes.js";
import type { KeyId } from "../base/ids.js";
import { limits } from "../base/limits.js";
import type { JsonObject, KindSpec } from "./kind-spec.js";
import { isJsonObject, isKeyId } from "./schema.js";

export function subjectTag(subject: KeyId): Uint8Array {
  return concatBytes(Uint8Array.of(0x53), utf8Encode(subject));
}

export function timeTag(ms: number): Uint8Array {
  return concatBytes(Uint8Array.of(0x54), uint64BeEncode(BigInt(Math.max(0, ms))));
}

/** Behind every time that a record can have. */
export const lastTimeTag = concatBytes(Uint8Array.of(0x54), new Uint8Array(8).fill(0xff));

/** `seq` is the record's time in ms. What does not fit is left out, the first subjects first. */
export function recordTags(
  spec: Pick<KindSpec, "subjects" | "cursorServed">,
  value: JsonObject,
  seq: number,
): Uint8Array[] {
  const tags = spec.cursorServed ? [timeTag(seq)] : [];
  const subjects = new Set((spec.subjects ?? []).flatMap((member) => value[member] ?? []));
  for (const subject of subjects) {
    if (tags.length === limits.tagsPerRecordMax) break;
    if (isKeyId(subject)) tags.push(subjectTag(subject));
  }
  return tags;
}

/** The same from the bytes of a record that was admitted; none where they cannot be read. */
export function storedRecordTags(spec: KindSpec, bytes: Uint8Array, seq: number): Uint8Array[] {
  const value = readRecord(spec, bytes);
  return value ? recordTags(spec, value, seq) : [];
}

/** The time that a record of the kind says, read from its bytes; they are an admitted record's or anybody's. */
export function recordTime(spec: KindSpec | undefined, bytes: Uint8Array): string | undefined {
  const time = spec?.time === undefined ? undefined : readRecord(spec, bytes)?.[spec.time];
  return typeof time === "string" ? time : undefined;
}

function readRecord(
  { wrapper, alsoWrappedIn }: Pick<KindSpec, "wrapper" | "alsoWrappedIn">,
  bytes: Uint8Array,
): JsonObject | undefined {
  try {
    const outer: unknown = JSON.parse(utf8Decode(bytes));
    if (!isJsonObject(outer)) return undefined;
    const record = outer[wrapper ?? alsoWrappedIn ?? ""] ?? (wrapper === null ? outer : undefined);
    return isJsonObject(record) ? record : undefined;
  } catch {
    return undefined;
  }
}
