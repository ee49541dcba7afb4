/**
 * Items of verifyBatch and arguments of hybrid.verify, checked at the edge of every engine: types throw,
 * lengths decide. What comes out is read once and of the right lengths, or has no chance to be valid.
 */
import { checkBytes } from "../base/check.js";
import type { HybridPair, VerifyItem } from "../contracts/engine.js";
import { mlDsa65Bytes } from "./ml-dsa-arguments.js";

export const ed25519Bytes = { seed: 32, publicKey: 32, signature: 64 } as const;

/** A signature with the key to check it by. */
export interface SignatureCheck {
  readonly signature: Uint8Array;
  readonly publicKey: Uint8Array;
}

/** What one item asks for: one half or both. With both, ML-DSA-65 covers M ‖ the Ed25519 signature. */
export interface CheckedItem {
  readonly message: Uint8Array;
  readonly ed25519?: SignatureCheck;
  readonly mlDsa65?: SignatureCheck;
}

/** All items, before the first is computed; `undefined` where a length already says no. */
export function checkItems(items: readonly VerifyItem[]): (CheckedItem | undefined)[] {
  if (!Array.isArray(items)) throw new TypeError("items: expected an array");
  return items.map((item, index) => checkItem(item, `items[${index}]`));
}

function checkItem(item: VerifyItem, title: string): CheckedItem | undefined {
  if (typeof item !== "object" || item === null) throw new TypeError(`${title}: expected an object`);
  const { algorithm, message } = item;
  // A context is an option of single calls; ignored here it would make another verdict.
  if ("context" in item) throw new TypeError(`${title}: verifyBatch takes no context`);
  checkBytes(message, `${title}.message`);
  switch (algorithm) {
    case "ed25519": {
      const half = checkHalf(item, title);
      return fits(half, ed25519Bytes) ? { message, ed25519: half } : undefined;
    }
    case "ml-dsa-65": {
      const half = checkHalf(item, title);
      return fits(half, mlDsa65Bytes) ? { message, mlDsa65: half } : undefined;
    }
    case "hybrid": {
      const { ed25519, mlDsa65 } = checkPairs(item.signatures, item.publicKeys, `${title}.`);
      const fit = fits(ed25519, ed25519Bytes) && fits(mlDsa65, mlDsa65Bytes);
      return fit ? { message, ed25519, mlDsa65 } : undefined;
    }
    default:
      throw new TypeError(`${title}.algorithm: expected "ed25519", "ml-dsa-65" or "hybrid"`);
  }
}

/** The way back. */
export function toVerifyItem({ message, ed25519, mlDsa65 }: CheckedItem): VerifyItem {
  if (ed25519 !== undefined && mlDsa65 !== undefined)
    return {
      algorithm: "hybrid",
      message,
      signatures: { ed25519: ed25519.signature, mlDsa65: mlDsa65.signature },
      publicKeys: { ed25519: ed25519.publicKey, mlDsa65: mlDsa65.publicKey },
    };
  return ed25519 === undefined
    ? { algorithm: "ml-dsa-65", message, ...mlDsa65! }
    : { algorithm: "ed25519", message, ...ed25519 };
}

/** Arguments of hybrid.verify: key lengths throw as in every single call. */
export function checkHybrid(
  signatures: HybridPair,
  message: Uint8Array,
  publicKeys: HybridPair,
): CheckedItem | undefined {
  checkBytes(message, "message");
  const { ed25519, mlDsa65 } = checkPairs(signatures, publicKeys, "");
  checkBytes(ed25519.publicKey, "publicKeys.ed25519", ed25519Bytes.publicKey);
  checkBytes(mlDsa65.publicKey, "publicKeys.mlDsa65", mlDsa65Bytes.publicKey);
  const fit = fits(ed25519, ed25519Bytes) && fits(mlDsa65, mlDsa65Bytes);
  return fit ? { message, ed25519, mlDsa65 } : undefined;
}

function checkHalf({ signature, publicKey }: SignatureCheck, title: string): SignatureCheck {
  checkBytes(signature, `${title}.signature`);
  checkBytes(publicKey, `${title}.publicKey`);
  return { signature, publicKey };
}

function checkPairs(
  signatures: HybridPair,
  publicKeys: HybridPair,
  prefix: string,
): { ed25519: SignatureCheck; mlDsa65: SignatureCheck } {
  const [edSignature, mlSignature] = checkPair(signatures, `${prefix}signatures`);
  const [edPublicKey, mlPublicKey] = checkPair(publicKeys, `${prefix}publicKeys`);
  return {
    ed25519: { signature: edSignature, publicKey: edPublicKey },
    mlDsa65: { signature: mlSignature, publicKey: mlPublicKey },
  };
}

function checkPair(pair: HybridPair, title: string): [Uint8Array, Uint8Array] {
  if (typeof pair !== "object" || pair === null)
    throw new TypeError(`${title}: expected { ed25519, mlDsa65 }`);
  const { ed25519, mlDsa65 } = pair;
  checkBytes(ed25519, `${title}.ed25519`);
  checkBytes(mlDsa65, `${title}.mlDsa65`);
  return [ed25519, mlDsa65];
}

function fits(
  { signature, publicKey }: SignatureCheck,
  bytes: { readonly signature: number; readonly publicKey: number },
): boolean {
  return signature.length === bytes.signature && publicKey.length === bytes.publicKey;
}
