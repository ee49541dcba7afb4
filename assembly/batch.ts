/**
 * Many verifications in one crossing: the same steps as one by one, so the same verdicts. What is shared is one
 * inversion for the Ed25519 halves of up to LEFTS_MAX items; no equation is added to another.
 *
 *   descriptor, 32 bytes, one an item          0  algorithms: bit 0 Ed25519, bit 1 ML-DSA-65, both: hybrid
 *    4  message        8  its length          12  Ed25519 signature      16  Ed25519 public key
 *   20  ML-DSA-65 signature                   24  ML-DSA-65 public key   28  not used
 *
 * Addresses and lengths are 32-bit; the lengths of signatures and keys are the caller's to check.
 */
import {
  ed25519BatchBegin,
  ed25519BatchCompute,
  ed25519BatchInvert,
  ed25519BatchProduct,
  ed25519BatchSettle,
  LEFTS_MAX,
} from "./ed25519/verify";
import { mlDsa65Verify } from "./mldsa/verify";

const DESCRIPTOR_BYTES: usize = 32;
const ED25519: u32 = 1;
const ML_DSA_65: u32 = 2;
const HYBRID: u32 = ED25519 | ML_DSA_65;
const ED25519_SIGNATURE_BYTES: usize = 64;

/** One byte an item at `verdicts`: 1 if the signature holds. */
export function verifyBatch(descriptors: usize, count: i32, verdicts: usize): void {
  for (let from = 0; from < count; from += LEFTS_MAX) {
    const size = min(count - from, LEFTS_MAX);
    verifyGroup(descriptors + <usize>from * DESCRIPTOR_BYTES, size, verdicts + from);
  }
}

/** The quicker half of a hybrid goes first; where it fails, the other is not looked at. */
function verifyGroup(descriptors: usize, count: i32, verdicts: usize): void {
  for (let i = 0; i < count; i++) {
    const item = descriptors + <usize>i * DESCRIPTOR_BYTES;
    store<u8>(verdicts + i, u8((algorithms(item) & ED25519) == 0 || computeEd25519(i, item)));
  }
  let awaiting = 0;
  ed25519BatchBegin();
  for (let i = 0; i < count; i++) {
    if (!awaitsEd25519(descriptors, verdicts, i)) continue;
    if (ed25519BatchProduct(i)) awaiting++;
  }
  if (awaiting != 0) ed25519BatchInvert();
  for (let i = count - 1; i >= 0; i--) {
    if (!awaitsEd25519(descriptors, verdicts, i)) continue;
    const item = descriptors + <usize>i * DESCRIPTOR_BYTES;
    store<u8>(verdicts + i, u8(ed25519BatchSettle(i, load<u32>(item, 12), load<u32>(item, 16))));
  }
  for (let i = 0; i < count; i++) {
    const item = descriptors + <usize>i * DESCRIPTOR_BYTES;
    if (load<u8>(verdicts + i)) store<u8>(verdicts + i, u8(verifyMlDsa65(item)));
  }
}

// @ts-ignore: decorator
@inline
function algorithms(item: usize): u32 {
  return load<u32>(item);
}

// @ts-ignore: decorator
@inline
function awaitsEd25519(descriptors: usize, verdicts: usize, i: i32): bool {
  return load<u8>(verdicts + i) != 0 && (algorithms(descriptors + <usize>i * DESCRIPTOR_BYTES) & ED25519) != 0;
}

function computeEd25519(index: i32, item: usize): bool {
  return ed25519BatchCompute(
    index, load<u32>(item, 12), load<u32>(item, 4), load<u32>(item, 8), load<u32>(item, 16),
  );
}

/** In a hybrid, ML-DSA-65 signs M ‖ the raw Ed25519 signature, with an empty context. True if there is no such half. */
function verifyMlDsa65(item: usize): bool {
  if ((algorithms(item) & ML_DSA_65) == 0) return algorithms(item) == ED25519;
  const suffixLength = algorithms(item) == HYBRID ? ED25519_SIGNATURE_BYTES : 0;
  return mlDsa65Verify(
    load<u32>(item, 20), load<u32>(item, 4), load<u32>(item, 8), load<u32>(item, 12), suffixLength, 0, 0, load<u32>(item, 24),
  );
}
