/**
 * Packs `waxwing/core` alone, as `@waxwing/core`, from the same build: no dependencies, nothing of Node. What
 * belongs to it is what dist/core.js and dist/core.d.ts reach, so nothing has to be listed by hand.
 *
 *   node scripts/pack-core.mjs [--out <folder>]      prints the path of the tarball
 */
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, posix, resolve } from "node:path";
import { parseArgs } from "node:util";
import { buildIfNeeded } from "./build.mjs";
import { importsOf } from "./checks/source-text.mjs";
import { isMain, root } from "./run.mjs";

const wasm = (build) => `dist/bindings/wasm/core.${build}.wasm`;

/** Lays the package out in `folder` and returns its file list. @param {string} folder @returns {string[]} */
export function layOutCore(folder) {
  rmSync(folder, { recursive: true, force: true });
  const files = [
    ...reached("dist/core.js"),
    ...reached("dist/core.d.ts"),
    ...["scalar", "simd", "relaxed"].map(wasm),
    "LICENSE-MIT",
    "LICENSE-APACHE",
  ];
  for (const file of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    if (file.endsWith(".js")) writeFileSync(join(folder, file), withoutSourceMap(join(root, file)));
    else copyFileSync(join(root, file), join(folder, file));
  }
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest(), null, 2)}\n`);
  writeFileSync(join(folder, "README.md"), readme);
  return [...files, "package.json", "README.md"];
}

/** The file and all that it imports, of the same kind: scripts name scripts, declarations mean declarations. */
function reached(entry) {
  const files = new Set([entry]);
  for (const file of files)
    for (const { specifier } of importsOf(readFileSync(join(root, file), "utf8"))) {
      const script = posix.join(posix.dirname(file), specifier);
      files.add(entry.endsWith(".d.ts") ? script.replace(/\.js$/, ".d.ts") : script);
    }
  return files;
}

/** The maps stay behind: they would double the size of the embedded bytes. */
function withoutSourceMap(path) {
  return readFileSync(path, "utf8").replace(/\n\/\/# sourceMappingURL=.*\s*$/, "\n");
}

function manifest() {
  const { version, license, engines } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return {
    name: "@waxwing/core",
    version,
    description: "Hashing, canonical JSON, Ed25519, ML-DSA-65 and set difference in WebAssembly.",
    license,
    type: "module",
    sideEffects: false,
    engines,
    exports: {
      ".": { types: "./dist/core.d.ts", default: "./dist/core.js" },
      "./core.wasm": `./${wasm("scalar")}`,
      "./core.simd.wasm": `./${wasm("simd")}`,
      "./core.relaxed.wasm": `./${wasm("relaxed")}`,
      "./package.json": "./package.json",
    },
  };
}

const readme = `# @waxwing/core

The core of Waxwing alone: hashing, canonical JSON, strict Ed25519, ML-DSA-65, hybrid and batch verification, and
set difference, in WebAssembly. No dependencies; Node, Deno and browsers. The same as \`waxwing/core\`.

\`\`\`ts
import { loadCore } from "@waxwing/core";

const core = await loadCore();
core.sha256(new TextEncoder().encode("abc"));
\`\`\`
`;

/** @param {string} folder @param {string} destination @returns {string} path of the tarball */
export function npmPack(folder, destination) {
  mkdirSync(destination, { recursive: true });
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const args = ["pack", "--json", "--ignore-scripts", "--pack-destination", resolve(destination)];
  const packed = spawnSync(npm, args, { cwd: folder, encoding: "utf8" });
  if (packed.status !== 0) throw new Error(`npm pack failed: ${packed.stderr}`);
  const [{ filename }] = JSON.parse(packed.stdout);
  // Some versions of npm name a scoped package here as `@scope/name`, which is not what the file is called.
  const tarball = join(resolve(destination), filename.replace("@", "").replace("/", "-"));
  if (!existsSync(tarball)) throw new Error(`npm pack said ${filename}, and there is no such file`);
  return tarball;
}

if (isMain(import.meta.url)) {
  const out = join(root, ".cache", "packages");
  const { values } = parseArgs({ options: { out: { type: "string", default: out } } });
  await buildIfNeeded();
  const folder = join(root, ".cache", "core-package");
  layOutCore(folder);
  console.log(npmPack(folder, values.out));
}
