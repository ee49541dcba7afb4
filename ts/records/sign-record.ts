/**
 * Signs a record of any kind by its columns: content hash, signature halves and row hash are filled in where
 * the kind has them, members come out in wire order, and the result is parsed before it is returned, so that
 * nothing leaves here that a receiver would refuse.
 */
import { base64Encode, hexEncode, utf8Encode } from "../base/bytes.js";
import { invariant, WaxwingError } from "../base/errors.js";
import type { Engine } from "../contracts/engine.js";
import type { Identity } from "../contracts/identity.js";
import { compareCodePoints, encodeFields } from "./encode-json.js";
import { RawJson } from "./json-members.js";
import {
  type Field,
  findField,
  type JsonObject,
  type KindSpec,
  type Place,
  type SignatureColumns,
} from "./kind-spec.js";
import type { Kinds } from "./kinds.js";
import { type DecodedRecord, isRefusal, parseRecord } from "./parse-record.js";
import { persistRowHash, signedBytesOf } from "./signed-bytes.js";

/** The members that the signer decides; what signing fills in may be left out. */
export interface RecordDraft {
  readonly record: JsonObject;
  /** Members of the wrapper beside the record, e.g. `signed_envelope`. */
  readonly wrapper?: JsonObject;
}

/** Throws `WaxwingError` with the code a receiver would give, when the draft cannot become a valid record. */
export async function signRecord(
  engine: Engine,
  kinds: Kinds,
  spec: KindSpec,
  draft: RecordDraft,
  identity: Identity,
): Promise<DecodedRecord> {
  const columns = spec.signatures;
  invariant(columns !== undefined && columns.all === undefined, `${spec.token}: has no single signer`);
  const parts = partsOf(draft);
  parts[columns.in][columns.keyId] = identity.keyId;
  const signedBytes = draftSignedBytes(engine, spec, parts);
  if (spec.contentHash) parts.record.original_content_hash = hexEncode(engine.sha256(signedBytes));
  const pair = await identity.sign(signedBytes);
  Object.assign(parts[columns.in], signatureMembers(columns, pair));
  return finish(engine, kinds, spec, parts);
}

/** The same for kinds that several sign, each over the same bytes; the list is sorted by key id. */
export async function signByMembers(
  engine: Engine,
  kinds: Kinds,
  spec: KindSpec,
  draft: RecordDraft,
  identities: readonly Identity[],
): Promise<DecodedRecord> {
  const columns = spec.signatures;
  invariant(columns?.all !== undefined, `${spec.token}: has a single signer`);
  const parts = partsOf(draft);
  const signedBytes = draftSignedBytes(engine, spec, parts);
  const sorted = [...identities].sort((a, b) => compareCodePoints(a.keyId, b.keyId));
  parts[columns.in][columns.all] = await Promise.all(
    sorted.map(async (identity) => ({
      [columns.keyId]: identity.keyId,
      ...signatureMembers(columns, await identity.sign(signedBytes)),
    })),
  );
  return finish(engine, kinds, spec, parts);
}

type Parts = Record<Place, Record<string, unknown>>;

function partsOf(draft: RecordDraft): Parts {
  return { record: { ...draft.record }, wrapper: { ...draft.wrapper } };
}

/** The row hash comes last, because it covers the signatures; then a receiver's own reading. */
function finish(engine: Engine, kinds: Kinds, spec: KindSpec, parts: Parts): DecodedRecord {
  if (findField(spec, "persist_row_hash")) {
    const row = utf8Encode(encodeFields(parts.record, spec.fields));
    parts.record.persist_row_hash = hexEncode(persistRowHash(engine, row));
  }
  const parsed = parseRecord(engine, kinds, spec.token, encodeRecord(spec, parts));
  if (isRefusal(parsed)) throw new WaxwingError(parsed.code, parsed.message);
  return parsed;
}

/**
 * An element of the record's `witnesses` member: a further signer's word for the record as it is without them. To be
 * gathered from each, in any order, before the record itself is signed.
 */
export async function signAsWitness(
  engine: Engine,
  spec: KindSpec,
  record: JsonObject,
  identity: Identity,
): Promise<JsonObject> {
  const { witnesses, signatures: columns } = spec;
  invariant(witnesses !== undefined && columns !== undefined, `${spec.token}: has no witnesses`);
  const { [witnesses]: _others, ...alone } = record;
  const pair = await identity.sign(draftSignedBytes(engine, spec, { record: alone, wrapper: {} }));
  return { scrub_key_id: identity.keyId, ...signatureMembers(columns, pair) };
}

/** The bytes of a record: the record alone for bare kinds, else in its wrapper. */
export function encodeRecord(spec: KindSpec, parts: Readonly<Record<Place, JsonObject>>): Uint8Array {
  return utf8Encode(encodeParts(spec, parts));
}

function encodeParts(spec: KindSpec, parts: Readonly<Record<Place, JsonObject>>): string {
  if (spec.wrapper === null) return encodeFields(parts.record, spec.fields);
  const inner: Field = { name: spec.wrapper, type: { struct: spec.fields } };
  return encodeFields({ ...parts.wrapper, [spec.wrapper]: parts.record }, [inner, ...spec.wrapperFields]);
}

/** M of what is written so far. Members that signing adds are not part of M, except the signer's id. */
function draftSignedBytes(
  engine: Engine,
  spec: KindSpec,
  parts: Readonly<Record<Place, JsonObject>>,
): Uint8Array {
  const record = utf8Encode(encodeFields(parts.record, spec.fields));
  const wrapper = utf8Encode(encodeParts(spec, parts));
  const { signed } = spec;
  if ("member" in signed && parts[signed.in][signed.member] === undefined)
    throw new TypeError(`${spec.token}: expected ${signed.member} in the ${signed.in}`);
  return signedBytesOf(engine, spec, { record: new RawJson(record), wrapper: new RawJson(wrapper) });
}

function signatureMembers(
  columns: SignatureColumns,
  pair: { readonly ed25519: Uint8Array; readonly mlDsa65: Uint8Array },
): JsonObject {
  const halves = {
    [columns.ed25519]: base64Encode(pair.ed25519),
    [columns.mlDsa65]: base64Encode(pair.mlDsa65),
  };
  return columns.within === undefined ? halves : { [columns.within]: halves };
}
