/**
 * SHA-2 of the WASM engine: inputs of any size through the INPUT region, one window after the other; a
 * batch in as few crossings as fit. Who hashes which message is sha256-choice.ts.
 */
import { checkBytes } from "../../base/check.js";
import type { Engine } from "../../contracts/engine.js";
import { checkMessages } from "../messages.js";
import type { Linear } from "./linear.js";
import type { Sha256Choice } from "./sha256-choice.js";

const descriptorBytes = 12;
const digestBytes = 32;
/** Digests that share a buffer: one costs nothing much then, and whoever keeps one keeps 1 KiB at most. */
const digestsPerBuffer = 32;

export interface Hashes extends Pick<Engine, "sha256" | "sha256Batch" | "sha512"> {
  /** Whether `sha256` asks for the digest of so many bytes outside the core. */
  leavesCore(bytes: number): boolean;
}

export function createHashes(linear: Linear, choice: Sha256Choice): Hashes {
  const { exports, args, input, output, memory } = linear;
  const out = args.start;
  const crossingMessagesMax = Math.min(
    Math.floor(args.bytes / descriptorBytes),
    Math.floor(output.bytes / digestBytes),
  );

  function sha256(data: Uint8Array): Uint8Array {
    checkBytes(data, "data");
    if (data.length >= choice.fromBytes) {
      const digest = new Uint8Array(digestBytes);
      if (choice.digestInto(data, digest, 0)) return digest;
    }
    sha256Into(data, out);
    return linear.read(out, digestBytes);
  }

  /** By the core, to `address` in linear memory. */
  function sha256Into(data: Uint8Array, address: number): void {
    if (data.length <= input.bytes) {
      linear.write(input.start, data);
      exports.sha256!(input.start, data.length, address);
    } else {
      exports.sha256Init!();
      linear.stream(data, exports.sha256Update!);
      exports.sha256Final!(address);
    }
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

  /**
   * Descriptors (address, length, address of the digest) in ARGS, messages packed in INPUT; digests in OUTPUT in
   * the order of the messages, whoever computes them.
   */
  function sha256Batch(messages: readonly Uint8Array[]): Uint8Array[] {
    checkMessages(messages);
    const digests: Uint8Array[] = new Array(messages.length);
    for (let first = 0; first < messages.length; ) {
      const end = hashCrossing(messages, first);
      takeDigests(digests, first, end);
      first = end;
    }
    return digests;
  }

  /** Digests of as many messages from `first` on as fit; returns where the rest begins. */
  function hashCrossing(messages: readonly Uint8Array[], first: number): number {
    const { batchFromBytes } = choice;
    const end = Math.min(messages.length, first + crossingMessagesMax);
    let used = 0;
    let packed = 0;
    let index = first;
    for (; index < end; index++) {
      const message = messages[index]!;
      const { length } = message;
      const digestAt = output.start + (index - first) * digestBytes;
      if (length >= batchFromBytes && choice.digestInto(message, memory, digestAt)) continue;
      if (length > input.bytes - used) {
        if (used > 0) break;
        sha256Into(message, digestAt);
        continue;
      }
      const descriptor = args.start + packed * descriptorBytes;
      linear.write(input.start + used, message);
      linear.writeUint32(descriptor, input.start + used);
      linear.writeUint32(descriptor + 4, length);
      linear.writeUint32(descriptor + 8, digestAt);
      used += length;
      packed++;
    }
    if (packed > 0) exports.sha256Batch!(args.start, packed);
    return index;
  }

  function takeDigests(digests: Uint8Array[], first: number, end: number): void {
    for (let from = first; from < end; from += digestsPerBuffer) {
      const count = Math.min(digestsPerBuffer, end - from);
      const { buffer } = linear.read(output.start + (from - first) * digestBytes, count * digestBytes);
      for (let i = 0; i < count; i++)
        digests[from + i] = new Uint8Array(buffer, i * digestBytes, digestBytes);
    }
  }

  return { sha256, leavesCore: (bytes) => bytes >= choice.fromBytes, sha256Batch, sha512 };
}
