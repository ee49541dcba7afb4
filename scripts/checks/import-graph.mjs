/**
 * Which file imports which. Specifiers are resolved as Node does it for the built package (`./x.js`,
 * `#bindings/x.js`, `waxwing/store`), and mapped back to the source that makes the target.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { join, posix } from "node:path";
import { importsOf } from "./source-text.mjs";

/**
 * @typedef {{ specifier: string, typeOnly: boolean, dynamic: boolean, line: number,
 *   target: { file?: string, builtin?: string, package?: string } }} Edge
 * @typedef {{ files: Map<string, { source: string, imports: Edge[] }> }} Graph
 * @param {string} root
 * @returns {Graph}
 */
export function readGraph(root) {
  const exported = exportsOf(root);
  const files = new Map();
  for (const path of ["assembly", "bindings", "ts", "test", "bench"].flatMap((folder) =>
    listCode(root, folder),
  )) {
    const source = readFileSync(join(root, path), "utf8");
    const imports = importsOf(source).map((found) => ({
      ...found,
      target: resolve(root, path, found.specifier, exported),
    }));
    files.set(path, { source, imports });
  }
  return { files };
}

/** @param {string} root @param {string} folder @returns {string[]} paths with `/`, relative to the root */
export function listCode(root, folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const path = posix.join(folder, entry.name);
      if (entry.isDirectory()) return skipped.has(entry.name) ? [] : listCode(root, path);
      return /\.(ts|mts|mjs|js)$/.test(entry.name) && !entry.name.endsWith(".d.ts") ? [path] : [];
    })
    .sort();
}

const skipped = new Set(["node_modules", "dist", "generated", "fixtures", "vectors-data"]);

const builtins = new Set(builtinModules);

function resolve(root, from, specifier, exported) {
  if (specifier.startsWith("node:") || builtins.has(specifier)) return { builtin: specifier };
  if (specifier.startsWith(".")) return { file: sourceOf(root, posix.join(posix.dirname(from), specifier)) };
  const alias = /^#(dist|base|contracts|bindings)\/(.+)$/.exec(specifier);
  if (alias)
    return { file: sourceOf(root, distToSource(alias[1] === "dist" ? alias[2] : `${alias[1]}/${alias[2]}`)) };
  if (exported.has(specifier)) return { file: exported.get(specifier) };
  return {
    package: specifier
      .split("/")
      .slice(0, specifier.startsWith("@") ? 2 : 1)
      .join("/"),
  };
}

/** `dist/bindings/…` is made from bindings/, the rest of dist/ from ts/. */
function distToSource(path) {
  return path.startsWith("bindings/") ? path : `ts/${path}`;
}

/** The `.ts` behind a `.js` that the build makes, or behind a bare name in AssemblyScript; a file that exists as it is named stays. */
function sourceOf(root, path) {
  if (/\.\w+$/.test(path) && existsSync(join(root, path))) return path;
  return /\.js$/.test(path) ? path.replace(/\.js$/, ".ts") : `${path}.ts`;
}

/** `waxwing/store` → `ts/store/index.ts`, from the exports of package.json. */
function exportsOf(root) {
  const manifest = join(root, "package.json");
  const exported = new Map();
  if (!existsSync(manifest)) return exported;
  const { name, exports = {} } = JSON.parse(readFileSync(manifest, "utf8"));
  for (const [subpath, target] of Object.entries(exports)) {
    const path = typeof target === "string" ? target : target.default;
    if (!path.startsWith("./dist/") || !path.endsWith(".js")) continue;
    exported.set(posix.join(name, subpath), sourceOf(root, distToSource(path.slice("./dist/".length))));
  }
  return exported;
}
