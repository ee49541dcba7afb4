/**
 * Checks a decoded record against the columns of its kind. Unknown members are let through: newer peers
 * add some, and nothing is ever derived from them. A member that is absent must be absent, not null,
 * because the reference omits it and its re-serialised bytes would differ.
 */
import { base64DecodedLength, utf8Encode } from "../base/bytes.js";
import { limits } from "../base/limits.js";
import type { Field, FieldType, JsonObject, ScalarType } from "./kind-spec.js";
import { parseTime } from "./time.js";

/** A sentence about the first member that does not fit, or undefined. */
export function findSchemaFault(record: JsonObject, fields: readonly Field[]): string | undefined {
  for (const field of fields) {
    if (!Object.hasOwn(record, field.name)) {
      if (field.optional || field.omitted !== undefined) continue;
      return `${field.name} is missing`;
    }
    const fault = findTypeFault(record[field.name], field.type);
    if (fault !== undefined) return `${field.name} ${fault}`;
  }
  return undefined;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function findTypeFault(value: unknown, type: FieldType): string | undefined {
  if (typeof type === "string") return scalarChecks[type](value) ? undefined : `is not ${scalarTitles[type]}`;
  if ("oneOf" in type)
    return type.oneOf.includes(value as string) ? undefined : `is not one of ${type.oneOf.join(", ")}`;
  if ("struct" in type) {
    if (!isJsonObject(value)) return "is not an object";
    const fault = findSchemaFault(value, type.struct);
    return fault === undefined ? undefined : `holds an object whose ${fault}`;
  }
  if (!Array.isArray(value)) return "is not an array";
  for (const element of value) {
    const fault = findTypeFault(element, type.list);
    if (fault !== undefined) return `has an element that ${fault}`;
  }
  return undefined;
}

const isString = (value: unknown): value is string => typeof value === "string";

const scalarChecks: Record<ScalarType, (value: unknown) => boolean> = {
  text: isString,
  keyId: isKeyId,
  base64: (value) => isString(value) && base64DecodedLength(value) !== undefined,
  ed25519Key: (value) => isString(value) && base64DecodedLength(value) === 32,
  mlDsa65Key: (value) => isString(value) && base64DecodedLength(value) === 1952,
  hash: (value) => isString(value) && /^[0-9a-f]{64}$/.test(value),
  time: (value) => isString(value) && parseTime(value) !== undefined,
  uint: (value) => typeof value === "number" && Number.isInteger(value) && value >= 0 && value < 2 ** 64,
  float: (value) => typeof value === "number",
  boolean: (value) => typeof value === "boolean",
  json: (value) => value !== null,
  object: isJsonObject,
};

const scalarTitles: Record<ScalarType, string> = {
  text: "text",
  keyId: "a key id",
  base64: "padded base64",
  ed25519Key: "the base64 of 32 bytes",
  mlDsa65Key: "the base64 of 1952 bytes",
  hash: "64 lower-case hex digits",
  time: "an RFC 3339 time",
  uint: "an integer from 0 to 2^64 − 1",
  float: "a number",
  boolean: "true or false",
  json: "a value",
  object: "an object",
};

export function isKeyId(value: unknown): value is string {
  if (!isString(value) || value.length === 0) return false;
  // No character takes more than three bytes a UTF-16 unit.
  return 3 * value.length <= limits.keyIdBytesMax || utf8Encode(value).length <= limits.keyIdBytesMax;
}
