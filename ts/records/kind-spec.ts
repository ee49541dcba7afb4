/**
 * The columns of the kind table: everything that differs between kinds, as data. Parsing, hashing, signing
 * and admission read the columns and never ask which kind it is (DESIGN §5; ciris-edge §2.2, §7.1–7.4a).
 */
import type { KindToken } from "../base/ids.js";
import type { Visibility } from "../contracts/record.js";

/** JSON of any object, as parsed. */
export type JsonObject = Readonly<Record<string, unknown>>;

export type ScalarType =
  | "text" // a string
  | "keyId" // 1 to limits.keyIdBytesMax bytes of text
  | "base64" // padded standard alphabet, any length
  | "ed25519Key" // base64 of 32 bytes
  | "mlDsa65Key" // base64 of 1952 bytes
  | "hash" // 64 lower-case hex digits
  | "time" // RFC 3339
  | "uint" // integer from 0 to 2^64 − 1
  | "float" // a double; the reference writes 1 as 1.0
  | "boolean"
  | "json" // anything
  | "object"; // any JSON object

export type FieldType =
  | ScalarType
  | { readonly oneOf: readonly string[] }
  | { readonly struct: readonly Field[] }
  | { readonly list: FieldType };

/**
 * A member and its place in the order. `optional`: omitted when absent. `omitted`: the value that absence
 * stands for, so the member is not written when it has that value.
 */
export interface Field {
  readonly name: string;
  readonly type: FieldType;
  readonly optional?: true;
  readonly omitted?: unknown;
}

/** Which object a member is looked up in: the record itself or the wrapper around it. */
export type Place = "record" | "wrapper";

/** M is the JCS form of one member, or of an object without some of its members. */
export type SignedBytes =
  | { readonly in: Place; readonly member: string }
  | { readonly in: Place; readonly without: readonly string[] };

/** Where the signatures stand. */
export interface SignatureColumns {
  readonly in: Place;
  readonly keyId: string;
  readonly ed25519: string;
  readonly mlDsa65: string;
  /** The halves lie in this object beside the key id. */
  readonly within?: string;
  /** A list of further signers with the same three member names. */
  readonly more?: string;
  /** There is no primary signer: all stand in this list. */
  readonly all?: string;
}

/** Members that M must repeat, and where: a signature that does not name them could be used for another row. */
export interface MustRepeat {
  /** Path in M of the object that repeats them. */
  readonly at: readonly string[];
  readonly members: readonly string[];
  /** Members that need not be repeated when they have their `omitted` value. */
  readonly unlessOmitted?: readonly string[];
  /** Most sub-second digits of repeated times. */
  readonly fractionDigitsMax?: number;
}

/** The apply rules there are; `trust/rules` implements each. */
export type RuleName =
  | "key"
  | "attestation"
  | "revocation"
  | "occurrence"
  | "occurrenceRevocation"
  | "roster"
  | "membershipRevocation"
  | "locationProof"
  | "transportDestination"
  | "organization"
  | "orgMembership"
  | "partnerRecord"
  | "own";

export interface KindSpec {
  readonly token: KindToken;
  /** The lowest CRPL version that carries the kind. */
  readonly wireVersion: 1 | 2;
  /** Accepted from peers whose key is not proven yet. */
  readonly bootstrap: boolean;
  readonly subjectPullable: boolean;
  readonly cursorServed: boolean;
  /** Rounds are opened for it only where it is named, and it is not recognised from bytes alone. */
  readonly onlyByName?: true;
  /** full: admitted by its own rules · verbatim: kept once the named signature holds · unsupported: known and refused. */
  readonly status: "full" | "verbatim" | "unsupported";
  /** What the wire identity is the hash of. */
  readonly hashBasis: "content" | "persist_row_hash" | "none";
  /** The member that holds the record, or null when the record stands bare. */
  readonly wrapper: string | null;
  /** A bare kind that is accepted in this wrapper too. */
  readonly alsoWrappedIn?: string;
  /** Members of the wrapper beside the record, in wire order. */
  readonly wrapperFields: readonly Field[];
  /** Members of the record in wire order. */
  readonly fields: readonly Field[];
  readonly signed: SignedBytes;
  /** Undefined for kinds whose proof is not read by this version. */
  readonly signatures?: SignatureColumns;
  /** Paths in M of the objects whose members repeat members of the record. */
  readonly repeatedAt: readonly (readonly string[])[];
  readonly mustRepeat?: readonly MustRepeat[];
  /**
   * The member that lists further signers, as `additional_scrubs` does, over M without that member. Elements of
   * another form are hints.
   */
  readonly witnesses?: string;
  /** Members of the record that no signature covers, when M is the record itself. */
  readonly unsigned: readonly string[];
  readonly naturalKey: readonly string[];
  /** Natural-key members that the signature binds although M does not repeat them. */
  readonly boundBySigner?: readonly string[];
  /** The member that must name the primary signer: who may speak for the subject. */
  readonly speaker?: string;
  /** Whom the receiver must have named before it takes any: one of `operators`, or a quorum of the others. */
  readonly authority?: "operators" | "stewards" | "accord";
  /** The members that introduce a key: admission puts it into the key directory. */
  readonly introducesKey?: { readonly keyId: string; readonly ed25519: string; readonly mlDsa65: string };
  /** Whether `original_content_hash` is the hex SHA-256 of M. */
  readonly contentHash?: true;
  /** Members that name the keys a record is about or of, one or a list each: who may pull it. */
  readonly subjects?: readonly string[];
  /** Orders refs for people. */
  readonly time?: string;
  /** The end of validity, where the kind has one. */
  readonly expires?: string;
  /** What is decided about its records beside the signatures: who may, what stays, what follows. */
  readonly rule?: RuleName;
  readonly visibility: (record: JsonObject) => Visibility;
  /** A check of the values themselves, the embedder's for own kinds: a sentence about what is wrong, or undefined. */
  readonly check?: (record: JsonObject) => string | undefined;
  /** Of own kinds: whether a record takes the place of one with the same natural key and signer. */
  readonly supersedes?: (record: JsonObject, held: JsonObject) => boolean;
}

export const required = (name: string, type: FieldType): Field => ({ name, type });
export const optional = (name: string, type: FieldType): Field => ({ name, type, optional: true });
/** Written only when it differs from `value`. */
export const omittedAs = (name: string, type: FieldType, value: unknown): Field => ({
  name,
  type,
  omitted: value,
});

/** The value of a member, or what its absence stands for. */
export function fieldValue(record: JsonObject, field: Field): unknown {
  return Object.hasOwn(record, field.name) ? record[field.name] : field.omitted;
}

export function findField(spec: KindSpec, name: string): Field | undefined {
  return spec.fields.find((field) => field.name === name);
}
