/**
 * The names of the core's functions, which the product does not carry: the same sources compiled once more with
 * `--debug`, whose code must be the loaded one's byte for byte.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";
import { buildFlags, compilerOptions } from "../../scripts/build-wasm.mjs";

export type BuildName = keyof typeof buildFlags;

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Compiles `entry`, a file below the root or one of `sources`. */
export async function compile(
  entry: string,
  flags: readonly string[],
  sources: Readonly<Record<string, string>> = {},
): Promise<Uint8Array<ArrayBuffer>> {
  let binary: Uint8Array<ArrayBuffer> | undefined;
  const { error, stderr } = await asc.main(
    [entry, "--baseDir", root, "--outFile", "out.wasm", ...compilerOptions, ...flags],
    {
      readFile: (name: string, folder: string) => sources[name] ?? readText(`${folder}/${name}`),
      writeFile: (name: string, contents: Uint8Array | string) => {
        if (name.endsWith(".wasm")) binary = Uint8Array.from(contents as Uint8Array);
      },
    },
  );
  if (error !== null || binary === undefined) throw new Error(`asc: ${stderr}`);
  return binary;
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

/** By function index, as profilers print it: `ed25519/field/feMul`. */
export async function functionNames(build: BuildName): Promise<ReadonlyMap<number, string>> {
  const named = await compile("assembly/index.ts", [...buildFlags[build], "--debug"]);
  const loaded = readFileSync(`${root}/dist/bindings/wasm/core.${build}.wasm`);
  const code = (bytes: Uint8Array) => Buffer.from(section(bytes, 10)!);
  if (!code(named).equals(code(loaded)))
    throw new Error(`core.${build}.wasm is not of these sources: build first`);
  return readNames(named);
}

function readNames(wasm: Uint8Array): Map<number, string> {
  const names = new Map<number, string>();
  const custom = new Reader(section(wasm, 0, "name")!);
  while (custom.left > 0) {
    const [kind, length] = [custom.byte(), custom.number()];
    const part = new Reader(custom.bytes(length));
    // 1: functions, a vector of (index, name).
    for (let left = kind === 1 ? part.number() : 0; left > 0; left--) {
      const index = part.number();
      names.set(index, part.text().replace(/^~?(assembly\/)?/, ""));
    }
  }
  return names;
}

/** The contents of the first section of that id; of a custom one, by its name and without it. */
function section(wasm: Uint8Array, wanted: number, name?: string): Uint8Array | undefined {
  const reader = new Reader(wasm.subarray(8));
  while (reader.left > 0) {
    const [id, length] = [reader.byte(), reader.number()];
    const content = new Reader(reader.bytes(length));
    if (id === wanted && (name === undefined || content.text() === name)) return content.bytes(content.left);
  }
  return undefined;
}

class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  byte(): number {
    return this.#bytes[this.#at++]!;
  }

  /** LEB128, 32 bits. */
  number(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
  }

  bytes(length: number): Uint8Array {
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  text(): string {
    return Buffer.from(this.bytes(this.number())).toString();
  }
}
