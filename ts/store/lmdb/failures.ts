/**
 * What LMDB and the file system throw, as `WaxwingError`s that say what to do. LMDB errors carry a numeric
 * code: its own (−30 799 … −30 700, lmdb.h) or an errno; Node's carry a text.
 */
import { statfsSync } from "node:fs";
import { type ErrorCode, WaxwingError } from "../../base/errors.js";

interface Meaning {
  readonly code: ErrorCode;
  readonly advice: string;
}

const full: Meaning = {
  code: "store_full",
  advice: "nothing of the batch was written; free disk space or raise the store's size limit, then try again",
};
const readOnly: Meaning = {
  code: "store_read_only",
  advice: "give this user write permission, mount it writable, or choose another data directory",
};
const damaged: Meaning = {
  code: "store_corrupt",
  advice: "restore the data directory from a peer or a backup",
};
const foreignVersion: Meaning = {
  code: "store_version",
  advice: "open it with the version that wrote it, or start with an empty directory and replicate",
};
const panicked: Meaning = {
  code: "store_unavailable",
  advice: "the disk failed under a flush; check it, then restart",
};

const meanings = new Map<number | string, Meaning>([
  [-30792, full], // MDB_MAP_FULL
  [-30788, full], // MDB_TXN_FULL
  [28, full], // ENOSPC
  [122, full], // EDQUOT
  [27, full], // EFBIG
  ["ENOSPC", full],
  ["EDQUOT", full],
  [13, readOnly], // EACCES
  [30, readOnly], // EROFS
  [1, readOnly], // EPERM
  ["EACCES", readOnly],
  ["EROFS", readOnly],
  ["EPERM", readOnly],
  [-30797, damaged], // MDB_PAGE_NOTFOUND
  [-30796, damaged], // MDB_CORRUPTED
  [-30793, damaged], // MDB_INVALID
  [-30794, foreignVersion], // MDB_VERSION_MISMATCH
  [-30784, foreignVersion], // MDB_INCOMPATIBLE
  [-30795, panicked], // MDB_PANIC
]);

const ioError = 5;
/** A disk with less than this left counts as full when a write came out short. */
const spareBytes = 1024 * 1024;

export function asStoreError(error: unknown, path: string): unknown {
  if (error instanceof WaxwingError || error instanceof TypeError || error instanceof RangeError)
    return error;
  const code = (error as { code?: unknown } | null)?.code;
  const meaning = code === ioError && hasNoSpace(path) ? full : meanings.get(code as number | string);
  const { code: stable, advice } = meaning ?? {
    code: "store_unavailable" as const,
    advice: "check the data directory and the disk",
  };
  const reason = error instanceof Error ? error.message : String(error);
  return new WaxwingError(stable, `${path}: ${reason}; ${advice}`, {
    detail: { path, ...(typeof code === "number" || typeof code === "string" ? { cause: code } : {}) },
    cause: error,
  });
}

/** LMDB reports a write that the disk took only in part as EIO, whatever cut it short. */
function hasNoSpace(path: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(path);
    return bavail * bsize < spareBytes;
  } catch {
    return false;
  }
}
