/**
 * `npm run build`: assembly/ → WASM → embedded bytes in bindings/wasm/generated, then TypeScript → dist/,
 * with package imports resolved and the core in one file.
 * Only what is older than its sources is built again.
 */
import { chmodSync, cpSync, existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { installIfNeeded } from "./install.mjs";
import { resolveImports } from "./resolve-imports.mjs";
import { checkNodeVersion, newestMtime, root, runTool } from "./run.mjs";

/** Written last, so that an interrupted build is built again. */
const stamp = join(root, "dist", ".built");

export async function buildIfNeeded(options = {}) {
  const sources = [
    "assembly",
    "bindings",
    "ts",
    "scripts/build.mjs",
    "scripts/build-wasm.mjs",
    "scripts/bundle-core.mjs",
    "scripts/resolve-imports.mjs",
    "package.json",
  ];
  if (existsSync(stamp) && statSync(stamp).mtimeMs > newestMtime(sources)) return;
  await build(options);
}

export async function build(options = {}) {
  mkdirSync(join(root, "dist"), { recursive: true });
  const { buildWasmIfNeeded } = await import("./build-wasm.mjs");
  await buildWasmIfNeeded();
  copyProtobuf();
  const status = runTool("typescript/bin/tsc", ["--build", "tsconfig.json"], options);
  if (status !== 0) process.exit(status);
  resolveImports();
  const { bundleCore } = await import("./bundle-core.mjs");
  await bundleCore();
  const cli = join(root, "dist", "cli", "main.js");
  if (existsSync(cli)) chmodSync(cli, 0o755);
  writeFileSync(stamp, "");
}

/** The generated protobuf modules are JavaScript already; tsc reads their declarations in dist/. */
function copyProtobuf() {
  const isWanted = (path) => !path.endsWith(".proto");
  const [from, to] = ["bindings/protobuf", "dist/bindings/protobuf"].map((path) => join(root, path));
  cpSync(from, to, { recursive: true, filter: isWanted });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  checkNodeVersion();
  installIfNeeded();
  await build();
}
