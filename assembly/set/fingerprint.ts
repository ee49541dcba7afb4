/**
 * Fingerprint of a range of an id set, negentropy protocol v1: the first 16 bytes of SHA-256 over the sum of
 * the ids (little-endian, modulo 2^256) and their number as a varint, most significant digit first.
 */
import { sha256 } from "../hash/sha256";
import { WORK_SET } from "../layout";
import { sumSubtract } from "./sum";
import { treePrefixSum } from "./tree";

/** Sum, then the varint of a 32-bit number, of 5 bytes at most. */
const MESSAGE: usize = WORK_SET + 512;
const BELOW: usize = WORK_SET + 576;
const DIGEST: usize = WORK_SET + 608;

/** 16 bytes at `out` for the ids with `from` to `to` − 1 ids before them. */
export function setFingerprint(set: usize, from: u32, to: u32, out: usize): void {
  treePrefixSum(set, to, MESSAGE);
  treePrefixSum(set, from, BELOW);
  sumSubtract(MESSAGE, BELOW);
  const count = to - from;
  let at = MESSAGE + 32;
  for (let shift: u32 = 28; shift > 0; shift -= 7)
    if (count >> shift != 0) store<u8>(at++, <u8>((count >> shift) & 127) | 128);
  store<u8>(at++, <u8>(count & 127));
  sha256(MESSAGE, at - MESSAGE, DIGEST);
  memory.copy(out, DIGEST, 16);
}
