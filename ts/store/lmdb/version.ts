/** Who may open a data directory: this format, an empty one, and nothing else. */
import { WaxwingError } from "../../base/errors.js";
import type { Environment } from "./environment.js";
import { corrupt, formatVersion, versionKey } from "./layout.js";
import { seal, unseal } from "./row.js";

export async function checkVersion(environment: Environment, path: string, readOnly: boolean): Promise<void> {
  if (!environment.isWhole(path))
    throw corrupt(`${path}: the data file is shorter than its own record of it`);
  const row = environment.get("store", versionKey);
  if (!row && readOnly) throw new WaxwingError("store_unavailable", `${path}: there is no store to read`);
  if (!row) {
    await environment.transaction(() => environment.put("store", versionKey, seal(encode(formatVersion))));
    return;
  }
  const version = decode(unseal(row));
  if (version === formatVersion) return;
  throw new WaxwingError(
    "store_version",
    `${path}: the store has format ${version}, this version reads format ${formatVersion}; ` +
      "open it with the version that wrote it, or start with an empty directory and replicate",
    { detail: { path, found: version, expected: formatVersion } },
  );
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
