/**
 * Files of Node.js. A write is atomic and durable: temporary file in the same folder, flush, rename, flush
 * of the folder. The mode is set explicitly, because the process's umask would take bits away.
 */
import { randomBytes } from "node:crypto";
import { chmod, type FileHandle, mkdir, open, readFile, rename, stat, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { type ErrorCode, WaxwingError } from "#base/errors.js";
import type { FileAccess } from "#contracts/host.js";

export function createNodeFiles(): FileAccess {
  return {
    read: (path) => orUndefined(path, readFile(path).then(toBytes)),
    writeAtomic: (path, bytes, mode) => guarded(path, writeAtomic(path, bytes, mode)),
    makeDirectory: (path, mode) => guarded(path, makeDirectory(path, mode)),
    mode: (path) =>
      orUndefined(
        path,
        stat(path).then((found) => found.mode & 0o7777),
      ),
  };
}

async function writeAtomic(path: string, bytes: Uint8Array, mode: number): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  const file = await open(temporary, "wx", mode);
  try {
    await writeAndFlush(file, bytes, mode);
    await rename(temporary, path);
  } catch (error) {
    await unlink(temporary).catch(() => {});
    throw error;
  }
  await flushDirectory(dirname(path));
}

async function writeAndFlush(file: FileHandle, bytes: Uint8Array, mode: number): Promise<void> {
  try {
    await file.writeFile(bytes);
    await file.chmod(mode);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes the rename durable. Windows cannot open a folder; its file system journals renames. */
async function flushDirectory(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Parents are made as needed; the mode is that of the last folder, and is left alone when it exists. */
async function makeDirectory(path: string, mode: number): Promise<void> {
  const made = await mkdir(path, { recursive: true, mode });
  if (made !== undefined) await chmod(path, mode);
}

function toBytes(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}

async function orUndefined<T>(path: string, work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw fileError(path, error);
  }
}

async function guarded<T>(path: string, work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    throw fileError(path, error);
  });
}

const errorCodeOf: Readonly<Record<string, ErrorCode>> = {
  EROFS: "store_read_only",
  EACCES: "store_read_only",
  EPERM: "store_read_only",
  ENOSPC: "store_full",
  EDQUOT: "store_full",
};

function fileError(path: string, error: unknown): WaxwingError {
  const systemCode = codeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  return new WaxwingError(errorCodeOf[systemCode] ?? "store_unavailable", message, {
    detail: { path, systemCode },
    cause: error,
  });
}

function codeOf(error: unknown): string {
  return String((error as NodeJS.ErrnoException | undefined)?.code ?? "unknown");
}
