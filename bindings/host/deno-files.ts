/** Files of Deno, with the same steps as in Node: temporary file, flush, rename, flush of the folder. */
import { type ErrorCode, WaxwingError } from "#base/errors.js";
import type { FileAccess } from "#contracts/host.js";
import type { DenoFile, DenoGlobals } from "./deno-globals.js";

export function createDenoFiles(deno: DenoGlobals): FileAccess {
  return {
    read: (path) => orUndefined(path, deno.readFile(path)),
    writeAtomic: (path, bytes, mode) => guarded(path, writeAtomic(deno, path, bytes, mode)),
    makeDirectory: (path, mode) => guarded(path, makeDirectory(deno, path, mode)),
    mode: (path) =>
      orUndefined(
        path,
        deno.stat(path).then((found) => (found.mode ?? 0) & 0o7777),
      ),
  };
}

async function writeAtomic(deno: DenoGlobals, path: string, bytes: Uint8Array, mode: number): Promise<void> {
  const temporary = `${path}.${crypto.randomUUID()}.tmp`;
  const file = await deno.open(temporary, { write: true, createNew: true, mode });
  try {
    await writeAndFlush(file, bytes);
    if (deno.build.os !== "windows") await deno.chmod(temporary, mode);
    await deno.rename(temporary, path);
  } catch (error) {
    await deno.remove(temporary).catch(() => {});
    throw error;
  }
  if (deno.build.os !== "windows") await flushDirectory(deno, path);
}

async function writeAndFlush(file: DenoFile, bytes: Uint8Array): Promise<void> {
  try {
    let written = 0;
    while (written < bytes.length) written += await file.write(bytes.subarray(written));
    await file.sync();
  } finally {
    file.close();
  }
}

async function flushDirectory(deno: DenoGlobals, path: string): Promise<void> {
  const end = path.lastIndexOf("/");
  const folder = await deno.open(end < 0 ? "." : path.slice(0, end) || "/", { read: true });
  try {
    await folder.sync();
  } finally {
    folder.close();
  }
}

async function makeDirectory(deno: DenoGlobals, path: string, mode: number): Promise<void> {
  const exists = await deno.stat(path).then(
    () => true,
    () => false,
  );
  await deno.mkdir(path, { recursive: true, mode });
  if (!exists && deno.build.os !== "windows") await deno.chmod(path, mode);
}

async function orUndefined<T>(path: string, work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (nameOf(error) === "NotFound") return undefined;
    throw fileError(path, error);
  }
}

async function guarded<T>(path: string, work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    throw fileError(path, error);
  });
}

/** Deno's error classes, and errno names that it leaves in the message. */
function fileError(path: string, error: unknown): WaxwingError {
  const message = error instanceof Error ? error.message : String(error);
  const code: ErrorCode =
    ["PermissionDenied", "NotCapable"].includes(nameOf(error)) || /os error 30\b/.test(message)
      ? "store_read_only"
      : /os error (28|122)\b/.test(message)
        ? "store_full"
        : "store_unavailable";
  return new WaxwingError(code, message, { detail: { path, systemCode: nameOf(error) }, cause: error });
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : "unknown";
}
