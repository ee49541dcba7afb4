/**
 * The kinds that a node knows: the built-in table and what an embedder defines.
 *
 * ```ts
 * const kinds = createKinds();
 * kinds.define({ token: "note", naturalKey: ["signer_key_id", "id"], fields: { id: "text", text: "text" } });
 * ```
 *
 * A record of an own kind is
 * ```
 * {"<token>":{…},"signer_key_id":"…","signature":{"ed25519_signature_base64":"…","mldsa65_signature_base64":"…"}}
 * ```
 * and M is the JCS form of that object without `signature`: the token and the signer are under the
 * signature, so it cannot be used for another kind or another signer. Own kinds travel under CRPL version 2.
 */
import { checkOptions, checkString } from "../base/check.js";
import type { KindToken } from "../base/ids.js";
import type { Visibility } from "../contracts/record.js";
import { builtinKinds } from "./builtin-kinds.js";
import {
  type Field,
  type FieldType,
  type JsonObject,
  type KindSpec,
  optional,
  required,
} from "./kind-spec.js";

/** What an embedder says about a kind of their own. */
export interface OwnKind {
  /** Lower-case letters, digits and `_`, at most 64; stands in CRPL messages and around the record. */
  readonly token: KindToken;
  /** Members that name one thing; `signer_key_id` gives every signer names of their own. */
  readonly naturalKey: readonly string[];
  /** Members and their types, in wire order; a name that ends in `?` may be absent. Others are let through. */
  readonly fields?: Readonly<Record<string, FieldType>>;
  /** A sentence about what is wrong with a record, or undefined. */
  readonly check?: (record: JsonObject) => string | undefined;
  /**
   * Whether a record takes the place of the one that is held, of the same natural key and signer. Without it the first
   * stays. For records to be the same wherever they came first, it must be a strict order: e.g. a larger `version`.
   */
  readonly supersedes?: (record: JsonObject, held: JsonObject) => boolean;
  /** `federation` (default): offered to peers by policy. `local`: never leaves the node. */
  readonly visibility?: Visibility | ((record: JsonObject) => Visibility);
  /** A member that holds an RFC 3339 time, by which refs are ordered for people; not accepted from the future. */
  readonly time?: string;
}

export interface Kinds {
  has(token: KindToken): boolean;
  get(token: KindToken): KindSpec | undefined;
  /** Lowest CRPL version that carries the kind; throws `RangeError` for a token that is not defined. */
  wireVersion(token: KindToken): 1 | 2;
  isBootstrap(token: KindToken): boolean;
  /** Built-in kinds in the reference's order, then own ones in order of definition. */
  tokens(): readonly KindToken[];
  /** Those whose records this node admits, in the same order. */
  admittedTokens(): readonly KindToken[];
  all(): readonly KindSpec[];
  define(kind: OwnKind): KindSpec;
}

export function createKinds(): Kinds {
  const specs = new Map<KindToken, KindSpec>(builtinKinds.map((spec) => [spec.token, spec]));
  const known = (token: KindToken): KindSpec => {
    const spec = specs.get(token);
    if (!spec) throw new RangeError(`kind: "${token}" is not defined`);
    return spec;
  };
  return {
    has: (token) => specs.has(token),
    get: (token) => specs.get(token),
    wireVersion: (token) => known(token).wireVersion,
    isBootstrap: (token) => specs.get(token)?.bootstrap ?? false,
    tokens: () => [...specs.keys()],
    admittedTokens: () =>
      [...specs.values()].filter((spec) => spec.status !== "unsupported").map((spec) => spec.token),
    all: () => [...specs.values()],
    define(kind) {
      const spec = ownKindSpec(kind);
      checkTokenFree(specs.values(), spec.token);
      specs.set(spec.token, spec);
      return spec;
    },
  };
}

const tokenShape = /^[a-z][a-z0-9_]{0,63}$/;
const ownOptions = ["token", "naturalKey", "fields", "check", "supersedes", "visibility", "time"];
const signer = "signer_key_id";

function ownKindSpec(kind: OwnKind): KindSpec {
  checkOptions(kind, "kind", ownOptions);
  checkString(kind.token, "kind token");
  if (!tokenShape.test(kind.token))
    throw new RangeError(`kind token: expected ${tokenShape.source}, got "${kind.token}"`);
  const fields = ownFields(kind);
  const { visibility = "federation" } = kind;
  return {
    token: kind.token,
    wireVersion: 2,
    bootstrap: false,
    subjectPullable: false,
    cursorServed: false,
    status: "full",
    hashBasis: "content",
    wrapper: kind.token,
    wrapperFields: [
      required(signer, "keyId"),
      required("signature", {
        struct: [
          required("ed25519_signature_base64", "base64"),
          optional("mldsa65_signature_base64", "base64"),
        ],
      }),
    ],
    fields,
    signed: { in: "wrapper", without: ["signature"] },
    signatures: {
      in: "wrapper",
      keyId: signer,
      within: "signature",
      ed25519: "ed25519_signature_base64",
      mlDsa65: "mldsa65_signature_base64",
    },
    repeatedAt: [],
    unsigned: [],
    naturalKey: kind.naturalKey,
    visibility: typeof visibility === "function" ? visibility : () => visibility,
    ...(kind.time === undefined ? {} : { time: kind.time }),
    ...(kind.check === undefined ? {} : { check: kind.check }),
    ...(kind.supersedes === undefined ? {} : { rule: "own" as const, supersedes: kind.supersedes }),
  };
}

/** The declared fields, and those that the natural key and the time need. */
function ownFields(kind: OwnKind): readonly Field[] {
  const fields = Object.entries(kind.fields ?? {}).map(([name, type]) =>
    name.endsWith("?") ? optional(name.slice(0, -1), type) : required(name, type),
  );
  if (!Array.isArray(kind.naturalKey) || kind.naturalKey.length === 0)
    throw new TypeError("kind naturalKey: expected a list of at least one member");
  const demand = (name: string, type: FieldType) => {
    const declared = fields.find((field) => field.name === name);
    if (declared?.optional) throw new RangeError(`kind: "${name}" must not be optional`);
    if (!declared) fields.push(required(name, type));
    else if (type === "time" && declared.type !== "time")
      throw new RangeError(`kind: "${name}" must be a time`);
  };
  for (const name of kind.naturalKey) if (name !== signer) demand(name, "json");
  if (kind.time !== undefined) demand(kind.time, "time");
  return fields;
}

/** A token must not be a member by which another kind is recognised. */
function checkTokenFree(specs: Iterable<KindSpec>, token: KindToken): void {
  for (const spec of specs) {
    const names = [
      spec.token,
      spec.wrapper,
      spec.alsoWrappedIn,
      ...spec.wrapperFields.map((field) => field.name),
    ];
    if (spec.wrapper === null) names.push(...spec.fields.map((field) => field.name));
    if (names.includes(token)) throw new RangeError(`kind token: "${token}" is taken by kind ${spec.token}`);
  }
}
