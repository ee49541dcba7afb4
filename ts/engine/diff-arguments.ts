/** What both engines demand of the two id sequences. */
import { checkBytes } from "../base/check.js";

export const idBytes = 32;

export function checkIds(ids: unknown, title: string): asserts ids is Uint8Array {
  checkBytes(ids, title);
  if (ids.length % idBytes !== 0)
    throw new RangeError(`${title}: expected 32-byte ids, got ${ids.length} bytes`);
}

export function disorder(title: string, index: number): RangeError {
  return new RangeError(`${title}: expected strictly ascending ids, id ${index} is not above the one before`);
}
