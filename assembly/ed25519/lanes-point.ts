/**
 * Points of edwards25519 in lanes: the formulas of point.ts, two coordinates at a time (the four-way form of
 * Hisil, Wong, Carter and Dawson). They are complete as those are.
 *
 *   point    (X, Y) (T, Z)                  two pairs, 384 bytes, all reduced
 *   addend   (Y−X, Y+X) (2dT, 2Z)           two pairs
 *   packed   y−x ‖ y+x ‖ 2dxy               96 bytes, affine, each below 2^255: what tables are made of
 *
 * An addition is four multiplications of pairs, a doubling two and two squarings. The names E, F, G, H are
 * those of the paper: X3 = E·F, Y3 = G·H, T3 = E·H, Z3 = F·G. Variable time in the sign of an addend.
 */
import {
  crossLanes,
  PAIR_BYTES,
  pairLoad,
  pairMul,
  pairMulCrossed,
  pairSquare,
  pairSquareCrossed,
  pairStore,
  swapLanes,
} from "./lanes";

export const LANES_POINT_BYTES: usize = 2 * PAIR_BYTES;
export const PACKED_BYTES: usize = 96;

/** 2, the 2·Z of an affine addend. */
const TWO = memory.data<u64>([2, 0, 0, 0]);
/** 2·d. */
const D2 = memory.data<u64>([0xebd69b9426b2f159, 0x00e0149a8283b156, 0x198e80f2eef3d130, 0x2406d9dc56dffce7]);

/** The upper pair of a point or addend lies 192 bytes behind the lower. */
const LEFT = memory.data(384, 16);
const RIGHT = memory.data(384, 16);
const ADDEND = memory.data(384, 16);

/** From X, Y, T and Z as numbers of 32 bytes. */
export function lanesPoint(out: usize, x: usize, y: usize, t: usize, z: usize): void {
  pairLoad(out, x, y);
  pairLoad(out + PAIR_BYTES, t, z);
  // Loaded limbs count as two reduced ones, and additions take points for reduced.
  pairLoad(LEFT, ONE, ONE);
  pairMul(out, out, LEFT);
  pairMul(out + PAIR_BYTES, out + PAIR_BYTES, LEFT);
}
const ONE = memory.data<u64>([1, 0, 0, 0]);

export function lanesIdentity(out: usize): void {
  memory.fill(out, 0, LANES_POINT_BYTES);
  store<f64>(out, 1, 8);
  store<f64>(out, 1, 200);
}

/** X ‖ Y ‖ Z, 32 bytes each, below 2^255. */
export function lanesStore(bytes: usize, p: usize): void {
  pairStore(bytes, p, 0);
  pairStore(bytes + 32, p, 1);
  pairStore(bytes + 64, p + PAIR_BYTES, 1);
}

/** The point as an addend. */
export function lanesAddend(out: usize, p: usize): void {
  cross(out, p);
  pairLoad(LEFT, D2, TWO);
  pairMul(out + PAIR_BYTES, p + PAIR_BYTES, LEFT);
}

/** p = 2·p. */
export function lanesDouble(p: usize): void {
  for (let i = p, to = LEFT, end = p + PAIR_BYTES; i < end; i += 16, to += 16) {
    const xy = v128.load(i);
    v128.store(to, v128.shuffle<u64>(f64x2.add(xy, swapLanes(xy)), v128.load(i, PAIR_BYTES), 0, 3));
  }
  pairSquareCrossed(RIGHT, p); //         (G, H) = (Y² − X², Y² + X²)
  pairSquare(LEFT, LEFT); //              ((X + Y)², Z²)
  for (let i: usize = 0; i < PAIR_BYTES; i += 16) {
    const sums = v128.load(LEFT + i), hg = swapLanes(v128.load(RIGHT + i));
    const ef = f64x2.sub(f64x2.add(sums, v128.and(sums, i64x2(0, -1))), hg);
    v128.store(LEFT + i, ef); //          E = (X + Y)² − H, F = 2·Z² − G: 3 and 4 reduced elements
    v128.store(RIGHT + i, hg);
    v128.store(LEFT + i, v128.shuffle<u64>(ef, hg, 0, 2), PAIR_BYTES); //  (E, H)
    v128.store(RIGHT + i, v128.shuffle<u64>(ef, hg, 1, 3), PAIR_BYTES); // (F, G)
  }
  products(p);
}

/** p = p ± q for an addend q. */
export function lanesAdd(p: usize, q: usize, minus: bool): void {
  if (minus) {
    for (let i: usize = 0; i < PAIR_BYTES; i += 16) {
      v128.store(ADDEND + i, swapLanes(v128.load(q + i)));
      v128.store(ADDEND + i, v128.xor(v128.load(q + i, PAIR_BYTES), i64x2(0x8000000000000000, 0)), PAIR_BYTES);
    }
    q = ADDEND;
  }
  cross(LEFT, p);
  pairMulCrossed(LEFT + PAIR_BYTES, LEFT, q); //                              (E, H)
  pairMulCrossed(RIGHT + PAIR_BYTES, p + PAIR_BYTES, q + PAIR_BYTES); //      (F, G)
  for (let i: usize = 0; i < PAIR_BYTES; i += 16) {
    const eh = v128.load(LEFT + i, PAIR_BYTES), fg = v128.load(RIGHT + i, PAIR_BYTES);
    v128.store(LEFT + i, v128.shuffle<u64>(eh, fg, 0, 2));
    v128.store(RIGHT + i, v128.shuffle<u64>(eh, fg, 1, 3));
  }
  products(p);
}

/** p = p ± q for a packed q. */
export function lanesAddPacked(p: usize, q: usize, minus: bool): void {
  pairLoad(ADDEND, minus ? q + 32 : q, minus ? q : q + 32);
  pairLoad(ADDEND + PAIR_BYTES, q + 64, TWO);
  if (minus) {
    for (let i: usize = 0; i < PAIR_BYTES; i += 16) {
      v128.store(ADDEND + i, v128.xor(v128.load(ADDEND + i, PAIR_BYTES), i64x2(0x8000000000000000, 0)), PAIR_BYTES);
    }
  }
  lanesAdd(p, ADDEND, false);
}

/** LEFT = (E, F) (E, H), RIGHT = (H, G) (F, G). */
// @ts-ignore: decorator
@inline
function products(p: usize): void {
  pairMul(p, LEFT + PAIR_BYTES, RIGHT + PAIR_BYTES); // X3 = E·F, Y3 = H·G
  pairMul(p + PAIR_BYTES, LEFT, RIGHT); //              T3 = E·H, Z3 = F·G
}

// @ts-ignore: decorator
@inline
function cross(out: usize, pair: usize): void {
  for (let end = pair + PAIR_BYTES; pair < end; pair += 16, out += 16) v128.store(out, crossLanes(v128.load(pair)));
}
