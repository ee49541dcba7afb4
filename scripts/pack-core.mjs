/**
 * Packs `waxwing/core` alone, as `@waxwing/core`, from the same build: no dependencies, nothing of Node. What
 * belongs to it is what ts/core.ts reaches, so nothing has to be listed by hand.
 *
 *   node scripts/pack-core.mjs [--out <folder>]      prints the path of the tarball
 */
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { buildIfNeeded } from "./build.mjs";
import { readGraph } from "./checks/import-graph.mjs";
import { isMain, root } from "./run.mjs";

const wasm = (build) => `dist/bindings/wasm/core.${build}.wasm`;

/** Lays the package out in `folder` and returns its file list. @param {string} folder @returns {string[]} */
export function layOutCore(folder) {
  rmSync(folder, { recursive: true, force: true });
  const { sources, typeSources } = coreSources();
  const files = [
    ...sources.map((source) => `${distPath(source)}.js`),
    ...[...sources, ...typeSources].map((source) => `${distPath(source)}.d.ts`),
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

/** What runs, and what only the declarations name. */
function coreSources() {
  const { files } = readGraph(root);
  const running = new Set(["ts/core.ts"]);
  const typed = new Set();
  for (const file of running)
    for (const { target, typeOnly } of files.get(file)?.imports ?? [])
      if (target.file) (typeOnly ? typed : running).add(target.file);
  for (const file of [...typed, ...running])
    for (const { target } of files.get(file)?.imports ?? []) if (target.file) typed.add(target.file);
  for (const file of typed)
    for (const { target } of files.get(file)?.imports ?? []) if (target.file) typed.add(target.file);
  return { sources: [...running], typeSources: [...typed].filter((file) => !running.has(file)) };
}

/** `ts/engine/wasm/index.ts` → `dist/engine/wasm/index`, `bindings/wasm/load.ts` → `dist/bindings/wasm/load`. */
function distPath(source) {
  return `dist/${source.replace(/^ts\//, "").replace(/\.ts$/, "")}`;
}

/** The maps stay behind: they would double the size of the embedded bytes. */
function withoutSourceMap(path) {
  return readFileSync(path, "utf8").replace(/\n\/\/# sourceMappingURL=.*\s*$/, "\n");
}

function manifest() {
  const { version, license, engines, imports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
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
    imports,
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
