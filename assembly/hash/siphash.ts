/** SipHash-2-4 (Aumasson, Bernstein 2012) of 32 bytes under a fixed, public key: a checksum, not a secret. */

/** The key: bytes 0 to 15, as in the test vectors of the paper (appendix A). */
const K0: u64 = 0x0706050403020100;
const K1: u64 = 0x0f0e0d0c0b0a0908;

let v0: u64 = 0;
let v1: u64 = 0;
let v2: u64 = 0;
let v3: u64 = 0;

export function siphash32(data: usize): u64 {
  v0 = K0 ^ 0x736f6d6570736575;
  v1 = K1 ^ 0x646f72616e646f6d;
  v2 = K0 ^ 0x6c7967656e657261;
  v3 = K1 ^ 0x7465646279746573;
  absorb(load<u64>(data, 0));
  absorb(load<u64>(data, 8));
  absorb(load<u64>(data, 16));
  absorb(load<u64>(data, 24));
  // The last word holds the length in its highest byte.
  absorb(<u64>32 << 56);
  v2 ^= 0xff;
  round();
  round();
  round();
  round();
  return v0 ^ v1 ^ v2 ^ v3;
}

// @ts-ignore: decorator
@inline
function absorb(word: u64): void {
  v3 ^= word;
  round();
  round();
  v0 ^= word;
}

// @ts-ignore: decorator
@inline
function round(): void {
  v0 += v1;
  v1 = rotl<u64>(v1, 13) ^ v0;
  v0 = rotl<u64>(v0, 32);
  v2 += v3;
  v3 = rotl<u64>(v3, 16) ^ v2;
  v0 += v3;
  v3 = rotl<u64>(v3, 21) ^ v0;
  v2 += v1;
  v1 = rotl<u64>(v1, 17) ^ v2;
  v2 = rotl<u64>(v2, 32);
}
