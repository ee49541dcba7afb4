/**
 * `waxwing/records`: kinds of records, their canonical forms and names, parsing and building. Pure: the
 * engine is passed in, nothing reads a clock, and it runs in browsers.
 */
export { sameJson } from "./agreement.js";
export * from "./build.js";
export * from "./build-authority.js";
export { builtinKinds } from "./builtin-kinds.js";
export { detectKind } from "./detect-kind.js";
export { encodeFloat, encodeJson } from "./encode-json.js";
export { buildEnvelope, type Envelope, type EnvelopeFields, parseEnvelope } from "./envelope.js";
export { findUnsafeInteger, memberValue, readMembers, withoutMembers } from "./json-members.js";
export { type Field, type FieldType, fieldValue, type JsonObject, type KindSpec } from "./kind-spec.js";
export { createKinds, type Kinds, type OwnKind } from "./kinds.js";
export { isNativeKeyId, nativeKeyId } from "./native-key-id.js";
export { type DecodedRecord, isRefusal, parseRecord, refusal } from "./parse-record.js";
export { isJsonObject, isKeyId } from "./schema.js";
export { type RecordDraft, signAsWitness, signByMembers, signRecord } from "./sign-record.js";
export { persistRowHash } from "./signed-bytes.js";
export { buildStateHead, parseStateHead, type SignedStateHead, type StateHead } from "./state-head.js";
export { lastTimeTag, recordTags, recordTime, storedRecordTags, subjectTag, timeTag } from "./tags.js";
export { formatTime, type Instant, parseTime, parseTimeMs } from "./time.js";
