/**
 * Agreement between what is signed and what rides along. The signature covers M only; a row member that M
 * repeats must say the same, or somebody changed it after signing (DESIGN §5; ciris-edge §7.4a).
 */
import { WaxwingError } from "../base/errors.js";
import { type Field, fieldValue, findField, type JsonObject, type KindSpec } from "./kind-spec.js";
import { isJsonObject } from "./schema.js";
import { parseTime } from "./time.js";

/** The record and its wrapper, decoded; the same object for bare kinds. */
export interface DecodedPair {
  readonly record: JsonObject;
  readonly wrapper: JsonObject;
}

/** Names of the members that the signature vouches for. Throws on disagreement and on what is not repeated. */
export function checkAgreement(spec: KindSpec, pair: DecodedPair): ReadonlySet<string> {
  const { signed } = spec;
  if ("without" in signed) return new Set(signedMemberNames(spec, signed.without));
  const envelope = pair[signed.in][signed.member];
  const bound = new Set<string>();
  for (const path of spec.repeatedAt) {
    const repeated = objectAt(envelope, path);
    if (repeated) for (const name of agreeingMembers(spec, pair, repeated)) bound.add(name);
  }
  for (const rule of spec.mustRepeat ?? []) checkRepeated(spec, pair.record, envelope, rule);
  return bound;
}

function signedMemberNames(spec: KindSpec, without: readonly string[]): string[] {
  return [...spec.fields, ...spec.wrapperFields]
    .map((field) => field.name)
    .filter((name) => !without.includes(name));
}

function agreeingMembers(spec: KindSpec, pair: DecodedPair, repeated: JsonObject): string[] {
  const names: string[] = [];
  for (const [fields, members] of [
    [spec.fields, pair.record],
    [spec.wrapperFields, pair.wrapper],
  ] as const) {
    for (const field of fields) {
      if (!Object.hasOwn(repeated, field.name)) continue;
      if (!agrees(field, fieldValue(members, field), repeated[field.name])) {
        throw new WaxwingError(
          "member_mismatch",
          `${spec.token}: ${field.name} is not what the signed bytes say`,
        );
      }
      names.push(field.name);
    }
  }
  return names;
}

function checkRepeated(
  spec: KindSpec,
  record: JsonObject,
  envelope: unknown,
  rule: NonNullable<KindSpec["mustRepeat"]>[number],
): void {
  const repeated = objectAt(envelope, rule.at);
  const demanded = [
    ...rule.members,
    ...(rule.unlessOmitted ?? []).filter(
      (name) => Object.hasOwn(record, name) && !isOmitted(spec, record, name),
    ),
  ];
  for (const name of demanded) {
    if (repeated && Object.hasOwn(repeated, name)) {
      checkFraction(spec, name, repeated[name], rule.fractionDigitsMax);
    } else {
      const path = [...rule.at, name].join(".");
      throw new WaxwingError("member_unbound", `${spec.token}: the signed bytes do not repeat ${path}`);
    }
  }
}

function isOmitted(spec: KindSpec, record: JsonObject, name: string): boolean {
  const field = findField(spec, name);
  return field?.omitted !== undefined && sameJson(record[name], field.omitted);
}

function checkFraction(spec: KindSpec, name: string, value: unknown, digitsMax: number | undefined): void {
  if (digitsMax === undefined) return;
  const written = parseTime(String(value))?.fractionDigits ?? 0;
  if (written > digitsMax) {
    throw new WaxwingError(
      "member_mismatch",
      `${spec.token}: the signed ${name} has more than ${digitsMax} sub-second digits`,
    );
  }
}

/** Times agree as instants, because signers write `+00:00` where the row has `Z`; all else as JSON values. */
function agrees(field: Field, value: unknown, signedValue: unknown): boolean {
  // A signer may write null for what the row omits.
  if (value === undefined) return signedValue === null;
  if (field.type === "time" && typeof value === "string" && typeof signedValue === "string") {
    const signedTime = parseTime(signedValue);
    return signedTime !== undefined && signedTime.nanoseconds === parseTime(value)?.nanoseconds;
  }
  return sameJson(value, signedValue);
}

/** Equality of decoded JSON: member order does not count, element order does. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((element, index) => sameJson(element, b[index]));
  if (!isJsonObject(a) || !isJsonObject(b)) return false;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && sameJson(a[name], b[name]))
  );
}

function objectAt(value: unknown, path: readonly string[]): JsonObject | undefined {
  let current: unknown = value;
  for (const name of path) {
    if (!isJsonObject(current) || !Object.hasOwn(current, name)) return undefined;
    current = current[name];
  }
  return isJsonObject(current) ? current : undefined;
}
