/** The files that belong to the project: what git tracks, and what is new and not ignored. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join, posix } from "node:path";

/** @param {string} root @returns {string[]} paths with `/`, relative to the root, sorted */
export function repositoryFiles(root) {
  const listed = spawnSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  const isRepository = listed.status === 0 && existsSync(join(root, ".git"));
  const paths = isRepository ? listed.stdout.split("\0").filter(Boolean) : walk(root, "");
  return paths.filter((path) => existsSync(join(root, path))).sort();
}

/** An unpacked archive has no git; then everything counts but what is made. */
function walk(root, folder) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(folder, entry.name);
    if (made.has(entry.name)) return [];
    return entry.isDirectory() ? walk(root, path) : [path];
  });
}

const made = new Set(["node_modules", "dist", "generated", ".git", ".cache", ".waxwing"]);
