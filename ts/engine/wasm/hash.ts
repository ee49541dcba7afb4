/**
 * SHA-2 of the WASM engine: inputs of any size through the INPUT region, one window after the other; a
 * batch in as few crossings as fit. Where the runtime's own SHA-256 is given, it takes the large messages.
 */
import { checkBytes } from "../../base/check.js";
import type { Engine } from "../../contracts/engine.js";
import { checkMessages } from "../messages.js";
import type { Linear } from "./linear.js";

const descriptorBytes = 8;
const digestBytes = 32;

/** SHA-256 of the runtime: 32 fresh bytes, synchronously. */
export type LargeHash = (data: Uint8Array) => Uint8Array;

/**
 * From how many bytes on the runtime's SHA-256 is the faster, with SHA instructions and some 0.6 µs a call, beside
 * ours with 0.2 µs a block alone and 0.085 µs in four lanes (AMD Zen 4, Node 20 and 24, crypto.hash, 2026-11:
 * equal near 130 to 190 bytes alone and near 600 in lanes).
 */
export const largeHashFromBytes = { single: 192, lanes: 640 } as const;

export function createHashes(
  linear: Linear,
  { simd, largeHash }: { readonly simd: boolean; readonly largeHash?: LargeHash | undefined },
): Pick<Engine, "sha256" | "sha256Batch" | "sha512"> {
  const { exports, args, input, output } = linear;
  const out = args.start;
  const singleMax = largeHash === undefined ? Number.POSITIVE_INFINITY : largeHashFromBytes.single - 1;
  const batchedMax = simd && largeHash !== undefined ? largeHashFromBytes.lanes - 1 : singleMax;
  const crossingMessagesMax = Math.min(args.bytes / descriptorBytes, output.bytes / digestBytes);

  function sha256(data: Uint8Array): Uint8Array {
    checkBytes(data, "data");
    if (data.length > singleMax) return largeHash!(data);
    if (data.length <= input.bytes) {
      linear.write(input.start, data);
      exports.sha256!(input.start, data.length, out);
    } else {
      exports.sha256Init!();
      linear.stream(data, exports.sha256Update!);
      exports.sha256Final!(out);
    }
    return linear.read(out, digestBytes);
  }

  function sha512(data: Uint8Array): Uint8Array {
    checkBytes(data, "data");
    if (data.length <= input.bytes) {
      linear.write(input.start, data);
      exports.sha512!(input.start, data.length, out);
    } else {
      exports.sha512Init!();
      linear.stream(data, exports.sha512Update!);
      exports.sha512Final!(out);
    }
    return linear.read(out, 64);
  }

  /** Descriptors (address, length) in ARGS, messages packed in INPUT, digests in OUTPUT. */
  function sha256Batch(messages: readonly Uint8Array[]): Uint8Array[] {
    checkMessages(messages);
    const digests: Uint8Array[] = new Array(messages.length);
    /** Where the digests of the packed messages go. */
    const packed: number[] = [];
    let used = 0;

    function flush(): void {
      if (packed.length === 0) return;
      exports.sha256Batch!(args.start, packed.length, output.start);
      for (const [i, index] of packed.entries())
        digests[index] = linear.read(output.start + i * digestBytes, digestBytes);
      packed.length = 0;
      used = 0;
    }

    for (const [index, message] of messages.entries()) {
      if (message.length > batchedMax) {
        digests[index] = largeHash!(message);
        continue;
      }
      if (message.length > input.bytes - used || packed.length === crossingMessagesMax) flush();
      if (message.length > input.bytes) {
        digests[index] = sha256(message);
        continue;
      }
      const descriptor = args.start + packed.length * descriptorBytes;
      linear.write(input.start + used, message);
      linear.writeUint32(descriptor, input.start + used);
      linear.writeUint32(descriptor + 4, message.length);
      used += message.length;
      packed.push(index);
    }
    flush();
    return digests;
  }

  return { sha256, sha256Batch, sha512 };
}
