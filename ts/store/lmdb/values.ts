/**
 * Memory for values on their way to LMDB. The addon asks for the address of each `ArrayBuffer` that it is handed, and
 * V8 makes one for every small array that is looked at so: microseconds a value, more than writing it. Values lie
 * behind each other in slabs instead, whose address is asked for once.
 *
 * A value is zero at first, is written by whoever made it, and lives until its transaction is over; a slab goes
 * when its last value does.
 */

/** Some hundred records: a slab is held by its youngest value. */
const slabBytes = 1024 * 1024;

let slab = new ArrayBuffer(0);
let used = 0;

export function newValue(length: number): Uint8Array {
  if (length > slabBytes / 4) return new Uint8Array(length);
  if (length > slab.byteLength - used) {
    slab = new ArrayBuffer(slabBytes);
    used = 0;
  }
  const value = new Uint8Array(slab, used, length);
  used += length;
  return value;
}

/** A copy of bytes that somebody else made. */
export function copyValue(bytes: Uint8Array): Uint8Array {
  const value = newValue(bytes.length);
  value.set(bytes);
  return value;
}
