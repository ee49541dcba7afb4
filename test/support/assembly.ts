/** Compiles files of assembly/ on their own, for tests of functions that the core does not export. */
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

export type AssemblyExports = Record<string, (...args: number[]) => number>;

const folder = fileURLToPath(new URL("../../assembly", import.meta.url));

/** What the files export. `flags`: those of a build in scripts/build-wasm.mjs. */
export async function compileAssembly(
  files: readonly string[],
  memory: WebAssembly.Memory,
  flags: readonly string[] = [],
): Promise<AssemblyExports> {
  const options = [
    ...["--runtime", "stub", "--importMemory", "--noExportMemory", "--optimizeLevel", "3", "--noAssert"],
    ...["--zeroFilledMemory", "--use", "abort="],
  ];
  let binary: Uint8Array<ArrayBuffer> | undefined;
  const { error, stderr } = await asc.main(
    [...files, "--baseDir", folder, "--outFile", "out.wasm", ...options, ...flags],
    {
      writeFile: (path: string, contents: Uint8Array | string) => {
        if (path.endsWith(".wasm")) binary = Uint8Array.from(contents as Uint8Array);
      },
    },
  );
  if (error !== null || binary === undefined) throw new Error(`asc: ${stderr}`);
  const { instance } = await WebAssembly.instantiate(binary, { env: { memory, randomWord: () => 1 } });
  return instance.exports as unknown as AssemblyExports;
}
