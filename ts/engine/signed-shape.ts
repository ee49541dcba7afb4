/** Shapes of signed objects and names of members, checked at the edge of every engine. */
import { checkInteger, checkString } from "../base/check.js";
import type { SignedShape } from "../contracts/engine.js";

const membersMax = 64;
const listBytesMax = 64;
const nameLengthMax = 256;
const types: ReadonlySet<unknown> = new Set(["signature", "text", "object", "value"]);

/** A shape is the caller's own, so whatever is wrong with one is the caller's mistake. */
export function checkShape(shape: SignedShape): void {
  if (!Array.isArray(shape)) throw new TypeError("shape: expected an array");
  if (shape.length > membersMax)
    throw new RangeError(`shape: expected at most ${membersMax} members, got ${shape.length}`);
  const names = new Set<string>();
  for (const { name, type } of shape as SignedShape) {
    if (typeof name !== "string" || !/^\w{1,64}$/.test(name) || names.has(name))
      throw new TypeError(`shape: expected names of letters, digits and _, each once, got ${name}`);
    names.add(name);
    if (typeof type === "object") checkInteger(type.bytes, `shape.${name}.bytes`, 1, listBytesMax);
    else if (!types.has(type)) throw new TypeError(`shape: ${name} has the unknown type ${type}`);
  }
}

/** Names of members to leave out. */
export function checkNames(names: readonly string[]): void {
  if (!Array.isArray(names)) throw new TypeError("without: expected an array");
  if (names.length > membersMax)
    throw new RangeError(`without: expected at most ${membersMax} names, got ${names.length}`);
  for (const name of names) {
    checkString(name, "without");
    if (name.length > nameLengthMax)
      throw new RangeError(`without: expected at most ${nameLengthMax} characters, got ${name.length}`);
  }
}
