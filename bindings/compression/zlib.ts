/** Raw DEFLATE by the runtime's zlib: `node:zlib` of Node and Deno. */
import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { Compressor } from "#contracts/compressor.js";

/** What zlib answers with `info: true`, which its types leave out. */
interface Inflated {
  readonly buffer: Uint8Array;
  readonly engine: { readonly bytesWritten: number };
}

export function createZlibCompressor(): Compressor {
  return {
    deflate: (bytes) => ownMemory(deflateRawSync(bytes)),
    inflate(bytes, bytesMax) {
      try {
        const options = { maxOutputLength: Math.max(1, bytesMax), info: true };
        const { buffer, engine } = inflateRawSync(bytes, options) as unknown as Inflated;
        // zlib stops at the end of the stream, and says how far it read.
        return engine.bytesWritten === bytes.length && buffer.length <= bytesMax
          ? ownMemory(buffer)
          : undefined;
      } catch {
        return undefined;
      }
    },
  };
}

/** Not a piece of Node's pool, nor a Buffer, whose methods differ. */
function ownMemory(buffer: Uint8Array): Uint8Array {
  return new Uint8Array(buffer);
}
