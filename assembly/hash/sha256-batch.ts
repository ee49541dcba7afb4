/**
 * SHA-256 of many messages in one crossing. On builds with SIMD four go side by side in the lanes of 128-bit
 * vectors: word i of the four states is one vector, and so is word t of the four schedules.
 *
 * A lane that ends its message gives out the digest and takes the next one, so that lengths may differ. When
 * no message is left to take and one lane or two still work, they are finished one by one.
 *
 *   lane   0  address of the next block     4  whole blocks left     8  blocks of the tail left, then idle
 *         12  where the digest goes        16  the tail: the last bytes of the message and the padding, 128 bytes
 */
import { compress, K, pad, sha256, SHA256_CONTEXT_BYTES, sha256ContextInit } from "./sha256";

const LANE_COUNT = 4;
const LANE_BYTES: usize = 144;
const TAIL: usize = 16;
const LANES = memory.data(4 * 144, 16);
/** H0..H7, four lanes each. */
const STATE = memory.data(8 * 16, 16);
/** The last sixteen words of the schedules. */
const W = memory.data(16 * 16, 16);
const CONTEXT = memory.data(104, 16);
if (SHA256_CONTEXT_BYTES > 104) ERROR("a context does not fit its place");

/** With one lane or two at work, four lanes cost more than one after the other. */
const WORKING_MIN = 3;

const DESCRIPTOR_BYTES: usize = 12;

/** `descriptors`: `count` times 32-bit (address, length, address of the digest). */
export function sha256Batch(descriptors: usize, count: i32): void {
  if (ASC_FEATURE_SIMD) {
    hashInLanes(descriptors, count);
    return;
  }
  for (let i = 0; i < count; i++, descriptors += DESCRIPTOR_BYTES) {
    sha256(load<u32>(descriptors), load<u32>(descriptors, 4), load<u32>(descriptors, 8));
  }
}

function hashInLanes(descriptors: usize, count: i32): void {
  let taken = 0, working = 0;
  for (let lane = 0; lane < LANE_COUNT; lane++) {
    if (taken == count) {
      idle(lane);
      continue;
    }
    begin(lane, descriptors);
    descriptors += DESCRIPTOR_BYTES;
    taken++;
    working++;
  }
  while (working >= WORKING_MIN) {
    compressLanes(block(0), block(1), block(2), block(3));
    for (let lane = 0; lane < LANE_COUNT; lane++) {
      if (!advance(lane)) continue;
      digest(lane);
      if (taken < count) {
        begin(lane, descriptors);
        descriptors += DESCRIPTOR_BYTES;
        taken++;
      } else {
        idle(lane);
        working--;
      }
    }
  }
  for (let lane = 0; lane < LANE_COUNT; lane++) finishAlone(lane);
}

// @ts-ignore: decorator
@inline function at(lane: i32): usize { return LANES + <usize>lane * LANE_BYTES; }
// @ts-ignore: decorator
@inline function block(lane: i32): usize { return load<u32>(at(lane)); }
// @ts-ignore: decorator
@inline function word(lane: i32, i: i32): usize { return STATE + (<usize>i << 4) + (<usize>lane << 2); }

/** The message at `descriptor` into the lane. */
function begin(lane: i32, descriptor: usize): void {
  const data = load<u32>(descriptor), length = load<u32>(descriptor, 4);
  const blocks = length >> 6;
  const from = at(lane), tail = from + TAIL;
  const tailBlocks = <u32>pad(tail, data, length);
  store<u32>(from, blocks != 0 ? data : tail);
  store<u32>(from, blocks, 4);
  store<u32>(from, tailBlocks, 8);
  store<u32>(from, load<u32>(descriptor, 8), 12);
  sha256ContextInit(CONTEXT);
  for (let i = 0; i < 8; i++) store<u32>(word(lane, i), load<u32>(CONTEXT + (<usize>i << 2)));
}

/** Its block is whatever the tail holds, and its state is not looked at. */
function idle(lane: i32): void {
  store<u32>(at(lane), at(lane) + TAIL);
  store<u32>(at(lane), 0, 4);
  store<u32>(at(lane), 0, 8);
}

/** One block on; true if that was the message's last. */
function advance(lane: i32): bool {
  const from = at(lane), blocks = load<u32>(from, 4);
  if (blocks > 1) {
    store<u32>(from, load<u32>(from) + 64);
    store<u32>(from, blocks - 1, 4);
    return false;
  }
  if (blocks == 1) {
    store<u32>(from, from + TAIL);
    store<u32>(from, 0, 4);
    return false;
  }
  const tailBlocks = load<u32>(from, 8);
  if (tailBlocks == 0) return false;
  store<u32>(from, load<u32>(from) + 64);
  store<u32>(from, tailBlocks - 1, 8);
  return tailBlocks == 1;
}

function digest(lane: i32): void {
  const out = load<u32>(at(lane), 12);
  for (let i = 0; i < 8; i++) store<u32>(out + (<usize>i << 2), bswap<u32>(load<u32>(word(lane, i))));
}

function finishAlone(lane: i32): void {
  const from = at(lane), blocks = load<u32>(from, 4), tailBlocks = load<u32>(from, 8);
  if (tailBlocks == 0) return;
  for (let i = 0; i < 8; i++) store<u32>(CONTEXT + (<usize>i << 2), load<u32>(word(lane, i)));
  // Past the whole blocks, the next block is one of the tail.
  compress(CONTEXT, load<u32>(from), blocks != 0 ? blocks : tailBlocks);
  if (blocks != 0) compress(CONTEXT, from + TAIL, tailBlocks);
  for (let i = 0; i < 8; i++) store<u32>(word(lane, i), load<u32>(CONTEXT + (<usize>i << 2)));
  digest(lane);
}

// FIPS 180-4 §4.1.2, four at a time. Maj takes x ^ y and y ^ z, as in sha256.ts.
// @ts-ignore: decorator
@inline function rotr4(x: v128, n: i32): v128 { return v128.or(i32x4.shr_u(x, n), i32x4.shl(x, 32 - n)); }
// @ts-ignore: decorator
@inline function Ch(x: v128, y: v128, z: v128): v128 { return v128.xor(z, v128.and(x, v128.xor(y, z))); }
// @ts-ignore: decorator
@inline function Maj(y: v128, xy: v128, yz: v128): v128 { return v128.xor(y, v128.and(xy, yz)); }
// @ts-ignore: decorator
@inline function Sigma0(x: v128): v128 { return v128.xor(v128.xor(rotr4(x, 2), rotr4(x, 13)), rotr4(x, 22)); }
// @ts-ignore: decorator
@inline function Sigma1(x: v128): v128 { return v128.xor(v128.xor(rotr4(x, 6), rotr4(x, 11)), rotr4(x, 25)); }
// @ts-ignore: decorator
@inline function sigma0(x: v128): v128 { return v128.xor(v128.xor(rotr4(x, 7), rotr4(x, 18)), i32x4.shr_u(x, 3)); }
// @ts-ignore: decorator
@inline function sigma1(x: v128): v128 { return v128.xor(v128.xor(rotr4(x, 17), rotr4(x, 19)), i32x4.shr_u(x, 10)); }

/** T1 of §6.2.2 step 3 without h, and T2. `bc` was the `ab` of the round before. */
// @ts-ignore: decorator
@inline
function T1(e: v128, f: v128, g: v128, k: v128, w: v128): v128 {
  return i32x4.add(i32x4.add(Sigma1(e), Ch(e, f, g)), i32x4.add(k, w));
}
// @ts-ignore: decorator
@inline function T2(a: v128, b: v128, ab: v128, bc: v128): v128 { return i32x4.add(Sigma0(a), Maj(b, ab, bc)); }

/** The next word of the schedules, from those 16, 15, 7 and 2 places back, in the place of the first. */
// @ts-ignore: decorator
@inline
function next(w16: usize, w15: usize, w7: usize, w2: usize): v128 {
  const w = i32x4.add(
    i32x4.add(v128.load(W + w16), sigma0(v128.load(W + w15))),
    i32x4.add(v128.load(W + w7), sigma1(v128.load(W + w2))),
  );
  v128.store(W + w16, w);
  return w;
}

/** Words t to t + 3 of the four blocks: four rows in, four columns out, big-endian. */
// @ts-ignore: decorator
@inline
function transpose(out: usize, p0: usize, p1: usize, p2: usize, p3: usize, offset: usize): void {
  const r0 = bytesTurned(v128.load(p0 + offset)), r1 = bytesTurned(v128.load(p1 + offset));
  const r2 = bytesTurned(v128.load(p2 + offset)), r3 = bytesTurned(v128.load(p3 + offset));
  const low01 = v128.shuffle<u32>(r0, r1, 0, 4, 1, 5), high01 = v128.shuffle<u32>(r0, r1, 2, 6, 3, 7);
  const low23 = v128.shuffle<u32>(r2, r3, 0, 4, 1, 5), high23 = v128.shuffle<u32>(r2, r3, 2, 6, 3, 7);
  v128.store(out, v128.shuffle<u64>(low01, low23, 0, 2));
  v128.store(out, v128.shuffle<u64>(low01, low23, 1, 3), 16);
  v128.store(out, v128.shuffle<u64>(high01, high23, 0, 2), 32);
  v128.store(out, v128.shuffle<u64>(high01, high23, 1, 3), 48);
}

// @ts-ignore: decorator
@inline
function bytesTurned(x: v128): v128 {
  return v128.shuffle<u8>(x, x, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
}

/** §6.2.2 for one block of each lane. Rounds are unrolled by 16 with the working variables renamed instead of moved. */
function compressLanes(p0: usize, p1: usize, p2: usize, p3: usize): void {
  for (let i: usize = 0; i < 64; i += 16) transpose(W + 4 * i, p0, p1, p2, p3, i);
  let a = v128.load(STATE), b = v128.load(STATE, 16), c = v128.load(STATE, 32), d = v128.load(STATE, 48);
  let e = v128.load(STATE, 64), f = v128.load(STATE, 80), g = v128.load(STATE, 96), h = v128.load(STATE, 112);
  let k = K;
  let x = v128.xor(b, c), y = x;
  h = i32x4.add(h, T1(e, f, g, v128.load32_splat(k, 0), v128.load(W, 0))); d = i32x4.add(d, h); y = v128.xor(a, b); h = i32x4.add(h, T2(a, b, y, x));
  g = i32x4.add(g, T1(d, e, f, v128.load32_splat(k, 4), v128.load(W, 16))); c = i32x4.add(c, g); x = v128.xor(h, a); g = i32x4.add(g, T2(h, a, x, y));
  f = i32x4.add(f, T1(c, d, e, v128.load32_splat(k, 8), v128.load(W, 32))); b = i32x4.add(b, f); y = v128.xor(g, h); f = i32x4.add(f, T2(g, h, y, x));
  e = i32x4.add(e, T1(b, c, d, v128.load32_splat(k, 12), v128.load(W, 48))); a = i32x4.add(a, e); x = v128.xor(f, g); e = i32x4.add(e, T2(f, g, x, y));
  d = i32x4.add(d, T1(a, b, c, v128.load32_splat(k, 16), v128.load(W, 64))); h = i32x4.add(h, d); y = v128.xor(e, f); d = i32x4.add(d, T2(e, f, y, x));
  c = i32x4.add(c, T1(h, a, b, v128.load32_splat(k, 20), v128.load(W, 80))); g = i32x4.add(g, c); x = v128.xor(d, e); c = i32x4.add(c, T2(d, e, x, y));
  b = i32x4.add(b, T1(g, h, a, v128.load32_splat(k, 24), v128.load(W, 96))); f = i32x4.add(f, b); y = v128.xor(c, d); b = i32x4.add(b, T2(c, d, y, x));
  a = i32x4.add(a, T1(f, g, h, v128.load32_splat(k, 28), v128.load(W, 112))); e = i32x4.add(e, a); x = v128.xor(b, c); a = i32x4.add(a, T2(b, c, x, y));
  h = i32x4.add(h, T1(e, f, g, v128.load32_splat(k, 32), v128.load(W, 128))); d = i32x4.add(d, h); y = v128.xor(a, b); h = i32x4.add(h, T2(a, b, y, x));
  g = i32x4.add(g, T1(d, e, f, v128.load32_splat(k, 36), v128.load(W, 144))); c = i32x4.add(c, g); x = v128.xor(h, a); g = i32x4.add(g, T2(h, a, x, y));
  f = i32x4.add(f, T1(c, d, e, v128.load32_splat(k, 40), v128.load(W, 160))); b = i32x4.add(b, f); y = v128.xor(g, h); f = i32x4.add(f, T2(g, h, y, x));
  e = i32x4.add(e, T1(b, c, d, v128.load32_splat(k, 44), v128.load(W, 176))); a = i32x4.add(a, e); x = v128.xor(f, g); e = i32x4.add(e, T2(f, g, x, y));
  d = i32x4.add(d, T1(a, b, c, v128.load32_splat(k, 48), v128.load(W, 192))); h = i32x4.add(h, d); y = v128.xor(e, f); d = i32x4.add(d, T2(e, f, y, x));
  c = i32x4.add(c, T1(h, a, b, v128.load32_splat(k, 52), v128.load(W, 208))); g = i32x4.add(g, c); x = v128.xor(d, e); c = i32x4.add(c, T2(d, e, x, y));
  b = i32x4.add(b, T1(g, h, a, v128.load32_splat(k, 56), v128.load(W, 224))); f = i32x4.add(f, b); y = v128.xor(c, d); b = i32x4.add(b, T2(c, d, y, x));
  a = i32x4.add(a, T1(f, g, h, v128.load32_splat(k, 60), v128.load(W, 240))); e = i32x4.add(e, a); x = v128.xor(b, c); a = i32x4.add(a, T2(b, c, x, y));
  for (let i = 0; i < 3; i++) {
    k += 64;
    h = i32x4.add(h, T1(e, f, g, v128.load32_splat(k, 0), next(0, 16, 144, 224))); d = i32x4.add(d, h); y = v128.xor(a, b); h = i32x4.add(h, T2(a, b, y, x));
    g = i32x4.add(g, T1(d, e, f, v128.load32_splat(k, 4), next(16, 32, 160, 240))); c = i32x4.add(c, g); x = v128.xor(h, a); g = i32x4.add(g, T2(h, a, x, y));
    f = i32x4.add(f, T1(c, d, e, v128.load32_splat(k, 8), next(32, 48, 176, 0))); b = i32x4.add(b, f); y = v128.xor(g, h); f = i32x4.add(f, T2(g, h, y, x));
    e = i32x4.add(e, T1(b, c, d, v128.load32_splat(k, 12), next(48, 64, 192, 16))); a = i32x4.add(a, e); x = v128.xor(f, g); e = i32x4.add(e, T2(f, g, x, y));
    d = i32x4.add(d, T1(a, b, c, v128.load32_splat(k, 16), next(64, 80, 208, 32))); h = i32x4.add(h, d); y = v128.xor(e, f); d = i32x4.add(d, T2(e, f, y, x));
    c = i32x4.add(c, T1(h, a, b, v128.load32_splat(k, 20), next(80, 96, 224, 48))); g = i32x4.add(g, c); x = v128.xor(d, e); c = i32x4.add(c, T2(d, e, x, y));
    b = i32x4.add(b, T1(g, h, a, v128.load32_splat(k, 24), next(96, 112, 240, 64))); f = i32x4.add(f, b); y = v128.xor(c, d); b = i32x4.add(b, T2(c, d, y, x));
    a = i32x4.add(a, T1(f, g, h, v128.load32_splat(k, 28), next(112, 128, 0, 80))); e = i32x4.add(e, a); x = v128.xor(b, c); a = i32x4.add(a, T2(b, c, x, y));
    h = i32x4.add(h, T1(e, f, g, v128.load32_splat(k, 32), next(128, 144, 16, 96))); d = i32x4.add(d, h); y = v128.xor(a, b); h = i32x4.add(h, T2(a, b, y, x));
    g = i32x4.add(g, T1(d, e, f, v128.load32_splat(k, 36), next(144, 160, 32, 112))); c = i32x4.add(c, g); x = v128.xor(h, a); g = i32x4.add(g, T2(h, a, x, y));
    f = i32x4.add(f, T1(c, d, e, v128.load32_splat(k, 40), next(160, 176, 48, 128))); b = i32x4.add(b, f); y = v128.xor(g, h); f = i32x4.add(f, T2(g, h, y, x));
    e = i32x4.add(e, T1(b, c, d, v128.load32_splat(k, 44), next(176, 192, 64, 144))); a = i32x4.add(a, e); x = v128.xor(f, g); e = i32x4.add(e, T2(f, g, x, y));
    d = i32x4.add(d, T1(a, b, c, v128.load32_splat(k, 48), next(192, 208, 80, 160))); h = i32x4.add(h, d); y = v128.xor(e, f); d = i32x4.add(d, T2(e, f, y, x));
    c = i32x4.add(c, T1(h, a, b, v128.load32_splat(k, 52), next(208, 224, 96, 176))); g = i32x4.add(g, c); x = v128.xor(d, e); c = i32x4.add(c, T2(d, e, x, y));
    b = i32x4.add(b, T1(g, h, a, v128.load32_splat(k, 56), next(224, 240, 112, 192))); f = i32x4.add(f, b); y = v128.xor(c, d); b = i32x4.add(b, T2(c, d, y, x));
    a = i32x4.add(a, T1(f, g, h, v128.load32_splat(k, 60), next(240, 0, 128, 208))); e = i32x4.add(e, a); x = v128.xor(b, c); a = i32x4.add(a, T2(b, c, x, y));
  }
  addState(0, a); addState(16, b); addState(32, c); addState(48, d);
  addState(64, e); addState(80, f); addState(96, g); addState(112, h);
}

// @ts-ignore: decorator
@inline
function addState(offset: usize, x: v128): void {
  v128.store(STATE + offset, i32x4.add(v128.load(STATE + offset), x));
}
