/** What the parts of the engine suite share. */
import { assertThrows } from "../suite.js";

/** Things that are not a `Uint8Array`, with what a caller may have had in mind. */
const notBytes: readonly [title: string, value: unknown][] = [
  ["undefined", undefined],
  ["null", null],
  ["a number", 32],
  ["a string", "00"],
  ["an array", [1, 2, 3]],
  ["an ArrayBuffer", new ArrayBuffer(32)],
  ["a DataView", new DataView(new ArrayBuffer(32))],
  ["another typed array", new Uint16Array(32)],
  ["an object with a length", { length: 32 }],
];

/** Law 3: `call` throws `TypeError` for everything that is not bytes. */
export async function assertBytesOnly(call: (value: Uint8Array) => unknown, title: string): Promise<void> {
  for (const [what, value] of notBytes)
    await assertThrows(() => call(value as Uint8Array), isTypeError, `${title}: ${what}`);
}

export const isTypeError = (error: unknown): boolean => error instanceof TypeError;
export const isRangeError = (error: unknown): boolean => error instanceof RangeError;

/** Bytes that differ from their neighbours at every power of two: 0, 1, … with a twist per 256. */
export function pattern(length: number, start = 0): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => start + i + (i >> 8));
}
