/**
 * What `native/prebuilds` says of itself: `SHA256SUMS` as `sha256sum --check` reads it, and `builds.json`
 * with what each file was made from and with, so that it can be made again and compared.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sha256 } from "./sources.mjs";
import { prebuildsFolder, targets } from "./targets.mjs";

const buildsPath = join(prebuildsFolder, "builds.json");
export const sumsPath = join(prebuildsFolder, "SHA256SUMS");

/** @returns {Record<string, { sources: string, rustc: string, zig: string, glibc: string }>} target → its build */
export function readBuilds() {
  return existsSync(buildsPath) ? JSON.parse(readFileSync(buildsPath, "utf8")) : {};
}

/** Replaces the entries of the targets that were built, and the sums of all that are there. */
export function writeManifest(built) {
  const builds = { ...readBuilds(), ...built };
  const ordered = Object.fromEntries(
    targets.filter(({ name }) => name in builds).map(({ name }) => [name, builds[name]]),
  );
  writeFileSync(buildsPath, `${JSON.stringify(ordered, null, 2)}\n`);
  writeFileSync(sumsPath, sumsOfPrebuilds());
}

export function sumsOfPrebuilds() {
  return targets
    .filter(({ file }) => existsSync(join(prebuildsFolder, file)))
    .map(({ file }) => `${sha256(readFileSync(join(prebuildsFolder, file)))}  ${file}\n`)
    .join("");
}
