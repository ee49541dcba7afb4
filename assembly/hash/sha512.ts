/**
 * SHA-512 (FIPS 180-4 §6.4): one shot and streaming.
 *
 * As in sha256.ts, the state is a context at an address of the caller's choice: Ed25519 signing hashes
 * secrets and keeps its context in the SECRET region. The message schedule lives in locals.
 *
 *   context   0  H0..H7, 64-bit words     64  bytes absorbed, 64-bit     72  block being filled, 128 bytes
 *
 * The length counter is 64-bit: messages of 2^61 bytes and more, which FIPS 180-4 allows, cannot occur here.
 */
import { WORK_SHA2 } from "../layout";
import { SHA256_CONTEXT_BYTES } from "./sha256";

const STATE_LENGTH: usize = 64;
const STATE_BLOCK: usize = 72;
export const SHA512_CONTEXT_BYTES: usize = 200;

/** The context of public hashes, behind SHA-256's. */
export const SHA512_SHARED: usize = WORK_SHA2 + SHA256_CONTEXT_BYTES;

/** FIPS 180-4 §4.2.3. */
const K = memory.data<u64>([
  0x428a2f98d728ae22, 0x7137449123ef65cd, 0xb5c0fbcfec4d3b2f, 0xe9b5dba58189dbbc,
  0x3956c25bf348b538, 0x59f111f1b605d019, 0x923f82a4af194f9b, 0xab1c5ed5da6d8118,
  0xd807aa98a3030242, 0x12835b0145706fbe, 0x243185be4ee4b28c, 0x550c7dc3d5ffb4e2,
  0x72be5d74f27b896f, 0x80deb1fe3b1696b1, 0x9bdc06a725c71235, 0xc19bf174cf692694,
  0xe49b69c19ef14ad2, 0xefbe4786384f25e3, 0x0fc19dc68b8cd5b5, 0x240ca1cc77ac9c65,
  0x2de92c6f592b0275, 0x4a7484aa6ea6e483, 0x5cb0a9dcbd41fbd4, 0x76f988da831153b5,
  0x983e5152ee66dfab, 0xa831c66d2db43210, 0xb00327c898fb213f, 0xbf597fc7beef0ee4,
  0xc6e00bf33da88fc2, 0xd5a79147930aa725, 0x06ca6351e003826f, 0x142929670a0e6e70,
  0x27b70a8546d22ffc, 0x2e1b21385c26c926, 0x4d2c6dfc5ac42aed, 0x53380d139d95b3df,
  0x650a73548baf63de, 0x766a0abb3c77b2a8, 0x81c2c92e47edaee6, 0x92722c851482353b,
  0xa2bfe8a14cf10364, 0xa81a664bbc423001, 0xc24b8b70d0f89791, 0xc76c51a30654be30,
  0xd192e819d6ef5218, 0xd69906245565a910, 0xf40e35855771202a, 0x106aa07032bbd1b8,
  0x19a4c116b8d2d0c8, 0x1e376c085141ab53, 0x2748774cdf8eeb99, 0x34b0bcb5e19b48a8,
  0x391c0cb3c5c95a63, 0x4ed8aa4ae3418acb, 0x5b9cca4f7763e373, 0x682e6ff3d6b2b8a3,
  0x748f82ee5defb2fc, 0x78a5636f43172f60, 0x84c87814a1f0ab72, 0x8cc702081a6439ec,
  0x90befffa23631e28, 0xa4506cebde82bde9, 0xbef9a3f7b2c67915, 0xc67178f2e372532b,
  0xca273eceea26619c, 0xd186b8c721c0c207, 0xeada7dd6cde0eb1e, 0xf57d4f7fee6ed178,
  0x06f067aa72176fba, 0x0a637dc5a2c898a6, 0x113f9804bef90dae, 0x1b710b35131c471b,
  0x28db77f523047d84, 0x32caab7b40c72493, 0x3c9ebe0a15c9bebc, 0x431d67c49c100d4c,
  0x4cc5d4becb3e42b6, 0x597f299cfc657e2a, 0x5fcb6fab3ad6faec, 0x6c44198c4a475817,
]);

/** Digest of `length` bytes at `data`, 64 bytes at `out`. */
export function sha512(data: usize, length: usize, out: usize): void {
  sha512ContextInit(SHA512_SHARED);
  sha512ContextUpdate(SHA512_SHARED, data, length);
  sha512ContextFinal(SHA512_SHARED, out);
}

export function sha512Init(): void {
  sha512ContextInit(SHA512_SHARED);
}

export function sha512Update(data: usize, length: usize): void {
  sha512ContextUpdate(SHA512_SHARED, data, length);
}

export function sha512Final(out: usize): void {
  sha512ContextFinal(SHA512_SHARED, out);
}

/** FIPS 180-4 §5.3.5. */
export function sha512ContextInit(context: usize): void {
  store<u64>(context, 0x6a09e667f3bcc908, 0);
  store<u64>(context, 0xbb67ae8584caa73b, 8);
  store<u64>(context, 0x3c6ef372fe94f82b, 16);
  store<u64>(context, 0xa54ff53a5f1d36f1, 24);
  store<u64>(context, 0x510e527fade682d1, 32);
  store<u64>(context, 0x9b05688c2b3e6c1f, 40);
  store<u64>(context, 0x1f83d9abfb41bd6b, 48);
  store<u64>(context, 0x5be0cd19137e2179, 56);
  store<u64>(context, 0, STATE_LENGTH);
}

/** Whole blocks are compressed where they lie; only a partial one is copied. */
export function sha512ContextUpdate(context: usize, data: usize, length: usize): void {
  const filled = <usize>(load<u64>(context, STATE_LENGTH) & 127);
  store<u64>(context, load<u64>(context, STATE_LENGTH) + <u64>length, STATE_LENGTH);
  const block = context + STATE_BLOCK;
  if (filled != 0) {
    const room: usize = 128 - filled;
    if (length < room) {
      memory.copy(block + filled, data, length);
      return;
    }
    memory.copy(block + filled, data, room);
    compress(context, block, 1);
    data += room;
    length -= room;
  }
  const blocks = length >> 7;
  compress(context, data, blocks);
  memory.copy(block, data + (blocks << 7), length & 127);
}

/** Padding of FIPS 180-4 §5.1.2, then the digest. */
export function sha512ContextFinal(context: usize, out: usize): void {
  const length = load<u64>(context, STATE_LENGTH);
  const filled = <usize>(length & 127);
  const block = context + STATE_BLOCK;
  store<u8>(block + filled, 0x80);
  memory.fill(block + filled + 1, 0, 127 - filled);
  if (filled >= 112) {
    compress(context, block, 1);
    memory.fill(block, 0, 120);
  }
  store<u64>(block, bswap<u64>(length << 3), 120);
  compress(context, block, 1);
  for (let i: usize = 0; i < 64; i += 8) store<u64>(out + i, bswap<u64>(load<u64>(context + i)));
}

// FIPS 180-4 §4.1.3.
// @ts-ignore: decorator
@inline function Ch(x: u64, y: u64, z: u64): u64 { return z ^ (x & (y ^ z)); }
// @ts-ignore: decorator
@inline function Maj(x: u64, y: u64, z: u64): u64 { return (x & y) | (z & (x | y)); }
// @ts-ignore: decorator
@inline function Sigma0(x: u64): u64 { return rotr<u64>(x, 28) ^ rotr<u64>(x, 34) ^ rotr<u64>(x, 39); }
// @ts-ignore: decorator
@inline function Sigma1(x: u64): u64 { return rotr<u64>(x, 14) ^ rotr<u64>(x, 18) ^ rotr<u64>(x, 41); }
// @ts-ignore: decorator
@inline function sigma0(x: u64): u64 { return rotr<u64>(x, 1) ^ rotr<u64>(x, 8) ^ (x >> 7); }
// @ts-ignore: decorator
@inline function sigma1(x: u64): u64 { return rotr<u64>(x, 19) ^ rotr<u64>(x, 61) ^ (x >> 6); }

/** T1 of §6.4.2 step 3 without h, and T2. */
// @ts-ignore: decorator
@inline function T1(e: u64, f: u64, g: u64, k: u64, w: u64): u64 { return Sigma1(e) + Ch(e, f, g) + k + w; }
// @ts-ignore: decorator
@inline function T2(a: u64, b: u64, c: u64): u64 { return Sigma0(a) + Maj(a, b, c); }

/** The next word of the schedule from those 16, 15, 7 and 2 places back. */
// @ts-ignore: decorator
@inline function W(w16: u64, w15: u64, w7: u64, w2: u64): u64 { return w16 + sigma0(w15) + w7 + sigma1(w2); }
// @ts-ignore: decorator
@inline function word(block: usize, offset: usize): u64 { return bswap<u64>(load<u64>(block + offset)); }

/** §6.4.2. Rounds are unrolled by 16 with the working variables renamed instead of moved. */
function compress(context: usize, block: usize, blocks: usize): void {
  let h0 = load<u64>(context, 0), h1 = load<u64>(context, 8), h2 = load<u64>(context, 16), h3 = load<u64>(context, 24);
  let h4 = load<u64>(context, 32), h5 = load<u64>(context, 40), h6 = load<u64>(context, 48), h7 = load<u64>(context, 56);
  for (; blocks != 0; blocks--) {
    let a = h0, b = h1, c = h2, d = h3, e = h4, f = h5, g = h6, h = h7;
    let w0 = word(block, 0), w1 = word(block, 8), w2 = word(block, 16), w3 = word(block, 24);
    let w4 = word(block, 32), w5 = word(block, 40), w6 = word(block, 48), w7 = word(block, 56);
    let w8 = word(block, 64), w9 = word(block, 72), w10 = word(block, 80), w11 = word(block, 88);
    let w12 = word(block, 96), w13 = word(block, 104), w14 = word(block, 112), w15 = word(block, 120);
    for (let k = K; ; k += 128) {
      h += T1(e, f, g, load<u64>(k, 0), w0); d += h; h += T2(a, b, c);
      g += T1(d, e, f, load<u64>(k, 8), w1); c += g; g += T2(h, a, b);
      f += T1(c, d, e, load<u64>(k, 16), w2); b += f; f += T2(g, h, a);
      e += T1(b, c, d, load<u64>(k, 24), w3); a += e; e += T2(f, g, h);
      d += T1(a, b, c, load<u64>(k, 32), w4); h += d; d += T2(e, f, g);
      c += T1(h, a, b, load<u64>(k, 40), w5); g += c; c += T2(d, e, f);
      b += T1(g, h, a, load<u64>(k, 48), w6); f += b; b += T2(c, d, e);
      a += T1(f, g, h, load<u64>(k, 56), w7); e += a; a += T2(b, c, d);
      h += T1(e, f, g, load<u64>(k, 64), w8); d += h; h += T2(a, b, c);
      g += T1(d, e, f, load<u64>(k, 72), w9); c += g; g += T2(h, a, b);
      f += T1(c, d, e, load<u64>(k, 80), w10); b += f; f += T2(g, h, a);
      e += T1(b, c, d, load<u64>(k, 88), w11); a += e; e += T2(f, g, h);
      d += T1(a, b, c, load<u64>(k, 96), w12); h += d; d += T2(e, f, g);
      c += T1(h, a, b, load<u64>(k, 104), w13); g += c; c += T2(d, e, f);
      b += T1(g, h, a, load<u64>(k, 112), w14); f += b; b += T2(c, d, e);
      a += T1(f, g, h, load<u64>(k, 120), w15); e += a; a += T2(b, c, d);
      if (k == K + 512) break;
      w0 = W(w0, w1, w9, w14); w1 = W(w1, w2, w10, w15); w2 = W(w2, w3, w11, w0); w3 = W(w3, w4, w12, w1);
      w4 = W(w4, w5, w13, w2); w5 = W(w5, w6, w14, w3); w6 = W(w6, w7, w15, w4); w7 = W(w7, w8, w0, w5);
      w8 = W(w8, w9, w1, w6); w9 = W(w9, w10, w2, w7); w10 = W(w10, w11, w3, w8); w11 = W(w11, w12, w4, w9);
      w12 = W(w12, w13, w5, w10); w13 = W(w13, w14, w6, w11); w14 = W(w14, w15, w7, w12); w15 = W(w15, w0, w8, w13);
    }
    h0 += a; h1 += b; h2 += c; h3 += d; h4 += e; h5 += f; h6 += g; h7 += h;
    block += 128;
  }
  store<u64>(context, h0, 0); store<u64>(context, h1, 8); store<u64>(context, h2, 16); store<u64>(context, h3, 24);
  store<u64>(context, h4, 32); store<u64>(context, h5, 40); store<u64>(context, h6, 48); store<u64>(context, h7, 56);
}
