/** The content of what an addon is built from, as one hash: file times say nothing after a checkout. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { nativeFolder } from "./targets.mjs";

/** In `native`; whatever else is there does not reach the compiler. */
const inputs = ["Cargo.toml", "Cargo.lock", "build.rs", "src"];

/** SHA-256 over lines `<sha256 of file>  <path>`, by path: `sha256sum` of the same files, hashed again. */
export function sourcesHash() {
  const lines = inputs
    .flatMap((input) => filesBelow(join(nativeFolder, input)))
    .map((path) => [relative(nativeFolder, path).split(sep).join("/"), path])
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, path]) => `${sha256(readFileSync(path))}  ${name}\n`);
  return sha256(lines.join(""));
}

export function sha256(data) {
  return createHash("sha256").update(data).digest("hex");
}

function filesBelow(path) {
  if (!existsSync(path)) throw new Error(`${path} is missing`);
  try {
    return readdirSync(path).flatMap((name) => filesBelow(join(path, name)));
  } catch (error) {
    if (error.code === "ENOTDIR") return [path];
    throw error;
  }
}
