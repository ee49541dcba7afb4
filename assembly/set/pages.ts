/**
 * Pages of 4 KiB from CACHE to the end of memory: everything that an id set keeps. Freed pages are used
 * again first, so that memory which was never needed is never touched.
 */
import { CACHE } from "../layout";

export const PAGE: usize = 4096;

let free: usize = 0;
let next: usize = 0;
let end: usize = 0;

/** Once, before the first set. */
export function setsOpen(memoryBytes: usize): void {
  free = 0;
  next = CACHE;
  end = memoryBytes & ~(PAGE - 1);
}

/** 0 where none is left. What it holds is whatever was there. */
export function takePage(): usize {
  if (free != 0) {
    const page = free;
    free = load<usize>(page);
    return page;
  }
  if (next >= end) return 0;
  const page = next;
  next += PAGE;
  return page;
}

export function freePage(page: usize): void {
  store<usize>(page, free);
  free = page;
}
