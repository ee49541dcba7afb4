/**
 * The demo's input: every package manifest below a folder. Real JSON of every shape: long and short, nested,
 * with odd keys, white space and escapes. What is not JSON by RFC 8259 (a byte order mark, a duplicate key) or
 * would not survive in a record is left out and counted.
 */
import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { limits, utf8Decode, WaxwingError } from "../../base/index.js";
import type { Engine } from "../../contracts/index.js";

export interface Manifest {
  /** Relative to the folder. */
  readonly path: string;
  readonly json: unknown;
}

/** Half of what a record may have: the envelope carries the manifest once, base64 signatures and the row beside it. */
const manifestBytesMax = limits.recordBytesMax / 2;

export async function findManifests(
  engine: Engine,
  folder: string,
): Promise<{ manifests: Manifest[]; leftOut: number }> {
  const manifests: Manifest[] = [];
  let leftOut = 0;
  let entries: string[];
  try {
    entries = await readdir(folder, { recursive: true });
  } catch (cause) {
    throw new WaxwingError("demo_failed", `cannot read ${folder}: ${(cause as Error).message}`, { cause });
  }
  for (const entry of entries
    .filter((name) => name === "package.json" || name.endsWith("/package.json"))
    .sort()) {
    const path = join(folder, entry);
    const bytes = await readFile(path).catch(() => undefined);
    if (bytes === undefined || bytes.length > manifestBytesMax || !isAcceptable(engine, bytes)) leftOut++;
    else manifests.push({ path: relative(folder, path), json: JSON.parse(utf8Decode(bytes)) });
  }
  return { manifests, leftOut };
}

function isAcceptable(engine: Engine, bytes: Uint8Array): boolean {
  try {
    engine.canonicalize(bytes);
    return true;
  } catch {
    return false;
  }
}
