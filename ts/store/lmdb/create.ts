/**
 * The beginning of a data directory, and who may open it: this format and nothing else.
 *
 * A store is made whole beside its place and then linked into it, so that a power cut leaves either no data
 * file or a complete one; LMDB by itself would write the first pages of a new file in place. The folders are
 * flushed as well: a file whose name is lost is lost.
 */
import { closeSync, existsSync, fsyncSync, linkSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { WaxwingError } from "../../base/errors.js";
import { makeDirectory } from "../make-directory.js";
import { dataFileName } from "./data-file.js";
import { Environment } from "./environment.js";
import { corrupt, formatVersion, versionKey } from "./layout.js";
import { seal, unseal } from "./row.js";

export async function createIfAbsent(path: string, mapBytes: number): Promise<void> {
  const firstNew = makeDirectory(path);
  if (existsSync(join(path, dataFileName))) return;
  const nursery = mkdtempSync(join(path, ".new-"));
  try {
    const environment = await Environment.open({ path: nursery, mode: "create", mapBytes });
    try {
      await environment!.transaction(() =>
        environment!.put("store", versionKey, seal(encode(formatVersion))),
      );
    } finally {
      await environment!.close();
    }
    linkUnlessPresent(join(nursery, dataFileName), join(path, dataFileName));
    flushFolders(path, firstNew);
  } finally {
    rmSync(nursery, { recursive: true, force: true });
  }
}

/** Refuses a foreign file, and another format. */
export function checkVersion(environment: Environment, path: string): void {
  const row = environment.get("store", versionKey);
  const version = row && decode(unseal(row));
  if (version === formatVersion) return;
  throw new WaxwingError(
    "store_version",
    `${path}: the store has format ${version ?? "unknown"}, this version reads format ${formatVersion}; ` +
      "open it with the version that wrote it, or start with an empty directory and replicate",
    { detail: { path, found: version, expected: formatVersion } },
  );
}

/** Unlike a rename, a link does not push out what another process has put there meanwhile. */
function linkUnlessPresent(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

/** The data directory, and every folder above it in which a name was made. */
function flushFolders(path: string, firstNew: string | undefined): void {
  const last = resolve(firstNew === undefined ? path : dirname(firstNew));
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    flushFolder(folder);
    if (folder === last || folder === dirname(folder)) return;
  }
}

function flushFolder(folder: string): void {
  // Windows opens no folders; NTFS journals names by itself.
  if (process.platform === "win32") return;
  const descriptor = openSync(folder, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function encode(version: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, version);
  return bytes;
}

function decode(bytes: Uint8Array): number {
  if (bytes.length !== 4) throw corrupt("the format version is damaged");
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0);
}
