/**
 * Items of every algorithm for tests that demand one verdict on every path: honest ones of a few signers, crafted
 * ones, malformed ones, and any of them with one bit changed.
 */
import { readFileSync } from "node:fs";
import type { Engine, HybridPair, VerifyItem } from "waxwing/core";

/** Twelve signers: more than a small cache holds. */
const signers = 12;

const fromHex = (hex: string) => new Uint8Array(Buffer.from(hex, "hex"));

/** Small-order, mixed-order, non-canonical and malformed signatures and keys. */
export function craftedEd25519(): VerifyItem[] {
  const strict = JSON.parse(
    readFileSync(new URL("../vectors/ed25519-strict.json", import.meta.url), "utf8"),
  ) as {
    readonly signature: string;
    readonly message: string;
    readonly publicKey: string;
  }[];
  return strict.map(({ signature, message, publicKey }) => ({
    algorithm: "ed25519",
    signature: fromHex(signature),
    message: fromHex(message),
    publicKey: fromHex(publicKey),
  }));
}

/** Three honest items a signer, Ed25519, ML-DSA-65 and hybrid, and hybrids with one half wrong or wrongly bound. */
export function signedItems(engine: Engine): VerifyItem[] {
  return Array.from({ length: signers }, (_, index): VerifyItem[] => {
    const seed = new Uint8Array(32).fill(index + 1);
    const message = new Uint8Array(index * 37).fill(index);
    const classic = engine.ed25519.publicKey(seed);
    const lattice = engine.mlDsa65.keygen(seed);
    const signature = engine.ed25519.sign(message, seed);
    const sign = (data: Uint8Array) => engine.mlDsa65.sign(data, lattice.secretKey, { random: false });
    const [alone, bound] = [sign(message), sign(new Uint8Array([...message, ...signature]))];
    const hybrid = (signatures: HybridPair): VerifyItem => ({
      algorithm: "hybrid",
      signatures,
      message,
      publicKeys: { ed25519: classic, mlDsa65: lattice.publicKey },
    });
    return [
      { algorithm: "ed25519", signature, message, publicKey: classic },
      { algorithm: "ml-dsa-65", signature: alone, message, publicKey: lattice.publicKey },
      hybrid({ ed25519: signature, mlDsa65: bound }),
      hybrid({ ed25519: signature, mlDsa65: alone }),
      hybrid({ ed25519: signature.subarray(1), mlDsa65: bound }),
      hybrid({ ed25519: signature, mlDsa65: bound.subarray(1) }),
    ];
  }).flat();
}

const parts = ["message", "signature", "publicKey", "second signature", "second public key"] as const;

/** The item with one bit of one part changed; without the second half, the first is taken. */
export function changed(item: VerifyItem, part: number, bit: number): VerifyItem {
  const name = parts[part % parts.length]!;
  if (name === "message") return { ...item, message: flipped(item.message, bit) };
  const half = name.startsWith("second") ? "mlDsa65" : "ed25519";
  if (item.algorithm !== "hybrid") {
    const field = name.endsWith("ignature") ? "signature" : "publicKey";
    return { ...item, [field]: flipped(item[field], bit) };
  }
  const field = name.endsWith("ignature") ? "signatures" : "publicKeys";
  return { ...item, [field]: { ...item[field], [half]: flipped(item[field][half], bit) } };
}

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = bytes.slice();
  if (copy.length > 0) copy[(bit >> 3) % copy.length]! ^= 1 << (bit & 7);
  return copy;
}

/** The single call's verdict as a batch would say it: a key of a wrong length is no. */
export function singleVerdict({ ed25519, mlDsa65, hybrid }: Engine, item: VerifyItem): number {
  try {
    if (item.algorithm === "hybrid")
      return Number(hybrid.verify(item.signatures, item.message, item.publicKeys));
    const { verify } = item.algorithm === "ed25519" ? ed25519 : mlDsa65;
    return Number(verify(item.signature, item.message, item.publicKey));
  } catch (error) {
    if (error instanceof RangeError && /publicKey|publicKeys\.\w+:/.test(error.message)) return 0;
    throw error;
  }
}
