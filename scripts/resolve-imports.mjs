/**
 * Rewrites `#bindings/…`, `#base/…` and `#contracts/…` in what tsc emitted to relative paths. Package imports
 * keep the walls visible in the sources; in dist/ they would keep a browser without a bundler, and Deno
 * importing a file by its path, from loading the core.
 */
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { root } from "./run.mjs";

const dist = join(root, "dist");
const specifier = /(["'])#(bindings|base|contracts)\/([^"']+)\1/g;

export function resolveImports() {
  for (const entry of readdirSync(dist, { recursive: true })) {
    const path = join(dist, entry);
    if (!/\.(js|d\.ts)$/.test(entry) || !statSync(path).isFile()) continue;
    const text = readFileSync(path, "utf8");
    if (!text.includes('"#')) continue;
    const resolved = text.replace(specifier, (_, quote, folder, rest) => {
      const target = relative(dirname(path), join(dist, folder, rest))
        .split("\\")
        .join("/");
      return `${quote}${target.startsWith(".") ? target : `./${target}`}${quote}`;
    });
    if (resolved !== text) writeFileSync(path, resolved);
  }
}
