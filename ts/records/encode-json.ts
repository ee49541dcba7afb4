/**
 * Compact JSON as the reference writes it: members of known structures in their columns' order, free-form
 * objects with keys sorted by UTF-8 bytes, doubles in Rust's form where a column says so (ciris-edge §7.1).
 * A stock peer that stores and re-serialises such a record gets the same bytes, hence the same hash.
 */
import { sameJson } from "./agreement.js";
import { type Field, type FieldType, fieldValue, type JsonObject } from "./kind-spec.js";
import { isJsonObject } from "./schema.js";

/** Members in the order of `fields`, omitted ones left out, then unknown ones sorted. */
export function encodeFields(value: JsonObject, fields: readonly Field[]): string {
  const members: string[] = [];
  for (const field of fields) {
    const member = fieldValue(value, field);
    if (member === undefined || (field.omitted !== undefined && sameJson(member, field.omitted))) continue;
    members.push(`${encodeText(field.name)}:${encodeTyped(member, field.type)}`);
  }
  const known = new Set(fields.map((field) => field.name));
  for (const name of sortedNames(value))
    if (!known.has(name)) members.push(`${encodeText(name)}:${encodeJson(value[name])}`);
  return `{${members.join(",")}}`;
}

/** Any JSON value, object keys sorted by UTF-8 bytes. Throws `TypeError` for what JSON cannot say. */
export function encodeJson(value: unknown): string {
  if (typeof value === "string") return encodeText(value);
  if (typeof value === "number") return encodeNumber(value);
  if (typeof value === "boolean" || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map(encodeJson).join(",")}]`;
  if (isJsonObject(value)) {
    const members = sortedNames(value).map((name) => `${encodeText(name)}:${encodeJson(value[name])}`);
    return `{${members.join(",")}}`;
  }
  throw new TypeError(`json: expected a JSON value, got ${typeof value}`);
}

/** Rust's form of a double: `1.0`, `0.5`, `1e16`, `1.5e-7`. */
export function encodeFloat(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError(`json: expected a finite number, got ${value}`);
  if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
  const size = Math.abs(value);
  if (size < 1e-5 || size >= 1e16) return value.toExponential().replace("e+", "e");
  const text = String(value);
  return Number.isInteger(value) ? `${text}.0` : text;
}

function encodeTyped(value: unknown, type: FieldType): string {
  if (type === "float" && typeof value === "number") return encodeFloat(value);
  if (typeof type !== "string") {
    if ("struct" in type && isJsonObject(value)) return encodeFields(value, type.struct);
    if ("list" in type && Array.isArray(value))
      return `[${value.map((element) => encodeTyped(element, type.list)).join(",")}]`;
  }
  return encodeJson(value);
}

function encodeText(text: string): string {
  if (/\p{Surrogate}/u.test(text))
    throw new TypeError("json: expected well-formed text, got a lone surrogate");
  return JSON.stringify(text);
}

function encodeNumber(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError(`json: expected a finite number, got ${value}`);
  if (Number.isInteger(value) && !Number.isSafeInteger(value) && Math.abs(value) < 1e21)
    throw new RangeError(`json: ${value} is beyond the integers that a double keeps apart`);
  return Object.is(value, -0) ? "0" : String(value);
}

function sortedNames(value: JsonObject): string[] {
  return Object.keys(value)
    .filter((name) => value[name] !== undefined)
    .sort(compareCodePoints);
}

/** UTF-8 byte order is code-point order; JavaScript's own comparison is by UTF-16 units. */
export function compareCodePoints(a: string, b: string): number {
  const left = [...a];
  const right = [...b];
  for (let i = 0; i < left.length && i < right.length; i++) {
    const difference = left[i]!.codePointAt(0)! - right[i]!.codePointAt(0)!;
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
