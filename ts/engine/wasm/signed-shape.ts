/**
 * Shapes of signed objects as assembly/json/signed.ts reads them: rows, then the names. Each shape is encoded
 * once, and copied to ARGS for every call.
 */
import { concatBytes, utf8Encode } from "../../base/bytes.js";
import type { SignedMember, SignedMemberType, SignedShape } from "../../contracts/engine.js";
import { checkNames, checkShape } from "../signed-shape.js";
import type { Linear } from "./linear.js";

/** One row, 16 bytes: name, its length, type, optional; and where the member was found. */
const row = { bytes: 16, name: 0, nameLength: 4, type: 6, optional: 7, start: 8, end: 12 } as const;
const typeNumbers = { signature: 0, text: 1, object: 2, value: 3 } as const;
/** Plus the length of the list. */
const bytesType = 4;

export interface EncodedShape {
  readonly rows: Uint8Array;
  /** The members that are decoded, and the region that their offsets count from; those of others do from the text. */
  readonly decoded: readonly { readonly index: number; readonly region: "input" | "args" }[];
  /** One undefined a member. */
  readonly absent: readonly undefined[];
}

export function createShapeEncoder(): (shape: SignedShape) => EncodedShape {
  return remembering(encodeShape);
}

/** Rows of which only the names are read. */
export function createNamesEncoder(): (names: readonly string[]) => Uint8Array {
  return remembering((names) => {
    checkNames(names);
    // As the scanner leaves keys: canonical escapes, without quotes. What has a lone surrogate no key equals.
    return encodeRows(names.map((name) => utf8Encode(JSON.stringify(name).slice(1, -1))));
  });
}

function remembering<K extends object, V>(encode: (key: K) => V): (key: K) => V {
  const known = new WeakMap<K, V>();
  return (key) => {
    let encoded = known.get(key);
    if (encoded === undefined) {
      encoded = encode(key);
      known.set(key, encoded);
    }
    return encoded;
  };
}

/** Where assembly/json/signed.ts found the members: two offsets each, 0 and 0 for what is absent. */
export function readRows(linear: Linear, count: number): number[] {
  const found: number[] = [];
  for (let at = linear.args.start, end = at + row.bytes * count; at < end; at += row.bytes)
    found.push(linear.readUint32(at + row.start), linear.readUint32(at + row.end));
  return found;
}

function encodeShape(shape: SignedShape): EncodedShape {
  checkShape(shape);
  const rows = encodeRows(shape.map(({ name }) => utf8Encode(name)));
  for (const [index, { type, optional }] of shape.entries()) {
    const at = row.bytes * index;
    rows[at + row.type] = typeNumber(type);
    rows[at + row.optional] = optional === true ? 1 : 0;
  }
  return { rows, decoded: shape.flatMap(decodedRegion), absent: shape.map(() => undefined) };
}

function decodedRegion({ type }: SignedMember, index: number): EncodedShape["decoded"] {
  if (typeof type === "object") return [{ index, region: "args" }];
  return type === "signature" ? [{ index, region: "input" }] : [];
}

function encodeRows(names: readonly Uint8Array[]): Uint8Array {
  const rows = new DataView(new ArrayBuffer(row.bytes * names.length));
  let nameAt = rows.byteLength;
  for (const [index, { length }] of names.entries()) {
    const at = row.bytes * index;
    rows.setUint32(at + row.name, nameAt, true);
    rows.setUint16(at + row.nameLength, length, true);
    nameAt += length;
  }
  return concatBytes(new Uint8Array(rows.buffer), ...names);
}

function typeNumber(type: SignedMemberType): number {
  return typeof type === "object" ? bytesType + type.bytes : typeNumbers[type];
}
