/**
 * Compiles assembly/index.ts to WASM and embeds the bytes as a TypeScript module, so that bundlers,
 * Deno and browsers load the core without file access. One source, three builds: the features that a flag
 * enables are seen by the compiler as `ASC_FEATURE_SIMD` and `ASC_FEATURE_RELAXED_SIMD`, and what stands
 * behind an `if` on them is not in the others.
 */
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import asc from "assemblyscript/asc";
import { newestMtime, root } from "./run.mjs";

const builds = [
  { name: "scalar", flags: ["--disable", "simd"] },
  { name: "simd", flags: ["--enable", "simd"] },
  { name: "relaxed", flags: ["--enable", "simd", "--enable", "relaxed-simd"] },
];

export async function buildWasmIfNeeded() {
  for (const build of builds) {
    const module = join(root, "bindings", "wasm", "generated", `core.${build.name}.ts`);
    const sources = newestMtime(["assembly", "scripts/build-wasm.mjs"]);
    const wasm = wasmPath(build.name);
    if (
      existsSync(module) &&
      existsSync(wasm) &&
      Math.min(statSync(module).mtimeMs, statSync(wasm).mtimeMs) > sources
    )
      continue;
    await buildWasm(build, module);
  }
}

function wasmPath(name) {
  return join(root, "dist", "bindings", "wasm", `core.${name}.wasm`);
}

async function buildWasm({ name, flags }, module) {
  mkdirSync(join(root, "dist", "bindings", "wasm"), { recursive: true });
  mkdirSync(join(root, "bindings", "wasm", "generated"), { recursive: true });
  // Memory is imported with a fixed size (initial = maximum), so that views made once stay valid.
  const args = [
    "assembly/index.ts",
    "--baseDir",
    root,
    "--outFile",
    wasmPath(name),
    "--runtime",
    "stub",
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
    ...flags,
  ];
  const { error, stderr } = await asc.main(args);
  if (error) {
    process.stderr.write(stderr.toString());
    throw error;
  }
  const base64 = readFileSync(wasmPath(name)).toString("base64");
  writeFileSync(
    module,
    `// Made by scripts/build-wasm.mjs from assembly/. Do not edit.\nexport const wasmBase64: string =\n  "${base64}";\n`,
  );
}
