/** SHA-2 of the reference engine: @noble/hashes behind the contract's edge checks. */
import { sha256, sha512 } from "@noble/hashes/sha2.js";
import { checkBytes } from "../../base/check.js";
import type { Engine } from "../../contracts/engine.js";
import { checkMessages } from "../messages.js";

export function createReferenceHashes(): Pick<Engine, "sha256" | "sha256Batch" | "sha512"> {
  return {
    sha256(data) {
      checkBytes(data, "data");
      return sha256(data);
    },
    sha256Batch(messages) {
      checkMessages(messages);
      return messages.map((message) => sha256(message));
    },
    sha512(data) {
      checkBytes(data, "data");
      return sha512(data);
    },
  };
}
