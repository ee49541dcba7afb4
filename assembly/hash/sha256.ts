/**
 * SHA-256 (FIPS 180-4 §6.2): one shot and streaming. Many messages at once: sha256-batch.ts.
 *
 * The state of a computation is a context in linear memory; its address is the caller's choice, so that
 * whoever hashes a secret keeps the context in the SECRET region. The message schedule is a window of 16
 * words that lives in locals: it never touches linear memory.
 *
 *   context   0  H0..H7, 32-bit words     32  bytes absorbed, 64-bit     40  block being filled, 64 bytes
 *
 * The streaming functions without a context share one in WORK_SHA2: one public hash at a time.
 */
import { WORK_SHA2 } from "../layout";

const STATE_LENGTH: usize = 32;
const STATE_BLOCK: usize = 40;
export const SHA256_CONTEXT_BYTES: usize = 104;

// @ts-ignore: decorator
@inline const SHARED: usize = WORK_SHA2;

/** FIPS 180-4 §4.2.2. */
export const K = memory.data<u32>([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
]);

/** What `pad` writes: two blocks at most. */
const TAIL = memory.data(128, 16);

/** Digest of `length` bytes at `data`, 32 bytes at `out`. */
export function sha256(data: usize, length: usize, out: usize): void {
  sha256ContextInit(SHARED);
  const blocks = length >> 6;
  if (blocks != 0) compress(SHARED, data, blocks);
  compress(SHARED, TAIL, pad(TAIL, data, length));
  digest(SHARED, out);
}

/**
 * The last, partial block of the message and the padding of FIPS 180-4 §5.1.1 at `tail`; returns its blocks, 1 or 2.
 * Moves words of 8 bytes: a call for less than a block takes longer than the copying.
 */
export function pad(tail: usize, data: usize, length: usize): usize {
  const rest = length & 63;
  const from = data + length - rest;
  let i: usize = 0;
  for (; i + 8 <= rest; i += 8) store<u64>(tail + i, load<u64>(from + i));
  let last: u64 = 0x80;
  for (let j = rest; j > i; j--) last = (last << 8) | load<u8>(from + j - 1);
  store<u64>(tail + i, last);
  const blocks: usize = rest < 56 ? 1 : 2;
  const end = (blocks << 6) - 8;
  for (i += 8; i < end; i += 8) store<u64>(tail + i, 0);
  store<u64>(tail + end, bswap<u64>(<u64>length << 3));
  return blocks;
}

/** H0..H7 as bytes. */
// @ts-ignore: decorator
@inline
export function digest(context: usize, out: usize): void {
  for (let i: usize = 0; i < 32; i += 4) store<u32>(out + i, bswap<u32>(load<u32>(context + i)));
}

export function sha256Init(): void {
  sha256ContextInit(SHARED);
}

export function sha256Update(data: usize, length: usize): void {
  sha256ContextUpdate(SHARED, data, length);
}

export function sha256Final(out: usize): void {
  sha256ContextFinal(SHARED, out);
}

/** FIPS 180-4 §5.3.3. */
export function sha256ContextInit(context: usize): void {
  store<u32>(context, 0x6a09e667, 0);
  store<u32>(context, 0xbb67ae85, 4);
  store<u32>(context, 0x3c6ef372, 8);
  store<u32>(context, 0xa54ff53a, 12);
  store<u32>(context, 0x510e527f, 16);
  store<u32>(context, 0x9b05688c, 20);
  store<u32>(context, 0x1f83d9ab, 24);
  store<u32>(context, 0x5be0cd19, 28);
  store<u64>(context, 0, STATE_LENGTH);
}

/** Whole blocks are compressed where they lie; only a partial one is copied. */
export function sha256ContextUpdate(context: usize, data: usize, length: usize): void {
  const filled = <usize>(load<u64>(context, STATE_LENGTH) & 63);
  store<u64>(context, load<u64>(context, STATE_LENGTH) + <u64>length, STATE_LENGTH);
  const block = context + STATE_BLOCK;
  if (filled != 0) {
    const room: usize = 64 - filled;
    if (length < room) {
      memory.copy(block + filled, data, length);
      return;
    }
    memory.copy(block + filled, data, room);
    compress(context, block, 1);
    data += room;
    length -= room;
  }
  const blocks = length >> 6;
  compress(context, data, blocks);
  memory.copy(block, data + (blocks << 6), length & 63);
}

/** Padding of FIPS 180-4 §5.1.1, then the digest. The context holds no message bytes of earlier blocks after it. */
export function sha256ContextFinal(context: usize, out: usize): void {
  const length = load<u64>(context, STATE_LENGTH);
  const filled = <usize>(length & 63);
  const block = context + STATE_BLOCK;
  store<u8>(block + filled, 0x80);
  memory.fill(block + filled + 1, 0, 63 - filled);
  if (filled >= 56) {
    compress(context, block, 1);
    memory.fill(block, 0, 56);
  }
  store<u64>(block, bswap<u64>(length << 3), 56);
  compress(context, block, 1);
  digest(context, out);
}

// FIPS 180-4 §4.1.2. Maj takes x ^ y and y ^ z: (x & y) ^ (x & z) ^ (y & z) is y ^ ((x ^ y) & (y ^ z)).
// @ts-ignore: decorator
@inline function Ch(x: u32, y: u32, z: u32): u32 { return z ^ (x & (y ^ z)); }
// @ts-ignore: decorator
@inline function Maj(y: u32, xy: u32, yz: u32): u32 { return y ^ (xy & yz); }
// @ts-ignore: decorator
@inline function Sigma0(x: u32): u32 { return rotr<u32>(x, 2) ^ rotr<u32>(x, 13) ^ rotr<u32>(x, 22); }
// @ts-ignore: decorator
@inline function Sigma1(x: u32): u32 { return rotr<u32>(x, 6) ^ rotr<u32>(x, 11) ^ rotr<u32>(x, 25); }
// @ts-ignore: decorator
@inline function sigma0(x: u32): u32 { return rotr<u32>(x, 7) ^ rotr<u32>(x, 18) ^ (x >> 3); }
// @ts-ignore: decorator
@inline function sigma1(x: u32): u32 { return rotr<u32>(x, 17) ^ rotr<u32>(x, 19) ^ (x >> 10); }

/** T1 of §6.2.2 step 3 without h, and T2. `bc` was the `ab` of the round before. */
// @ts-ignore: decorator
@inline function T1(e: u32, f: u32, g: u32, k: u32, w: u32): u32 { return Sigma1(e) + Ch(e, f, g) + k + w; }
// @ts-ignore: decorator
@inline function T2(a: u32, b: u32, ab: u32, bc: u32): u32 { return Sigma0(a) + Maj(b, ab, bc); }

/** The next word of the schedule from those 16, 15, 7 and 2 places back. */
// @ts-ignore: decorator
@inline function W(w16: u32, w15: u32, w7: u32, w2: u32): u32 { return w16 + sigma0(w15) + w7 + sigma1(w2); }
// @ts-ignore: decorator
@inline function word(block: usize, offset: usize): u32 { return bswap<u32>(load<u32>(block + offset)); }

/** §6.2.2. Rounds are unrolled by 16 with the working variables renamed instead of moved. */
export function compress(context: usize, block: usize, blocks: usize): void {
  let h0 = load<u32>(context, 0), h1 = load<u32>(context, 4), h2 = load<u32>(context, 8), h3 = load<u32>(context, 12);
  let h4 = load<u32>(context, 16), h5 = load<u32>(context, 20), h6 = load<u32>(context, 24), h7 = load<u32>(context, 28);
  for (; blocks != 0; blocks--) {
    let a = h0, b = h1, c = h2, d = h3, e = h4, f = h5, g = h6, h = h7;
    let x = b ^ c, y = x;
    let w0 = word(block, 0), w1 = word(block, 4), w2 = word(block, 8), w3 = word(block, 12);
    let w4 = word(block, 16), w5 = word(block, 20), w6 = word(block, 24), w7 = word(block, 28);
    let w8 = word(block, 32), w9 = word(block, 36), w10 = word(block, 40), w11 = word(block, 44);
    let w12 = word(block, 48), w13 = word(block, 52), w14 = word(block, 56), w15 = word(block, 60);
    for (let k = K; ; k += 64) {
      h += T1(e, f, g, load<u32>(k, 0), w0); d += h; y = a ^ b; h += T2(a, b, y, x);
      g += T1(d, e, f, load<u32>(k, 4), w1); c += g; x = h ^ a; g += T2(h, a, x, y);
      f += T1(c, d, e, load<u32>(k, 8), w2); b += f; y = g ^ h; f += T2(g, h, y, x);
      e += T1(b, c, d, load<u32>(k, 12), w3); a += e; x = f ^ g; e += T2(f, g, x, y);
      d += T1(a, b, c, load<u32>(k, 16), w4); h += d; y = e ^ f; d += T2(e, f, y, x);
      c += T1(h, a, b, load<u32>(k, 20), w5); g += c; x = d ^ e; c += T2(d, e, x, y);
      b += T1(g, h, a, load<u32>(k, 24), w6); f += b; y = c ^ d; b += T2(c, d, y, x);
      a += T1(f, g, h, load<u32>(k, 28), w7); e += a; x = b ^ c; a += T2(b, c, x, y);
      h += T1(e, f, g, load<u32>(k, 32), w8); d += h; y = a ^ b; h += T2(a, b, y, x);
      g += T1(d, e, f, load<u32>(k, 36), w9); c += g; x = h ^ a; g += T2(h, a, x, y);
      f += T1(c, d, e, load<u32>(k, 40), w10); b += f; y = g ^ h; f += T2(g, h, y, x);
      e += T1(b, c, d, load<u32>(k, 44), w11); a += e; x = f ^ g; e += T2(f, g, x, y);
      d += T1(a, b, c, load<u32>(k, 48), w12); h += d; y = e ^ f; d += T2(e, f, y, x);
      c += T1(h, a, b, load<u32>(k, 52), w13); g += c; x = d ^ e; c += T2(d, e, x, y);
      b += T1(g, h, a, load<u32>(k, 56), w14); f += b; y = c ^ d; b += T2(c, d, y, x);
      a += T1(f, g, h, load<u32>(k, 60), w15); e += a; x = b ^ c; a += T2(b, c, x, y);
      if (k == K + 192) break;
      w0 = W(w0, w1, w9, w14); w1 = W(w1, w2, w10, w15); w2 = W(w2, w3, w11, w0); w3 = W(w3, w4, w12, w1);
      w4 = W(w4, w5, w13, w2); w5 = W(w5, w6, w14, w3); w6 = W(w6, w7, w15, w4); w7 = W(w7, w8, w0, w5);
      w8 = W(w8, w9, w1, w6); w9 = W(w9, w10, w2, w7); w10 = W(w10, w11, w3, w8); w11 = W(w11, w12, w4, w9);
      w12 = W(w12, w13, w5, w10); w13 = W(w13, w14, w6, w11); w14 = W(w14, w15, w7, w12); w15 = W(w15, w0, w8, w13);
    }
    h0 += a; h1 += b; h2 += c; h3 += d; h4 += e; h5 += f; h6 += g; h7 += h;
    block += 64;
  }
  store<u32>(context, h0, 0); store<u32>(context, h1, 4); store<u32>(context, h2, 8); store<u32>(context, h3, 12);
  store<u32>(context, h4, 16); store<u32>(context, h5, 20); store<u32>(context, h6, 24); store<u32>(context, h7, 28);
}
