/** The runtime's SHA-256 for the core: what every record's bytes are hashed with once they are worth the call. */
import * as crypto from "node:crypto";

/** `crypto.hash` saves a third of what the object of `createHash` costs; Deno may lack it. */
export const largeHash: (data: Uint8Array) => Uint8Array =
  typeof crypto.hash === "function"
    ? (data) => new Uint8Array(crypto.hash("sha256", data, "buffer"))
    : (data) => new Uint8Array(crypto.createHash("sha256").update(data).digest());
