/**
 * Where test vectors lie. Third-party ones are used in place from a directory that WAXWING_VECTORS names
 * (default: ../shared/vectors beside the checkout); our own are in test/vectors.
 */
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import test from "ava";

const repository = fileURLToPath(new URL("../..", import.meta.url));
export const thirdPartyVectors = resolve(
  process.env.WAXWING_VECTORS ?? join(repository, "..", "shared", "vectors"),
);
export const ownVectors = join(repository, "test", "vectors");

export function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(path, "utf8")) as T;
}

/** `test` if the third-party file or folder is there, else a skipped test that says what to provide. */
export function vectorTest(relativePath: string): {
  path: string;
  test: typeof test | typeof test.skip;
  note: string;
} {
  const path = join(thirdPartyVectors, relativePath);
  if (existsSync(path)) return { path, test, note: "" };
  return {
    path,
    test: test.skip,
    note: ` (needs ${relativePath}: set WAXWING_VECTORS to the vectors folder)`,
  };
}
