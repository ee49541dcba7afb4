/**
 * What records of authority-kinds.ts must not hold, whoever signed them (ciris-edge §7.9): ids that a payment
 * processor gave out, and sets that are not in order. Each function returns a sentence or undefined.
 */
import { compareCodePoints } from "./encode-json.js";
import type { JsonObject } from "./kind-spec.js";
import { isJsonObject } from "./schema.js";

/** By which the payment processor's own ids begin: such an id in a public record leads to a customer. */
const paymentPrefixes =
  "cus_ sub_ ch_ pi_ card_ in_ pm_ seti_ price_ prod_ ba_ src_ tok_ re_ py_ txn_ ii_".split(" ");

/** Looks at every member whose name ends in `_id`, but for ids of keys. */
export function findPaymentId(record: JsonObject): string | undefined {
  for (const [name, value] of Object.entries(record)) {
    if (!name.endsWith("_id") || name.endsWith("key_id") || typeof value !== "string") continue;
    const prefix = paymentPrefixes.find((start) => value.startsWith(start));
    if (prefix !== undefined) return `${name} begins with ${prefix}, as ids of a payment processor do`;
  }
  return undefined;
}

/** Lists of texts among an object's own members are sets: ascending by code point, nothing twice. */
export function findUnsortedList(object: unknown): string | undefined {
  if (!isJsonObject(object)) return undefined;
  for (const [name, value] of Object.entries(object)) {
    if (!isTextList(value)) continue;
    if (value.some((text, index) => index > 0 && compareCodePoints(value[index - 1]!, text) >= 0))
      return `${name} is not a sorted set`;
  }
  return undefined;
}

/** A list of objects must be ascending by one of their members. Equal neighbours may stand: they count once. */
export function findOrderFault(list: unknown, member: string): string | undefined {
  const names = (list as readonly JsonObject[]).map((element) => element[member] as string);
  const isSorted = names.every(
    (name, index) => index === 0 || compareCodePoints(names[index - 1]!, name) <= 0,
  );
  return isSorted ? undefined : `the list is not sorted by ${member}`;
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((element) => typeof element === "string");
}
