/**
 * The identity file: both seeds as JSON, to be kept with mode 0600. Whoever reads it is this node.
 *
 * ```json
 * {"version":1,"keyId":"wx1…","ed25519SeedBase64":"…","mlDsa65SeedBase64":"…"}
 * ```
 * The file holds seeds and not expanded keys, so there is one encoding and nothing in it can disagree.
 */
import { base64Decode, base64Encode, utf8Decode, utf8Encode } from "../base/bytes.js";
import { WaxwingError } from "../base/errors.js";
import type { KeyId } from "../base/ids.js";
import type { IdentitySeeds } from "./software-identity.js";

export interface IdentityFile {
  readonly keyId: KeyId;
  readonly seeds: IdentitySeeds;
}

const members = ["ed25519SeedBase64", "keyId", "mlDsa65SeedBase64", "version"];

export function encodeIdentityFile({ keyId, seeds }: IdentityFile): Uint8Array {
  const file = {
    version: 1,
    keyId,
    ed25519SeedBase64: base64Encode(seeds.ed25519Seed),
    mlDsa65SeedBase64: base64Encode(seeds.mlDsa65Seed),
  };
  return utf8Encode(`${JSON.stringify(file, null, 2)}\n`);
}

/** Throws `identity_invalid`; the message never quotes the file. The caller checks the file's mode. */
export function decodeIdentityFile(bytes: Uint8Array): IdentityFile {
  const file = parseObject(bytes);
  if (Object.keys(file).sort().join() !== members.join() || file.version !== 1)
    throw invalid(`expected exactly the members ${members.join(", ")}, and version 1`);
  if (typeof file.keyId !== "string") throw invalid("keyId is not text");
  return {
    keyId: file.keyId,
    seeds: {
      ed25519Seed: decodeSeed(file.ed25519SeedBase64, "ed25519SeedBase64"),
      mlDsa65Seed: decodeSeed(file.mlDsa65SeedBase64, "mlDsa65SeedBase64"),
    },
  };
}

/** Overwrites seeds that are no longer needed; copies that the runtime made stay where they are. */
export function wipeSeeds(seeds: IdentitySeeds): void {
  seeds.ed25519Seed.fill(0);
  seeds.mlDsa65Seed.fill(0);
}

function parseObject(bytes: Uint8Array): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(utf8Decode(bytes));
  } catch {
    // The parser's own message would quote the file.
    throw invalid("not JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw invalid("not a JSON object");
  return value as Record<string, unknown>;
}

function decodeSeed(text: unknown, name: string): Uint8Array {
  try {
    const seed = base64Decode(text as string);
    if (seed.length === 32) return seed;
  } catch {
    // Falls through to the one message: the decoder's could quote the secret.
  }
  throw invalid(`${name} is not the base64 of 32 bytes`);
}

function invalid(what: string): WaxwingError {
  return new WaxwingError("identity_invalid", `identity file: ${what}`);
}
