/** Signed objects of the reference engine: over the value tree, member by member. */
import { base64Decode, base64DecodedLength, utf8Encode } from "../../base/bytes.js";
import { limits } from "../../base/limits.js";
import type { SignedMember, SignedObject, SignedShape } from "../../contracts/engine.js";
import { checkShape } from "../signed-shape.js";
import { type JsonValue, parse } from "./json-parser.js";
import { printJcs } from "./json-print.js";

export function readSigned(json: Uint8Array, shape: SignedShape): SignedObject | undefined {
  checkShape(shape);
  const object = parse(json, { finiteNumbers: true });
  if (object.type !== "object" || object.members.size > limits.signedMembersMax) return undefined;
  const places: number[] = [];
  const decoded: (Uint8Array | undefined)[] = [];
  const signed = new Map(object.members);
  for (const [index, member] of shape.entries()) {
    const value = object.members.get(member.name);
    if (value === undefined ? !member.optional : !fits(value, member, json)) return undefined;
    decoded.push(value && decode(value, member));
    const isInText = value !== undefined && decoded[index] === undefined;
    places.push(isInText ? value.start : 0, isInText ? value.end : 0);
    if (member.type === "signature") signed.delete(member.name);
  }
  // An object without members is no signed object, whatever the shape allows.
  if (object.members.size === 0) return undefined;
  return { signedBytes: utf8Encode(printJcs({ ...object, members: signed })), places, decoded };
}

function fits(value: JsonValue, { type }: SignedMember, json: Uint8Array): boolean {
  const source = json.subarray(value.start, value.end);
  if (type === "value") return source[0] !== 0x6e;
  if (type === "object") return value.type === "object";
  if (typeof type === "object") return readList(value)?.length === type.bytes;
  if (value.type !== "string" || source.includes(0x5c)) return false;
  return type === "text" || base64DecodedLength(value.text) !== undefined;
}

function decode(value: JsonValue, { type }: SignedMember): Uint8Array | undefined {
  if (typeof type === "object") return readList(value);
  return type === "signature" && value.type === "string" ? base64Decode(value.text) : undefined;
}

function readList(value: JsonValue): Uint8Array | undefined {
  if (value.type !== "array") return undefined;
  const numbers = value.elements.map((element) => (element.type === "number" ? Number(element.token) : -1));
  const areBytes = numbers.every((number) => Number.isInteger(number) && number >= 0 && number <= 255);
  return areBytes ? Uint8Array.from(numbers) : undefined;
}
