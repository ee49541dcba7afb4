/**
 * The JavaScript side of the memory map: where regions lie, how arguments get in and results come out.
 * Views are made once; the core's memory never grows, so they stay valid (assembly/layout.ts).
 */
import type { WasmCore, WasmExports } from "#bindings/wasm/load.js";

export interface Region {
  readonly start: number;
  readonly bytes: number;
}

export class Linear {
  readonly exports: WasmExports;
  readonly memory: Uint8Array;
  private readonly view: DataView;
  /** Small arguments and results: keys, signatures, hashes, contexts. */
  readonly args: Region;
  /** Results of variable size, read in windows. */
  readonly output: Region;
  /** Messages and documents. */
  readonly input: Region;
  /** What is derived from secret keys; wiped after each use. */
  readonly secret: Region;
  /** Expanded public keys, to the end of memory. */
  readonly cache: Region;

  constructor(core: WasmCore) {
    this.exports = core.exports;
    this.memory = core.memory;
    this.view = new DataView(core.memory.buffer);
    const { exports } = core;
    this.args = { start: exports.layoutArgs!(), bytes: exports.layoutArgsBytes!() };
    this.output = { start: exports.layoutOutput!(), bytes: exports.layoutOutputBytes!() };
    this.input = { start: exports.layoutInput!(), bytes: exports.layoutInputBytes!() };
    this.secret = { start: exports.layoutSecret!(), bytes: exports.layoutSecretBytes!() };
    const cacheStart = exports.layoutCache!();
    this.cache = { start: cacheStart, bytes: core.memory.length - cacheStart };
  }

  write(address: number, bytes: Uint8Array): void {
    this.memory.set(bytes, address);
  }

  /** Little-endian, as WebAssembly reads it. */
  writeUint32(address: number, value: number): void {
    this.view.setUint32(address, value, true);
  }

  readUint32(address: number): number {
    return this.view.getUint32(address, true);
  }

  /** A fresh copy. */
  read(address: number, length: number): Uint8Array {
    return this.memory.slice(address, address + length);
  }

  /** Passes `data` of any length through the INPUT region, one window a call. */
  stream(data: Uint8Array, absorb: (address: number, length: number) => unknown): void {
    const { start, bytes } = this.input;
    for (let offset = 0; offset < data.length; offset += bytes) {
      const window = data.subarray(offset, offset + bytes);
      this.write(start, window);
      absorb(start, window.length);
    }
  }

  wipe(address: number, length: number): void {
    this.memory.fill(0, address, address + length);
  }
}
