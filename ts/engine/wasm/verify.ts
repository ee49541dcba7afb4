/**
 * Hybrid and batch verification of the WASM engine: one crossing per window-full of items.
 *
 *   ARGS    descriptors, 32 bytes an item (assembly/batch.ts)
 *   INPUT   what they point at: signatures, keys and messages, packed
 *   OUTPUT  verdicts, one byte an item
 *
 * An item that does not fit an empty window passes its message through in pieces instead, half by half.
 */
import type { Engine, VerifyItem } from "../../contracts/engine.js";
import { mlDsa65Bytes } from "../ml-dsa-arguments.js";
import { type CheckedItem, checkHybrid, checkItems, ed25519Bytes } from "../verify-item.js";
import type { Linear } from "./linear.js";

const descriptorBytes = 32;
const algorithmBit = { ed25519: 1, mlDsa65: 2 } as const;

export function createVerify(linear: Linear): Pick<Engine, "hybrid" | "verifyBatch"> {
  const { exports, args, input, output } = linear;
  const crossingItemsMax = Math.min(args.bytes / descriptorBytes, output.bytes);

  function verifyBatch(items: readonly VerifyItem[]): Uint8Array {
    const checked = checkItems(items);
    const verdicts = new Uint8Array(checked.length);
    /** Where the verdicts of the packed items go. */
    const packed: number[] = [];
    let used = 0;

    function flush(): void {
      if (packed.length === 0) return;
      exports.verifyBatch!(args.start, packed.length, output.start);
      for (const [i, index] of packed.entries()) verdicts[index] = linear.memory[output.start + i]!;
      packed.length = 0;
      used = 0;
    }

    for (const [index, item] of checked.entries()) {
      if (item === undefined) continue;
      const bytes = packedBytes(item);
      if (bytes > input.bytes - used || packed.length === crossingItemsMax) flush();
      if (bytes > input.bytes) {
        verdicts[index] = verifyStreamed(item) ? 1 : 0;
        continue;
      }
      pack(item, args.start + packed.length * descriptorBytes, input.start + used);
      packed.push(index);
      used += bytes;
    }
    flush();
    return verdicts;
  }

  function verifyOne(item: CheckedItem): boolean {
    if (packedBytes(item) > input.bytes) return verifyStreamed(item);
    pack(item, args.start, input.start);
    exports.verifyBatch!(args.start, 1, output.start);
    return linear.memory[output.start] === 1;
  }

  /** Copies the item's bytes to `at` and writes its descriptor. */
  function pack({ message, ed25519, mlDsa65 }: CheckedItem, descriptor: number, at: number): void {
    const place = (field: number, bytes: Uint8Array | undefined): void => {
      linear.writeUint32(descriptor + field, at);
      if (bytes === undefined) return;
      linear.write(at, bytes);
      at += bytes.length;
    };
    linear.writeUint32(descriptor, algorithms(ed25519, mlDsa65));
    linear.writeUint32(descriptor + 8, message.length);
    place(12, ed25519?.signature);
    place(16, ed25519?.publicKey);
    place(20, mlDsa65?.signature);
    place(24, mlDsa65?.publicKey);
    place(4, message);
  }

  /** For messages larger than the window. Signatures and keys wait in ARGS. */
  function verifyStreamed({ message, ed25519, mlDsa65 }: CheckedItem): boolean {
    const edSignatureAt = args.start;
    const edPublicKeyAt = edSignatureAt + ed25519Bytes.signature;
    const mlSignatureAt = edPublicKeyAt + ed25519Bytes.publicKey;
    const mlPublicKeyAt = mlSignatureAt + mlDsa65Bytes.signature;
    if (ed25519 !== undefined) {
      linear.write(edSignatureAt, ed25519.signature);
      linear.write(edPublicKeyAt, ed25519.publicKey);
      if (exports.ed25519VerifyBegin!(edSignatureAt, edPublicKeyAt) === 0) return false;
      linear.stream(message, exports.ed25519VerifyUpdate!);
      if (exports.ed25519VerifyFinish!(edSignatureAt) === 0) return false;
    }
    if (mlDsa65 !== undefined) {
      linear.write(mlSignatureAt, mlDsa65.signature);
      linear.write(mlPublicKeyAt, mlDsa65.publicKey);
      if (exports.mlDsa65VerifyBegin!(mlSignatureAt, 0, 0, mlPublicKeyAt) === 0) return false;
      linear.stream(message, exports.mlDsa65VerifyUpdate!);
      if (ed25519 !== undefined) exports.mlDsa65VerifyUpdate!(edSignatureAt, ed25519Bytes.signature);
      if (exports.mlDsa65VerifyFinish!() === 0) return false;
    }
    return true;
  }

  return {
    hybrid: {
      verify(signatures, message, publicKeys) {
        const item = checkHybrid(signatures, message, publicKeys);
        return item !== undefined && verifyOne(item);
      },
    },
    verifyBatch,
  };
}

function algorithms(ed25519: unknown, mlDsa65: unknown): number {
  return (
    (ed25519 === undefined ? 0 : algorithmBit.ed25519) | (mlDsa65 === undefined ? 0 : algorithmBit.mlDsa65)
  );
}

function packedBytes({ message, ed25519, mlDsa65 }: CheckedItem): number {
  return (
    message.length +
    (ed25519 === undefined ? 0 : ed25519Bytes.signature + ed25519Bytes.publicKey) +
    (mlDsa65 === undefined ? 0 : mlDsa65Bytes.signature + mlDsa65Bytes.publicKey)
  );
}
