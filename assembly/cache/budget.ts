/**
 * How often a source may put a new key in the place of an older one: a bucket of tokens, one spent for each
 * eviction, one earned for every SIGNATURES_A_TOKEN good signatures. Whoever mints keys pays for each place
 * with that much honest work, and cannot churn the cache faster than that.
 *
 * The core counts signatures, not seconds, so that it needs no clock and a test needs no waiting. One bucket is
 * in use at a time; the JavaScript side keeps those of the other sources and changes them over between calls.
 */

const SIGNATURES_A_TOKEN: u32 = 16;
const TOKENS_MAX: u32 = 256;
/** What a source that is new begins with. */
const TOKENS_START: u32 = 16;

let tokens: u32 = TOKENS_START;
let signatures: u32 = 0;

export function earnToken(): void {
  if (++signatures < SIGNATURES_A_TOKEN) return;
  signatures = 0;
  if (tokens < TOKENS_MAX) tokens++;
}

export function spendToken(): bool {
  if (tokens == 0) return false;
  tokens--;
  return true;
}

/** The bucket in use, in one number: tokens, and signatures towards the next. */
export function keyCacheBudget(): u32 {
  return tokens * SIGNATURES_A_TOKEN + signatures;
}

/** Changes over to a bucket that `keyCacheBudget` has read. */
export function keyCacheSetBudget(budget: u32): void {
  tokens = budget / SIGNATURES_A_TOKEN;
  signatures = budget % SIGNATURES_A_TOKEN;
}

export function keyCacheBudgetStart(): u32 {
  return TOKENS_START * SIGNATURES_A_TOKEN;
}
