/**
 * SHA-2 of the WASM engine: inputs of any size through the INPUT region, one window after the other; a
 * batch in as few crossings as fit.
 */
import { checkBytes } from "../../base/check.js";
import type { Engine } from "../../contracts/engine.js";
import { checkMessages } from "../messages.js";
import type { Linear } from "./linear.js";

const descriptorBytes = 8;
const digestBytes = 32;

export function createHashes(linear: Linear): Pick<Engine, "sha256" | "sha256Batch" | "sha512"> {
  const { exports, args, input, output } = linear;
  const out = args.start;
  const crossingMessagesMax = Math.min(args.bytes / descriptorBytes, output.bytes / digestBytes);

  function sha256(data: Uint8Array): Uint8Array {
    checkBytes(data, "data");
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
    const digests: Uint8Array[] = [];
    let count = 0;
    let used = 0;

    function flush(): void {
      if (count === 0) return;
      exports.sha256Batch!(args.start, count, output.start);
      for (let i = 0; i < count; i++) digests.push(linear.read(output.start + i * digestBytes, digestBytes));
      count = 0;
      used = 0;
    }

    for (const message of messages) {
      if (message.length > input.bytes - used || count === crossingMessagesMax) flush();
      if (message.length > input.bytes) {
        digests.push(sha256(message));
        continue;
      }
      linear.write(input.start + used, message);
      linear.writeUint32(args.start + count * descriptorBytes, input.start + used);
      linear.writeUint32(args.start + count * descriptorBytes + 4, message.length);
      used += message.length;
      count++;
    }
    flush();
    return digests;
  }

  return { sha256, sha256Batch, sha512 };
}
