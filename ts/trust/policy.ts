/**
 * Which signatures are asked for, and what a missing post-quantum half means (ciris-edge §7.8).
 *
 * | policy | no post-quantum half present |
 * |---|---|
 * | `strict` | refused |
 * | `soft-freshness` | accepted while the signed time is younger than the window |
 * | `ed25519-fallback` | accepted |
 *
 * Under every policy a half that is present must verify, and a key that has a post-quantum half cannot be
 * used without it: a stripped signature counts for nothing. Federation-tier records are strict whatever is
 * configured, because what is admitted here is served to everybody.
 */
import { shortId } from "../base/ids.js";
import type { VerifyItem } from "../contracts/engine.js";
import type { DirectoryEntry, KeyStanding } from "../contracts/key-directory.js";
import type { RecordSignature, Refusal } from "../contracts/record.js";
import { refusal } from "../records/parse-record.js";

export type SignaturePolicy =
  | { readonly name: "strict" }
  | { readonly name: "soft-freshness"; readonly windowMs: number }
  | { readonly name: "ed25519-fallback" };

export const strict: SignaturePolicy = { name: "strict" };

export function isTrusted(standing: KeyStanding): boolean {
  return standing !== "unproven" && standing !== "revoked";
}

/** Why a key may not verify anything, or undefined. */
export function findKeyFault(keyId: string, entry: DirectoryEntry | undefined): Refusal | undefined {
  if (!entry) return refusal("key_unknown", `key ${shortId(keyId)} is not in the directory`, keyId);
  if (entry.standing === "revoked") return refusal("key_revoked", `key ${shortId(keyId)} was withdrawn`);
  if (!isTrusted(entry.standing))
    return refusal("key_not_trusted", `key ${shortId(keyId)} is known and not trusted`, keyId);
  if (entry.withdrawn?.unsure)
    return refusal(
      "clock_not_synchronised",
      `key ${shortId(keyId)}: its revocation cannot be judged without a synchronised clock`,
    );
  return undefined;
}

/**
 * A key as a signature of that time may use it (Unix ms): what was signed before the key was withdrawn counts
 * whenever it arrives. What tells no time (undefined) counts as signed now.
 */
export function entryAsOf(
  entry: DirectoryEntry | undefined,
  signedAtMs: number | undefined,
): DirectoryEntry | undefined {
  if (!entry?.withdrawn || signedAtMs === undefined) return entry;
  const { withdrawn, ...before } = entry;
  return signedAtMs < withdrawn.signedBeforeMs ? { ...before, standing: withdrawn.standing } : entry;
}

/** What to verify so that a signature counts, or why it cannot. `ageMs`: how long ago it was made, if that is signed. */
export function planSignature(
  policy: SignaturePolicy,
  signature: RecordSignature,
  entry: DirectoryEntry,
  message: Uint8Array,
  ageMs: number | undefined,
): VerifyItem | Refusal {
  const { ed25519, mlDsa65 } = signature;
  if (mlDsa65 && entry.mlDsa65) {
    return {
      algorithm: "hybrid",
      signatures: { ed25519, mlDsa65 },
      message,
      publicKeys: { ed25519: entry.ed25519, mlDsa65: entry.mlDsa65 },
    };
  }
  const fault = findMissingHalf(policy, mlDsa65 !== undefined, entry.mlDsa65 !== undefined, ageMs);
  return fault ?? { algorithm: "ed25519", signature: ed25519, message, publicKey: entry.ed25519 };
}

function findMissingHalf(
  policy: SignaturePolicy,
  signatureHasHalf: boolean,
  keyHasHalf: boolean,
  ageMs: number | undefined,
): Refusal | undefined {
  if (policy.name === "strict" && !signatureHasHalf)
    return refusal("pqc_missing", "the post-quantum signature is absent");
  if (signatureHasHalf !== keyHasHalf) {
    return refusal(
      "pqc_fields_must_be_both",
      signatureHasHalf
        ? "a post-quantum signature under a key without that half"
        : "no post-quantum signature under a key that has that half",
    );
  }
  if (policy.name !== "soft-freshness") return undefined;
  // An unknown age is too old: the reference rejects it as well.
  return ageMs !== undefined && ageMs < policy.windowMs
    ? undefined
    : refusal("pqc_missing", "the post-quantum signature is absent and the record is not fresh");
}
