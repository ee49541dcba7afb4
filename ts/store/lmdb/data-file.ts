/**
 * Looks at a data directory before LMDB does, because lmdb-js 3.5.6 ends the process (use after free) when
 * `mdb_env_open` fails, and LMDB itself when a page of its lock file finds no room on the disk: whatever
 * would make opening fail is found here and said. What a damaged tree does behind a sound header is LMDB's.
 *
 * ```
 *  page 0 of data.mdb, data format 2       64-bit   32-bit   (native byte order; little-endian everywhere)
 *    page header                             0        0
 *    u32 magic beefc0de                     24       16
 *    u32 version: format in the low 16 bit  28       20
 *    u32 page size                          48       32
 * ```
 */
import {
  accessSync,
  closeSync,
  constants,
  openSync,
  readSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { WaxwingError } from "../../base/errors.js";
import { corrupt } from "./layout.js";
import { isFileWhole, type WordBytes } from "./page-walk.js";

export const dataFileName = "data.mdb";
const lockFileName = "lock.mdb";

const magic = 0xbeefc0de;
const lmdbFormat = 2;
const headerLayouts: readonly { magicAt: number; pageSizeAt: number; wordBytes: WordBytes }[] = [
  { magicAt: 24, pageSizeAt: 48, wordBytes: 8 },
  { magicAt: 16, pageSizeAt: 32, wordBytes: 4 },
];
/** Room for 126 readers (8,272 B) in whole pages, so that no page of it is a hole. */
const lockFileBytes = 12_288;

/** Throws what the file system says, or `store_corrupt` or `store_version`. */
export function checkDataFile(path: string, mode: "read" | "write"): void {
  const file = join(path, dataFileName);
  accessSync(file, mode === "write" ? constants.R_OK | constants.W_OK : constants.R_OK);
  if (mode === "write") accessSync(path, constants.W_OK);
  prepareLockFile(path, mode);
  const head = readHead(file);
  const layout = headerLayouts.find(
    ({ magicAt, pageSizeAt }) => head.length >= pageSizeAt + 4 && head.getUint32LE(magicAt) === magic,
  );
  if (!layout) throw corrupt(`${file}: not an LMDB data file`);
  const format = head.getUint32LE(layout.magicAt + 4) & 0xffff;
  if (format !== lmdbFormat) {
    throw new WaxwingError("store_version", `${file}: LMDB data format ${format}, expected ${lmdbFormat}`, {
      detail: { path: file, found: format, expected: lmdbFormat },
    });
  }
  const pageSize = head.getUint32LE(layout.pageSizeAt);
  const isPowerOfTwo = pageSize >= 512 && pageSize <= 65_536 && (pageSize & (pageSize - 1)) === 0;
  if (!isPowerOfTwo || dataFileBytes(path) < 2 * pageSize) throw corrupt(`${file}: its header is damaged`);
  // A writer beside a reader may change the file between two looks at it.
  for (let looks = mode === "read" ? 3 : 1; !isFileWhole(file, pageSize, layout.wordBytes); looks--)
    if (looks === 1) throw corrupt(`${file}: cut, or damaged, before the end of what it holds`);
}

/**
 * Makes the file as long as it claims to be, by a hole: then the next opening need not walk it. What fails here costs
 * that walk and nothing else.
 */
export function lengthenDataFile(path: string, claimedBytes: number): void {
  if (dataFileBytes(path) >= claimedBytes) return;
  try {
    truncateSync(join(path, dataFileName), claimedBytes);
  } catch {
    // The disk or a limit does not let it grow; what was committed is there all the same.
  }
}

/** Bytes of the data file, 0 where there is none. */
export function dataFileBytes(path: string): number {
  return statSync(join(path, dataFileName), { throwIfNoEntry: false })?.size ?? 0;
}

/** Readers, too, write into the lock file; on a read-only file system LMDB does without. */
function prepareLockFile(path: string, mode: "read" | "write"): void {
  const file = join(path, lockFileName);
  try {
    if (statSync(file, { throwIfNoEntry: false })) accessSync(file, constants.R_OK | constants.W_OK);
    else writeFileSync(file, new Uint8Array(lockFileBytes), { flag: "wx", mode: 0o600 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST" || (code === "EROFS" && mode === "read")) return;
    throw error;
  }
}

function readHead(file: string): { length: number; getUint32LE(at: number): number } {
  const bytes = new Uint8Array(64);
  const descriptor = openSync(file, "r");
  try {
    const length = readSync(descriptor, bytes, 0, bytes.length, 0);
    const view = new DataView(bytes.buffer);
    return { length, getUint32LE: (at) => view.getUint32(at, true) };
  } finally {
    closeSync(descriptor);
  }
}
