/**
 * Expanded public keys, kept in the CACHE region: what a key costs to make ready is paid once. Verdicts never
 * depend on what is kept; only time does.
 *
 *   CACHE   MARKS    2048 × u64   hashes of keys with one good signature
 *           HEADS    u32 a chain  first slot of each hash chain, a power of two of them, at least one a slot
 *           SLOTS    40 KiB each  to the end of memory
 *
 *   slot +    0  u32 next slot in its chain      4  u32 older slot      8  u32 newer slot
 *        +   12  u32 algorithm                  16  u64 hash           24  not used
 *        +   64  the public key, 32 or 1952 bytes
 *        + 2048  the expanded key, KEY_ENTRY_BYTES at most
 *
 * Slots are numbered from 1; 0 is none. One size serves both algorithms, so that any key can take any other's
 * place and memory cannot fragment.
 *
 * A hash only finds candidates: a key is the one that is kept if all its bytes are equal. Hashes start from a
 * secret of the instance, so that nobody can make keys that share a chain. It is drawn at the second good
 * signature, when a key may first be kept: the random source takes longer to start than the rest of the core.
 *
 * Who gets in: a key under which a second good signature came, into free room at once, into an older key's
 * place for a token (assembly/cache/budget.ts). Keys are the least recently used first to go.
 */
import { CACHE } from "../layout";
import { earnToken, spendToken } from "./budget";

export const KEY_ED25519: u32 = 1;
export const KEY_ML_DSA_65: u32 = 2;

const SLOT_BYTES: usize = 40 * 1024;
const KEY_OFFSET: usize = 64;
const ENTRY_OFFSET: usize = 2048;
/** Room for the expanded form of one key. */
export const KEY_ENTRY_BYTES: usize = SLOT_BYTES - ENTRY_OFFSET;

/** What hashes read of a key; see `hashedBytes`. */
const HASHED_BYTES_MAX = 64;

const NEXT: usize = 0;
const OLDER: usize = 4;
const NEWER: usize = 8;
const ALGORITHM: usize = 12;
const HASH: usize = 16;

const MARKS: usize = CACHE;
const MARK_COUNT: usize = 2048;
const HEADS: usize = MARKS + MARK_COUNT * 8;

/** A random word from the loader's secure source. */
// @ts-ignore: decorator
@external("env", "randomWord")
declare function randomWord(): u32;

/** No slots until `keyCacheOpen`, so that a core without a cache pays one comparison. */
let slotCount: u32 = 0;
let headMask: u32 = 0;
let slotsStart: usize = 0;
let secret: u64 = 0;
let secretDrawn = false;

/** The key of the first good signature, as far as hashes read it: it has no mark until there is a secret. */
const FIRST_KEY = memory.data(HASHED_BYTES_MAX, 8);
let firstAlgorithm: u32 = 0;

/** Slots ever used, and those given back by `forget`, chained through NEXT. */
let slotsTouched: u32 = 0;
let freed: u32 = 0;
let entries: u32 = 0;
let newest: u32 = 0;
let oldest: u32 = 0;

/** Counted in doubles, which JavaScript reads as they are. */
let hits: f64 = 0;
let misses: f64 = 0;
let evictions: f64 = 0;

/**
 * Address of the expanded key, or 0 if this key is not kept. It stays valid until `cacheVerified` or
 * `keyCacheForget` is called, so that many keys may be looked up before the first is used.
 */
export function cacheFind(algorithm: u32, publicKey: usize): usize {
  if (slotCount == 0) return 0;
  const slot = findSlot(algorithm, publicKey, hashOf(algorithm, publicKey));
  if (slot == 0) {
    misses += 1;
    return 0;
  }
  hits += 1;
  if (slot != newest) {
    unlinkAge(slot);
    linkNewest(slot);
  }
  return address(slot) + ENTRY_OFFSET;
}

/**
 * To be told of every good signature; `kept` says whether `cacheFind` found the key. Where the key has earned
 * a place: an address for KEY_ENTRY_BYTES, which the caller fills before it does anything else. Else 0.
 */
export function cacheVerified(algorithm: u32, publicKey: usize, kept: bool): usize {
  if (slotCount == 0) return 0;
  earnToken();
  if (kept) return 0;
  if (!secretDrawn) {
    if (firstAlgorithm == 0) {
      firstAlgorithm = algorithm;
      memory.copy(FIRST_KEY, publicKey, hashedBytes(algorithm));
      return 0;
    }
    drawSecret();
  }
  const hash = hashOf(algorithm, publicKey);
  const mark = markOf(hash);
  if (load<u64>(mark) != hash) {
    // The mark is a hash alone: another key that has the same one gets its entry a signature too early, no more.
    store<u64>(mark, hash);
    return 0;
  }
  // In a batch the same key may have got in since it was looked up.
  if (findSlot(algorithm, publicKey, hash) != 0) return 0;
  const slot = takeSlot();
  if (slot == 0) return 0;
  store<u64>(mark, 0);
  fillSlot(slot, algorithm, publicKey, hash);
  return address(slot) + ENTRY_OFFSET;
}

/** Drops what is kept of this key; it has to earn its place anew. False if nothing was kept. */
export function keyCacheForget(algorithm: u32, publicKey: usize): bool {
  if (slotCount == 0) return false;
  if (!secretDrawn) {
    // Nothing is kept yet, and at most one key has had its first good signature.
    if (algorithm == firstAlgorithm && equalBytes(FIRST_KEY, publicKey, hashedBytes(algorithm))) firstAlgorithm = 0;
    return false;
  }
  const hash = hashOf(algorithm, publicKey);
  const mark = markOf(hash);
  if (load<u64>(mark) == hash) store<u64>(mark, 0);
  const slot = findSlot(algorithm, publicKey, hash);
  if (slot == 0) return false;
  unlinkSlot(slot);
  memory.fill(address(slot), 0, SLOT_BYTES);
  store<u32>(address(slot), freed, NEXT);
  freed = slot;
  return true;
}

/** Once, before any verification: `bytes` of memory from CACHE on, zeros. */
export function keyCacheOpen(bytes: usize): void {
  const marks = HEADS - MARKS;
  if (bytes < marks + SLOT_BYTES + 64) return;
  const count = <u32>((bytes - marks) / (SLOT_BYTES + 8));
  headMask = (1 << (32 - clz<u32>(count))) - 1;
  slotsStart = (HEADS + (<usize>headMask + 1) * 4 + 63) & ~63;
  slotCount = <u32>((CACHE + bytes - slotsStart) / SLOT_BYTES);
}

export function keyCacheHits(): f64 { return hits; }
export function keyCacheMisses(): f64 { return misses; }
export function keyCacheEvictions(): f64 { return evictions; }
export function keyCacheEntries(): u32 { return entries; }
export function keyCacheSlots(): u32 { return slotCount; }
export function keyCacheSlotBytes(): usize { return SLOT_BYTES; }

// @ts-ignore: decorator
@inline
function address(slot: u32): usize {
  return slotsStart + <usize>(slot - 1) * SLOT_BYTES;
}

// @ts-ignore: decorator
@inline
function keyBytes(algorithm: u32): usize {
  return algorithm == KEY_ED25519 ? 32 : 1952;
}

/** From now on hashes mean something; the key that waited for it gets its mark. */
function drawSecret(): void {
  secret = (<u64>randomWord() << 32) | <u64>randomWord();
  secretDrawn = true;
  if (firstAlgorithm == 0) return;
  const hash = hashOf(firstAlgorithm, FIRST_KEY);
  store<u64>(markOf(hash), hash);
}

// @ts-ignore: decorator
@inline
function hashedBytes(algorithm: u32): usize {
  return algorithm == KEY_ED25519 ? 32 : HASHED_BYTES_MAX;
}

/**
 * Over the first 64 bytes of an ML-DSA key: ρ may be shared by many keys, the start of t1 cannot be chosen
 * with it. Never 0, which marks nothing.
 */
function hashOf(algorithm: u32, publicKey: usize): u64 {
  const end = publicKey + hashedBytes(algorithm);
  let hash = secret ^ <u64>algorithm;
  for (let p = publicKey; p < end; p += 8) {
    hash = (hash ^ load<u64>(p)) * 0x9e3779b97f4a7c15;
    hash ^= hash >> 29;
  }
  hash = (hash ^ secret) * 0xbf58476d1ce4e5b9;
  return (hash ^ (hash >> 32)) | 1;
}

// @ts-ignore: decorator
@inline
function markOf(hash: u64): usize {
  return MARKS + (<usize>(hash >> 32) & (MARK_COUNT - 1)) * 8;
}

// @ts-ignore: decorator
@inline
function headOf(hash: u64): usize {
  return HEADS + (<usize>(<u32>(hash >> 1)) & <usize>headMask) * 4;
}

function findSlot(algorithm: u32, publicKey: usize, hash: u64): u32 {
  let slot = load<u32>(headOf(hash));
  while (slot != 0) {
    const at = address(slot);
    if (
      load<u64>(at, HASH) == hash &&
      load<u32>(at, ALGORITHM) == algorithm &&
      equalBytes(at + KEY_OFFSET, publicKey, keyBytes(algorithm))
    ) {
      return slot;
    }
    slot = load<u32>(at, NEXT);
  }
  return 0;
}

/** `length` is a multiple of 32. The library's comparison goes byte by byte where addresses are odd. */
function equalBytes(a: usize, b: usize, length: usize): bool {
  const end = a + length;
  for (; a < end; a += 32) {
    const difference =
      (load<u64>(a, 0) ^ load<u64>(b, 0)) |
      (load<u64>(a, 8) ^ load<u64>(b, 8)) |
      (load<u64>(a, 16) ^ load<u64>(b, 16)) |
      (load<u64>(a, 24) ^ load<u64>(b, 24));
    if (difference != 0) return false;
    b += 32;
  }
  return true;
}

/** A slot out of every list: a free one, else for a token the oldest, else 0. */
function takeSlot(): u32 {
  if (freed != 0) {
    const slot = freed;
    freed = load<u32>(address(slot), NEXT);
    return slot;
  }
  if (slotsTouched < slotCount) return ++slotsTouched;
  if (!spendToken()) return 0;
  const slot = oldest;
  unlinkSlot(slot);
  evictions += 1;
  return slot;
}

function fillSlot(slot: u32, algorithm: u32, publicKey: usize, hash: u64): void {
  const at = address(slot);
  const head = headOf(hash);
  store<u32>(at, load<u32>(head), NEXT);
  store<u32>(head, slot);
  store<u32>(at, algorithm, ALGORITHM);
  store<u64>(at, hash, HASH);
  memory.copy(at + KEY_OFFSET, publicKey, keyBytes(algorithm));
  linkNewest(slot);
  entries++;
}

/** Out of its chain and out of the order of age. */
function unlinkSlot(slot: u32): void {
  const at = address(slot);
  let link = headOf(load<u64>(at, HASH));
  while (load<u32>(link) != slot) link = address(load<u32>(link)) + NEXT;
  store<u32>(link, load<u32>(at, NEXT));
  unlinkAge(slot);
  entries--;
}

function linkNewest(slot: u32): void {
  const at = address(slot);
  store<u32>(at, newest, OLDER);
  store<u32>(at, 0, NEWER);
  if (newest != 0) store<u32>(address(newest), slot, NEWER);
  else oldest = slot;
  newest = slot;
}

function unlinkAge(slot: u32): void {
  const at = address(slot);
  const older = load<u32>(at, OLDER), newer = load<u32>(at, NEWER);
  if (older != 0) store<u32>(address(older), newer, NEWER);
  else oldest = newer;
  if (newer != 0) store<u32>(address(newer), older, OLDER);
  else newest = older;
}
