/**
 * Compiles assembly/index.ts to WASM and embeds the bytes as a TypeScript module, so that bundlers,
 * Deno and browsers load the core without file access. One source, three builds: the features that a flag
 * enables are seen by the compiler as `ASC_FEATURE_SIMD` and `ASC_FEATURE_RELAXED_SIMD`, and what stands
 * behind an `if` on them is not in the others.
 *
 * Beside each module lies a source map, for tests that speak of places in assembly/ (test/constant-time).
 */
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import asc from "assemblyscript/asc";
import { newestMtime, root } from "./run.mjs";

/** What each build adds to `compilerOptions`. */
export const buildFlags = {
  scalar: ["--disable", "simd"],
  simd: ["--enable", "simd"],
  relaxed: ["--enable", "simd", "--enable", "relaxed-simd"],
};

export const compilerOptions = [
  "--runtime",
  "stub",
  // Memory is imported with a fixed size (initial = maximum), so that views made once stay valid.
  "--importMemory",
  "--noExportMemory",
  // The loader makes the memory, so it is zero: tables that are filled at run time cost the binary nothing.
  "--zeroFilledMemory",
  "--optimizeLevel",
  "3",
  "--noAssert",
  "--converge",
  "--use",
  "abort=",
];

export async function buildWasmIfNeeded() {
  for (const name of Object.keys(buildFlags)) {
    const sources = newestMtime(["assembly", "scripts/build-wasm.mjs"]);
    const made = [wasmPath(name), generatedPath(`core.${name}.ts`), generatedPath(`core.${name}.wasm.map`)];
    if (made.every((path) => existsSync(path) && statSync(path).mtimeMs > sources)) continue;
    await buildWasm(name);
  }
}

function generatedPath(file) {
  return join(root, "bindings", "wasm", "generated", file);
}

function wasmPath(name) {
  return join(root, "dist", "bindings", "wasm", `core.${name}.wasm`);
}

async function buildWasm(name) {
  const { wasm, map } = await compileCore(name);
  for (const path of [wasmPath(name), generatedPath("core")]) mkdirSync(dirname(path), { recursive: true });
  writeFileSync(wasmPath(name), wasm);
  writeFileSync(generatedPath(`core.${name}.wasm.map`), map);
  writeFileSync(
    generatedPath(`core.${name}.ts`),
    `// Made by scripts/build-wasm.mjs from assembly/. Do not edit.\nexport const wasmBase64: string =\n  "${wasm.toString("base64")}";\n`,
  );
}

/**
 * The module of a build, and its source map. `replaced`: sources to take instead of those in the tree, by path.
 *
 * @param {"scalar" | "simd" | "relaxed"} name
 * @param {ReadonlyMap<string, string>} [replaced]
 * @returns {Promise<{ wasm: Buffer, map: string }>}
 */
export async function compileCore(name, replaced = new Map()) {
  const names = ["assembly/index.ts", "--baseDir", root, "--outFile", "core.wasm", "--sourceMap"];
  const args = [...names, ...compilerOptions, ...buildFlags[name]];
  const written = new Map();
  const { error, stderr } = await asc.main(args, {
    readFile: (path, baseDir) => {
      if (replaced.has(path)) return replaced.get(path);
      const file = join(baseDir, path);
      return existsSync(file) ? readFileSync(file, "utf8") : null;
    },
    writeFile: (path, contents) => {
      written.set(path, contents);
    },
  });
  if (error) {
    process.stderr.write(stderr.toString());
    throw error;
  }
  return {
    wasm: withoutMapAddress(Buffer.from(written.get("core.wasm"))),
    map: written.get("core.wasm.map"),
  };
}

/** Takes off the last section, in which the compiler says where the source map is: id, size, name, address. */
function withoutMapAddress(wasm) {
  const name = wasm.lastIndexOf("\x10sourceMappingURL");
  if (name < 0 || wasm[name - 2] !== 0 || wasm[name - 1] !== wasm.length - name)
    throw new Error("the compiler ends the module otherwise than expected");
  return wasm.subarray(0, name - 2);
}
