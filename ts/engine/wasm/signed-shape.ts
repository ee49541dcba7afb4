/**
 * Shapes of signed objects as assembly/json/signed.ts reads them: rows, then the names. Each shape is encoded
 * once, and copied to ARGS for every call.
 */
import { concatBytes, utf8Encode } from "../../base/bytes.js";
import type { SignedMemberType, SignedShape } from "../../contracts/engine.js";
import { checkShape } from "../signed-shape.js";
import type { Linear } from "./linear.js";

/** One row, 16 bytes: name, its length, type, optional; and where the member was found. */
const row = { bytes: 16, name: 0, nameLength: 4, type: 6, optional: 7, start: 8, end: 12 } as const;
const typeNumbers = { signature: 0, text: 1, object: 2, value: 3 } as const;
/** Plus the length of the list. */
const bytesType = 4;

export interface EncodedShape {
  readonly rows: Uint8Array;
  /** Which region the offsets of each member count from, or that they are places in the text. */
  readonly sources: readonly ("text" | "input" | "args")[];
}

export function createShapeEncoder(): (shape: SignedShape) => EncodedShape {
  const known = new WeakMap<SignedShape, EncodedShape>();
  return (shape) => {
    const encoded = known.get(shape) ?? encodeShape(shape);
    known.set(shape, encoded);
    return encoded;
  };
}

/** What assembly/json/signed.ts left in the rows: places in the text, and in linear memory what was decoded. */
export function readRows(linear: Linear, { sources }: EncodedShape) {
  const places: number[] = [];
  const decodedPlaces: ({ readonly start: number; readonly end: number } | undefined)[] = [];
  let decodedBytes = 0;
  for (let index = 0, at = linear.args.start; index < sources.length; index++, at += row.bytes) {
    const source = sources[index]!;
    const start = linear.readUint32(at + row.start);
    const end = linear.readUint32(at + row.end);
    const isDecoded = source !== "text" && end !== 0;
    places.push(isDecoded ? 0 : start, isDecoded ? 0 : end);
    decodedPlaces.push(
      isDecoded ? { start: linear[source].start + start, end: linear[source].start + end } : undefined,
    );
    if (isDecoded) decodedBytes += end - start;
  }
  return { places, decodedPlaces, decodedBytes };
}

function encodeShape(shape: SignedShape): EncodedShape {
  checkShape(shape);
  const names = shape.map(({ name }) => utf8Encode(name));
  const rows = new DataView(new ArrayBuffer(row.bytes * shape.length));
  let nameAt = rows.byteLength;
  for (const [index, { type, optional }] of shape.entries()) {
    const at = row.bytes * index;
    const { length } = names[index]!;
    rows.setUint32(at + row.name, nameAt, true);
    rows.setUint16(at + row.nameLength, length, true);
    rows.setUint8(at + row.type, typeNumber(type));
    rows.setUint8(at + row.optional, optional === true ? 1 : 0);
    nameAt += length;
  }
  return {
    rows: concatBytes(new Uint8Array(rows.buffer), ...names),
    sources: shape.map(({ type }) =>
      typeof type === "object" ? "args" : type === "signature" ? "input" : "text",
    ),
  };
}

function typeNumber(type: SignedMemberType): number {
  return typeof type === "object" ? bytesType + type.bytes : typeNumbers[type];
}
