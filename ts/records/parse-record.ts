/**
 * From bytes to a record that says what it is, without judging who signed it: the pure steps of admission
 * (DESIGN §5): size → parse → kind and schema → natural key and M → agreement of signed and unsigned
 * members. Signatures are located, not verified; `trust` does that.
 */
import { base64Decode, equalBytes, hexDecode, utf8Decode } from "../base/bytes.js";
import { type ErrorCode, errorCodes } from "../base/error-codes.js";
import { invariant, isWaxwingError, WaxwingError } from "../base/errors.js";
import type { KindToken } from "../base/ids.js";
import { limits } from "../base/limits.js";
import type { Engine } from "../contracts/engine.js";
import type { ParsedRecord, RecordSignature, Refusal, Visibility } from "../contracts/record.js";
import { checkAgreement, type DecodedPair } from "./agreement.js";
import { detectKind } from "./detect-kind.js";
import { findUnsafeInteger, RawJson } from "./json-members.js";
import { type Field, type JsonObject, type KindSpec, required, type SignatureColumns } from "./kind-spec.js";
import type { Kinds } from "./kinds.js";
import { findSchemaFault, isJsonObject } from "./schema.js";
import { persistRowHash, type RawRecord, recordNames, signedBytesOf } from "./signed-bytes.js";
import { parseTimeMs } from "./time.js";

/** A parsed record with what the rules of admission need beside the contract. */
export interface DecodedRecord extends ParsedRecord {
  readonly spec: KindSpec;
  /** Members that the signature vouches for; the others are hints. */
  readonly bound: ReadonlySet<string>;
}

/**
 * `kind` undefined: detected from the bytes. `contentHash`: SHA-256 of the bytes, where the caller has it.
 * Never throws on account of the bytes.
 */
export function parseRecord(
  engine: Engine,
  kinds: Kinds,
  kind: KindToken | undefined,
  bytes: Uint8Array,
  contentHash?: Uint8Array,
): DecodedRecord | Refusal {
  try {
    return decodeRecord(engine, kinds, kind, bytes, contentHash);
  } catch (error) {
    if (isWaxwingError(error)) return refusal(error.code, error.message);
    throw error;
  }
}

export function isRefusal(result: ParsedRecord | Refusal): result is Refusal {
  return "code" in result;
}

export function refusal(code: ErrorCode, message: string, waitsForKey?: string): Refusal {
  return {
    code,
    message,
    transient: errorCodes[code].retryable,
    ...(waitsForKey === undefined ? {} : { waitsForKey }),
  };
}

function decodeRecord(
  engine: Engine,
  kinds: Kinds,
  kind: KindToken | undefined,
  bytes: Uint8Array,
  contentHash: Uint8Array | undefined,
): DecodedRecord {
  checkSize(bytes);
  checkJson(engine, bytes);
  const outer = new RawJson(bytes);
  const spec = findKind(kinds, kind, outer);
  if (spec.status === "unsupported")
    throw new WaxwingError("kind_not_supported", `${spec.token}: not admitted by this version`);
  const raw = unwrap(spec, outer);
  const pair = decodePair(spec, raw);
  checkSigned(spec, pair);
  checkSchema(spec, pair);
  checkIntegers(bytes);

  const signedBytes = signedBytesOf(engine, spec, raw);
  const signedHash = engine.sha256(signedBytes);
  const bound = checkAgreement(spec, pair);
  checkHashes(engine, spec, pair.record, raw, signedHash);
  const signatures = [...readSignatures(spec, pair), ...readWitnesses(engine, spec, pair, raw)];
  if (signatures.length > limits.recordSignaturesMax) {
    throw new WaxwingError(
      "record_schema",
      `${spec.token}: ${signatures.length} signatures, at most ${limits.recordSignaturesMax}`,
    );
  }

  const keyMembers = spec.naturalKey.filter(
    (name) => bound.has(name) || spec.boundBySigner?.includes(name) === true,
  );
  const names = recordNames(
    engine,
    spec.token,
    keyMembers.map((name) => keyValue(spec, raw, name)),
    keyMembers.length === spec.naturalKey.length,
    signedHash,
  );
  return {
    spec,
    bound,
    kind: spec.token,
    bytes,
    hash: wireHash(spec, pair.record) ?? contentHash ?? engine.sha256(bytes),
    ...names,
    signedBytes,
    signatures,
    seq: readSeq(spec, pair.record),
    visibility: visibilityOf(spec, pair.record),
    value: pair.record,
  };
}

/** A name of the wrapper means the wrapper's member, whatever the record calls its own. */
function keyValue(spec: KindSpec, raw: RawRecord, name: string): Uint8Array {
  const place = spec.wrapperFields.some((field) => field.name === name) ? raw.wrapper : raw.record;
  const value = place.value(name);
  invariant(value !== undefined, `${spec.token}: no ${name} after the schema check`);
  return value;
}

/** An embedder's functions see peer data; when one throws, that is a verdict about the record. */
function visibilityOf(spec: KindSpec, record: JsonObject): Visibility {
  try {
    return spec.visibility(record);
  } catch (error) {
    throw new WaxwingError("record_schema", `${spec.token}: the visibility rule threw`, { cause: error });
  }
}

function ownCheck(spec: KindSpec, record: JsonObject): string | undefined {
  try {
    return spec.check?.(record);
  } catch (error) {
    return `the check threw: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function checkSize(bytes: Uint8Array): void {
  if (bytes.length > limits.recordBytesMax)
    throw new WaxwingError(
      "record_too_large",
      `record: ${bytes.length} bytes, at most ${limits.recordBytesMax}`,
    );
}

/** The engine's scanner is the strict one: UTF-8, duplicate keys, lone surrogates, depth, number range. */
function checkJson(engine: Engine, bytes: Uint8Array): void {
  try {
    engine.checkJson(bytes);
  } catch (error) {
    if (!isWaxwingError(error)) throw error;
    throw new WaxwingError("record_malformed", `record: ${error.message} (${error.code})`, { cause: error });
  }
}

function findKind(kinds: Kinds, kind: KindToken | undefined, raw: RawJson): KindSpec {
  const token = kind ?? detectKind(kinds, raw);
  const spec = token === undefined ? undefined : kinds.get(token);
  if (spec) return spec;
  if (token === undefined && raw.members === undefined)
    throw new WaxwingError("record_malformed", "record: not a JSON object");
  throw new WaxwingError(
    "kind_unknown",
    token === undefined
      ? "record: fits no kind that is defined here"
      : `record: kind "${token}" is not defined`,
  );
}

function unwrap(spec: KindSpec, outer: RawJson): RawRecord {
  const wrapped = wrappedIn(spec);
  const inner = wrapped === undefined ? undefined : outer.value(wrapped);
  if (inner) return { record: new RawJson(inner), wrapper: outer };
  if (spec.wrapper === null) return { record: outer, wrapper: outer };
  throw new WaxwingError("record_schema", `${spec.token}: ${spec.wrapper} is missing`);
}

/** The member of the wrapper that holds the record, for kinds that have one or may have. */
function wrappedIn(spec: KindSpec): string | undefined {
  return spec.wrapper ?? spec.alsoWrappedIn;
}

function decodePair(spec: KindSpec, raw: RawRecord): DecodedPair {
  const wrapper: unknown = JSON.parse(utf8Decode(raw.wrapper.bytes));
  const isBare = raw.wrapper === raw.record;
  const record = isBare || !isJsonObject(wrapper) ? wrapper : wrapper[wrappedIn(spec)!];
  if (!isJsonObject(record) || !isJsonObject(wrapper))
    throw new WaxwingError("record_schema", `${spec.token}: the record is not an object`);
  return { record, wrapper };
}

/** An unsigned record is called that, before its schema finds a member missing. */
function checkSigned(spec: KindSpec, pair: DecodedPair): void {
  const columns = spec.signatures;
  if (!columns || columns.all !== undefined) return;
  const place = pair[columns.in];
  const halves = columns.within === undefined ? place : place[columns.within];
  if (halves === undefined || (isJsonObject(halves) && !Object.hasOwn(halves, columns.ed25519)))
    throw new WaxwingError("signature_missing", `${spec.token}: no signature`);
}

function checkSchema(spec: KindSpec, pair: DecodedPair): void {
  const fault =
    findSchemaFault(pair.record, spec.fields) ??
    findSchemaFault(pair.wrapper, spec.wrapperFields) ??
    ownCheck(spec, pair.record);
  if (fault !== undefined) throw new WaxwingError("record_schema", `${spec.token}: ${fault}`);
}

function checkIntegers(bytes: Uint8Array): void {
  const token = findUnsafeInteger(bytes);
  if (token !== undefined)
    throw new WaxwingError("integer_unsafe", `record: ${token.slice(0, 40)} does not survive a double`);
}

function checkHashes(
  engine: Engine,
  spec: KindSpec,
  record: JsonObject,
  raw: RawRecord,
  signedHash: Uint8Array,
): void {
  if (spec.contentHash) expectHash(spec, record, "original_content_hash", signedHash);
  if (
    Object.hasOwn(record, "persist_row_hash") &&
    spec.fields.some((field) => field.name === "persist_row_hash")
  )
    expectHash(spec, record, "persist_row_hash", persistRowHash(engine, raw.record.bytes));
}

function expectHash(spec: KindSpec, record: JsonObject, name: string, hash: Uint8Array): void {
  if (!equalBytes(hexDecode(record[name] as string), hash))
    throw new WaxwingError(
      "content_hash_mismatch",
      `${spec.token}: ${name} is not the hash of what it names`,
    );
}

/** Undefined where it is the hash of the bytes. */
function wireHash(spec: KindSpec, record: JsonObject): Uint8Array | undefined {
  return spec.hashBasis === "persist_row_hash" ? hexDecode(record.persist_row_hash as string) : undefined;
}

function readSignatures(spec: KindSpec, pair: DecodedPair): RecordSignature[] {
  const columns = spec.signatures;
  if (!columns) return [];
  const place = pair[columns.in];
  const listed = columns.all ?? columns.more;
  const further = listed === undefined ? [] : ((place[listed] ?? []) as JsonObject[]);
  const signers = columns.all === undefined ? [place, ...further] : further;
  return signers.map((signer) => readSignature(columns, signer));
}

/** They sign M as it is before any of them has signed, so each can sign alone and in any order. */
function readWitnesses(engine: Engine, spec: KindSpec, pair: DecodedPair, raw: RawRecord): RecordSignature[] {
  const { witnesses, signed, signatures: columns } = spec;
  if (witnesses === undefined || !columns || !("without" in signed)) return [];
  const list = (pair[signed.in][witnesses] ?? []) as readonly unknown[];
  const signers = list.filter(
    (element): element is JsonObject =>
      isJsonObject(element) && findSchemaFault(element, witnessFields(columns)) === undefined,
  );
  if (signers.length === 0) return [];
  const over = engine.canonicalize(raw[signed.in].bytes, [...signed.without, witnesses]);
  return signers.map((signer) => ({ ...readSignature({ ...columns, keyId: witnessKeyId }, signer), over }));
}

const witnessKeyId = "scrub_key_id";

function witnessFields(columns: SignatureColumns): readonly Field[] {
  return [
    required(witnessKeyId, "keyId"),
    required(columns.ed25519, "base64"),
    required(columns.mlDsa65, "base64"),
  ];
}

function readSignature(columns: SignatureColumns, signer: JsonObject): RecordSignature {
  const halves = columns.within === undefined ? signer : (signer[columns.within] as JsonObject);
  const mlDsa65 = halves[columns.mlDsa65] as string | undefined;
  return {
    keyId: signer[columns.keyId] as string,
    ed25519: base64Decode(halves[columns.ed25519] as string),
    ...(mlDsa65 === undefined ? {} : { mlDsa65: base64Decode(mlDsa65) }),
  };
}

function readSeq(spec: KindSpec, record: JsonObject): number {
  const text = spec.time === undefined ? undefined : record[spec.time];
  return typeof text === "string" ? Math.max(0, parseTimeMs(text) ?? 0) : 0;
}
