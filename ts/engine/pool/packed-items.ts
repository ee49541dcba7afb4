/**
 * Items as one run of bytes, which goes through memory that both threads see: so a batch costs a thread one message
 * and not a copy an object, and neither of them an allocation.
 *
 *   u32  items
 *   u32  halves (1 Ed25519, 2 ML-DSA-65, 3 hybrid), u32 message bytes     an item
 *   signature 64, key 32 · signature 3309, key 1952 · message             as the halves say, an item
 *
 * Both ends are of one build, so nothing here is a wire format. The answer is one byte an item, written over
 * the start of the same memory. Messages order the two sides: who was told owns it until it tells.
 *
 * Shared memory is crossed by one copy of the whole. Engines copy to and from it by words, or byte by byte where the
 * two ends are not aligned alike, as signatures and keys never are: 3 µs an item instead of 0.5 (bench/account.ts).
 */
import { limits } from "../../base/limits.js";
import type { VerifyItem } from "../../contracts/engine.js";
import { mlDsa65Bytes } from "../ml-dsa-arguments.js";
import { type CheckedItem, ed25519Bytes, type SignatureCheck, toVerifyItem } from "../verify-item.js";

const half = { ed25519: 1, mlDsa65: 2 } as const;
const countBytes = 4;
const headBytes = 8;
const ed25519ItemBytes = ed25519Bytes.signature + ed25519Bytes.publicKey;
const mlDsa65ItemBytes = mlDsa65Bytes.signature + mlDsa65Bytes.publicKey;

export function packedItemBytes({ ed25519, mlDsa65, message }: CheckedItem): number {
  return (
    headBytes +
    (ed25519 === undefined ? 0 : ed25519ItemBytes) +
    (mlDsa65 === undefined ? 0 : mlDsa65ItemBytes) +
    message.length
  );
}

export function packedBytes(items: readonly CheckedItem[]): number {
  return items.reduce((bytes, item) => bytes + packedItemBytes(item), countBytes);
}

/** `memory`: of at least `packedBytes(items)`. */
export function packItems(items: readonly CheckedItem[], memory: ArrayBuffer): void {
  const heads = new Uint32Array(memory, 0, 1 + items.length * 2);
  const bytes = new Uint8Array(memory);
  let at = countBytes + items.length * headBytes;
  const place = (part: Uint8Array): void => {
    bytes.set(part, at);
    at += part.length;
  };
  heads[0] = items.length;
  for (const [index, { ed25519, mlDsa65, message }] of items.entries()) {
    heads[1 + index * 2] =
      (ed25519 === undefined ? 0 : half.ed25519) | (mlDsa65 === undefined ? 0 : half.mlDsa65);
    heads[2 + index * 2] = message.length;
    if (ed25519 !== undefined) {
      place(ed25519.signature);
      place(ed25519.publicKey);
    }
    if (mlDsa65 !== undefined) {
      place(mlDsa65.signature);
      place(mlDsa65.publicKey);
    }
    place(message);
  }
}

/** Views into the memory; nothing is copied. */
export function unpackItems(memory: ArrayBuffer): VerifyItem[] {
  const count = new Uint32Array(memory, 0, 1)[0]!;
  const heads = new Uint32Array(memory, countBytes, count * 2);
  let at = countBytes + count * headBytes;
  const take = (length: number): Uint8Array => {
    const part = new Uint8Array(memory, at, length);
    at += length;
    return part;
  };
  const items: VerifyItem[] = [];
  for (let index = 0; index < count; index++) {
    const halves = heads[index * 2]!;
    const ed25519 = (halves & half.ed25519) === 0 ? undefined : takePair(take, ed25519Bytes);
    const mlDsa65 = (halves & half.mlDsa65) === 0 ? undefined : takePair(take, mlDsa65Bytes);
    const message = take(heads[index * 2 + 1]!);
    items.push(toVerifyItem({ message, ...(ed25519 && { ed25519 }), ...(mlDsa65 && { mlDsa65 }) }));
  }
  return items;
}

/** From one thread's own memory into what both see, or back. */
export function copyPacked(
  from: ArrayBuffer | SharedArrayBuffer,
  to: ArrayBuffer | SharedArrayBuffer,
  bytes: number,
): void {
  new Uint8Array(to).set(new Uint8Array(from, 0, bytes));
}

/** The next power of two, so that jobs of about one size find room in each other's memory. */
export function roomFor(bytes: number): number {
  return bytes > limits.verifyJobBytesMax ? bytes : 2 ** Math.ceil(Math.log2(bytes));
}

/** Over the start of the memory: every item took more than a byte there. */
export function writeVerdicts(memory: SharedArrayBuffer, verdicts: Uint8Array): void {
  new Uint8Array(memory).set(verdicts);
}

/** A view: to be read before the memory is packed again. */
export function readVerdicts(memory: SharedArrayBuffer, count: number): Uint8Array {
  return new Uint8Array(memory, 0, count);
}

function takePair(
  take: (length: number) => Uint8Array,
  bytes: { readonly signature: number; readonly publicKey: number },
): SignatureCheck {
  const signature = take(bytes.signature);
  return { signature, publicKey: take(bytes.publicKey) };
}
