/**
 * Many verifications in one crossing: the same functions as one by one, so the same verdicts.
 *
 *   descriptor, 32 bytes, one an item          0  algorithms: bit 0 Ed25519, bit 1 ML-DSA-65, both: hybrid
 *    4  message        8  its length          12  Ed25519 signature      16  Ed25519 public key
 *   20  ML-DSA-65 signature                   24  ML-DSA-65 public key   28  not used
 *
 * Addresses and lengths are 32-bit; the lengths of signatures and keys are the caller's to check. A batch
 * method that shares work between items takes the place of this loop.
 */
import { ed25519Verify } from "./ed25519/verify";
import { mlDsa65Verify } from "./mldsa/verify";

const DESCRIPTOR_BYTES: usize = 32;
const ED25519: u32 = 1;
const ML_DSA_65: u32 = 2;
const HYBRID: u32 = ED25519 | ML_DSA_65;
const ED25519_SIGNATURE_BYTES: usize = 64;

/** One byte an item at `verdicts`: 1 if the signature holds. */
export function verifyBatch(descriptors: usize, count: i32, verdicts: usize): void {
  for (let i = 0; i < count; i++) {
    store<u8>(verdicts + i, u8(verifyItem(descriptors + <usize>i * DESCRIPTOR_BYTES)));
  }
}

/**
 * In a hybrid, Ed25519 signs M and ML-DSA-65 signs M ‖ the raw Ed25519 signature, with an empty context.
 * The quicker half goes first.
 */
function verifyItem(item: usize): bool {
  const algorithms = load<u32>(item, 0);
  const message = load<u32>(item, 4), length = load<u32>(item, 8);
  const edSignature = load<u32>(item, 12), edPublicKey = load<u32>(item, 16);
  if (algorithms & ED25519 && !ed25519Verify(edSignature, message, length, edPublicKey)) return false;
  if ((algorithms & ML_DSA_65) == 0) return algorithms == ED25519;
  const suffixLength = algorithms == HYBRID ? ED25519_SIGNATURE_BYTES : 0;
  return mlDsa65Verify(
    load<u32>(item, 20), message, length, edSignature, suffixLength, 0, 0, load<u32>(item, 24),
  );
}
