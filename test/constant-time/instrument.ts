/**
 * Rewrites a WASM binary so that it tells what the time it takes may depend on: the outcome of every branch,
 * the address of every access to memory, and the operands of every division. Each place in the code is a *site*;
 * before the instruction runs, its value goes to the import `env.trace(value, site)`.
 *
 *   branch   if, br_if, select: taken or not
 *   switch   br_table: which way
 *   address  loads, stores, memory.copy, memory.fill, memory.init: address, and length where there is one
 *   divide   div, rem: both operands
 *
 * The binary is walked instruction by instruction, not through a compiler, so that what is traced is the module
 * as it ships, byte by byte. An instruction that is not known here is an error, not a gap.
 */

export type SiteKind = "branch" | "switch" | "address" | "divide";

export interface Site {
  readonly kind: SiteKind;
  /** Of the instruction, in the binary as it was. */
  readonly offset: number;
}

const sectionIds = { type: 1, import: 2, function: 3, export: 7, start: 8, element: 9, code: 10 } as const;

const valueTypes = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b } as const;
type ValueType = keyof typeof valueTypes;

/** Locals that each function gets, for operands that lie above the one that is traced. */
const spares = [
  ["i32", 2],
  ["i64", 2],
  ["f32", 1],
  ["f64", 1],
  ["v128", 1],
] as const satisfies readonly (readonly [ValueType, number])[];

const opcode = { call: 0x10, localGet: 0x20, localSet: 0x21, i32Const: 0x41, i64Const: 0x42 } as const;
const drop = 0x1a;
const i64ShrU = 0x88;
const i32WrapI64 = 0xa7;

class Reader {
  at: number;
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  byte(): number {
    const byte = this.bytes[this.at++];
    if (byte === undefined) throw new RangeError("the module ends too early");
    return byte;
  }

  /** Unsigned LEB128 of at most 32 bits. */
  unsigned(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  }

  /** Any LEB128: what it says does not matter. */
  skipLeb(): void {
    while (this.byte() >= 0x80);
  }

  skip(count: number): void {
    this.at += count;
  }
}

function leb(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) | 0x80);
  }
}

/** Signed: the sign bit of the last group must be clear. */
function signedLeb(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 64) return [...bytes, rest];
    bytes.push((rest % 128) | 0x80);
  }
}

/** The module with tracing, and its sites by number. */
export function instrument(wasm: Uint8Array): { module: Uint8Array<ArrayBuffer>; sites: Site[] } {
  const sections = readSections(wasm);
  const body = (id: number) => sections.find((section) => section.id === id)?.body;
  if (body(sectionIds.element) !== undefined) throw new RangeError("element segments name functions");
  const types = readTypes(body(sectionIds.type)!);
  const imported = countImportedFunctions(body(sectionIds.import)!);
  const functionTypes = readFunctionTypes(body(sectionIds.function)!);
  const sites: Site[] = [];
  const out: number[] = [...wasm.subarray(0, 8)];
  for (const { id, body: section, offset } of sections) {
    if (id === 0) continue; // Names and maps would be wrong now.
    let rewritten: ArrayLike<number> = section;
    if (id === sectionIds.type)
      rewritten = appendItem(section, [0x60, 2, valueTypes.i32, valueTypes.i32, 1, valueTypes.i32]);
    if (id === sectionIds.import)
      rewritten = appendItem(section, [...name("env"), ...name("trace"), 0, ...leb(types.length)]);
    if (id === sectionIds.export) rewritten = shiftExports(section, imported);
    if (id === sectionIds.start) rewritten = leb(shifted(new Reader(section).unsigned(), imported));
    if (id === sectionIds.code) {
      const code = new CodeRewriter(section, offset, imported, sites);
      rewritten = code.rewrite(functionTypes.map((type) => types[type]!));
    }
    out.push(id, ...leb(rewritten.length));
    for (let i = 0; i < rewritten.length; i++) out.push(rewritten[i]!);
  }
  return { module: Uint8Array.from(out), sites };
}

interface Section {
  readonly id: number;
  readonly body: Uint8Array;
  /** Of the body, in the binary. */
  readonly offset: number;
}

function readSections(wasm: Uint8Array): Section[] {
  const reader = new Reader(wasm, 8);
  const sections: Section[] = [];
  while (reader.at < wasm.length) {
    const id = reader.byte();
    const length = reader.unsigned();
    sections.push({ id, body: wasm.subarray(reader.at, reader.at + length), offset: reader.at });
    reader.skip(length);
  }
  return sections;
}

/** How many parameters each type has. */
function readTypes(section: Uint8Array): number[] {
  const reader = new Reader(section);
  return Array.from({ length: reader.unsigned() }, () => {
    if (reader.byte() !== 0x60) throw new RangeError("a type that is no function");
    const parameters = reader.unsigned();
    reader.skip(parameters);
    reader.skip(reader.unsigned());
    return parameters;
  });
}

function countImportedFunctions(section: Uint8Array): number {
  const reader = new Reader(section);
  let functions = 0;
  for (let left = reader.unsigned(); left > 0; left--) {
    reader.skip(reader.unsigned());
    reader.skip(reader.unsigned());
    const kind = reader.byte();
    if (kind === 0) {
      functions++;
      reader.skipLeb();
    } else if (kind === 2) {
      const bounded = reader.byte() & 1;
      reader.skipLeb();
      if (bounded) reader.skipLeb();
    } else throw new RangeError(`an import of kind ${kind}`);
  }
  return functions;
}

function readFunctionTypes(section: Uint8Array): number[] {
  const reader = new Reader(section);
  return Array.from({ length: reader.unsigned() }, () => reader.unsigned());
}

/** A vector of items with one more. */
function appendItem(section: Uint8Array, item: readonly number[]): number[] {
  const reader = new Reader(section);
  const count = reader.unsigned();
  return [...leb(count + 1), ...section.subarray(reader.at), ...item];
}

function name(text: string): number[] {
  return [...leb(text.length), ...new TextEncoder().encode(text)];
}

/** The tracer comes behind the imported functions and pushes the module's own up by one. */
function shifted(index: number, imported: number): number {
  return index < imported ? index : index + 1;
}

function shiftExports(section: Uint8Array, imported: number): number[] {
  const reader = new Reader(section);
  const count = reader.unsigned();
  const out = leb(count);
  for (let i = 0; i < count; i++) {
    const start = reader.at;
    reader.skip(reader.unsigned());
    const kind = reader.byte();
    out.push(...section.subarray(start, reader.at));
    const index = reader.unsigned();
    out.push(...leb(kind === 0 ? shifted(index, imported) : index));
  }
  return out;
}

class CodeRewriter {
  private readonly section: Uint8Array;
  private readonly offset: number;
  private readonly imported: number;
  private readonly sites: Site[];
  private out: number[] = [];
  /** First of the spare locals of each type, in the function at hand. */
  private spare = new Map<ValueType, number>();

  constructor(section: Uint8Array, offset: number, imported: number, sites: Site[]) {
    this.section = section;
    this.offset = offset;
    this.imported = imported;
    this.sites = sites;
  }

  rewrite(parameters: readonly number[]): number[] {
    const reader = new Reader(this.section);
    const out = leb(reader.unsigned());
    for (const count of parameters) {
      const end = reader.unsigned() + reader.at;
      this.out = [];
      this.declareLocals(reader, count);
      while (reader.at < end) this.instruction(reader);
      out.push(...leb(this.out.length));
      for (const byte of this.out) out.push(byte);
    }
    return out;
  }

  private declareLocals(reader: Reader, parameters: number): void {
    const groups = reader.unsigned();
    const start = reader.at;
    let next = parameters;
    for (let i = 0; i < groups; i++) {
      next += reader.unsigned();
      reader.byte();
    }
    this.emit(...leb(groups + spares.length), ...this.section.subarray(start, reader.at));
    for (const [type, count] of spares) {
      this.spare.set(type, next);
      this.emit(...leb(count), valueTypes[type]);
      next += count;
    }
  }

  private instruction(reader: Reader): void {
    const start = reader.at;
    const code = reader.byte();
    const place = this.offset + start;
    if (code === opcode.call) {
      this.emit(code, ...leb(shifted(reader.unsigned(), this.imported)));
      return;
    }
    skipImmediates(reader, code);
    const prefixed = code >= 0xfc ? new Reader(this.section, start + 1).unsigned() : undefined;
    this.traceOperands(code, prefixed, place);
    this.emit(...this.section.subarray(start, reader.at));
  }

  private traceOperands(code: number, prefixed: number | undefined, place: number): void {
    if (prefixed === undefined) {
      if (branches.has(code)) this.traceTop("branch", place);
      else if (code === 0x0e) this.traceTop("switch", place);
      else if (code >= 0x28 && code <= 0x35) this.traceTop("address", place);
      else if (code >= 0x36 && code <= 0x3e) this.traceBelow("address", place, storedTypes[code - 0x36]!);
      else if (code >= 0x6d && code <= 0x70) this.traceDivision32(place);
      else if (code >= 0x7f && code <= 0x82) this.traceDivision64(place);
    } else if (code === 0xfc) {
      if (prefixed === 8 || prefixed === 10) this.traceRange(place, true);
      else if (prefixed === 11) this.traceRange(place, false);
    } else if (prefixed <= 10 || prefixed === 92 || prefixed === 93) this.traceTop("address", place);
    else if (prefixed === 11 || (prefixed >= 84 && prefixed <= 91)) this.traceBelow("address", place, "v128");
  }

  private emit(...bytes: number[]): void {
    this.out.push(...bytes);
  }

  private get(type: ValueType, index = 0): void {
    this.emit(opcode.localGet, ...leb(this.spare.get(type)! + index));
  }

  private set(type: ValueType, index = 0): void {
    this.emit(opcode.localSet, ...leb(this.spare.get(type)! + index));
  }

  private newSite(kind: SiteKind, offset: number): number {
    return this.sites.push({ kind, offset }) - 1;
  }

  private trace(site: number): void {
    this.emit(opcode.i32Const, ...signedLeb(site), opcode.call, ...leb(this.imported));
  }

  private traceTop(kind: SiteKind, place: number): void {
    this.trace(this.newSite(kind, place));
  }

  private traceBelow(kind: SiteKind, place: number, above: ValueType): void {
    this.set(above);
    this.traceTop(kind, place);
    this.get(above);
  }

  /** Three operands: destination, source or filling, length. */
  private traceRange(place: number, hasSource: boolean): void {
    const site = this.newSite("address", place);
    this.set("i32", 1);
    this.set("i32", 0);
    this.trace(site);
    this.get("i32", 0);
    if (hasSource) this.trace(site);
    this.get("i32", 1);
    this.trace(site);
  }

  private traceDivision32(place: number): void {
    const site = this.newSite("divide", place);
    this.set("i32");
    this.trace(site);
    this.get("i32");
    this.trace(site);
  }

  private traceDivision64(place: number): void {
    const site = this.newSite("divide", place);
    this.set("i64", 1);
    this.set("i64", 0);
    for (const operand of [0, 1]) {
      for (const shift of [0, 32]) {
        this.get("i64", operand);
        this.emit(opcode.i64Const, ...signedLeb(shift), i64ShrU, i32WrapI64);
        this.trace(site);
        this.emit(drop);
      }
    }
    this.get("i64", 0);
    this.get("i64", 1);
  }
}

/** if, br_if, select without and with a type. */
const branches = new Set([0x04, 0x0d, 0x1b, 0x1c]);

/** Of the value that 0x36 to 0x3e store. */
const storedTypes: readonly ValueType[] = ["i32", "i64", "f32", "f64", "i32", "i32", "i64", "i64", "i64"];

/** Leaves the reader behind the instruction, or throws for one that is not known. */
function skipImmediates(reader: Reader, code: number): void {
  if (withoutImmediates(code)) return;
  if (code >= 0x28 && code <= 0x3e) skipAccess(reader);
  else if (withOneLeb(code)) reader.skipLeb();
  else if (code === 0x0e) for (let left = reader.unsigned() + 1; left > 0; left--) reader.skipLeb();
  else if (code === 0x1c) reader.skip(reader.unsigned());
  else if (code === 0x43) reader.skip(4);
  else if (code === 0x44) reader.skip(8);
  else if (code === 0xfc) skipBulkImmediates(reader);
  else if (code === 0xfd) skipVectorImmediates(reader);
  else throw new RangeError(`an instruction that the tracer does not know: 0x${code.toString(16)}`);
}

/** unreachable, nop, else, end, return, drop, select, and all that only computes. */
function withoutImmediates(code: number): boolean {
  return [0x00, 0x01, 0x05, 0x0b, 0x0f, 0x1a, 0x1b].includes(code) || (code >= 0x45 && code <= 0xc4);
}

/** block, loop, if, br, br_if, locals and globals, memory.size and .grow, i32.const and i64.const. */
function withOneLeb(code: number): boolean {
  const ranges = [
    [0x02, 0x04],
    [0x0c, 0x0d],
    [0x20, 0x24],
    [0x3f, 0x42],
  ] as const;
  return ranges.some(([first, last]) => first <= code && code <= last);
}

/** Truncations have none; memory.init 2, data.drop 1, memory.copy 2, memory.fill 1. */
function skipBulkImmediates(reader: Reader): void {
  const operation = reader.unsigned();
  const count = [0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 2, 1][operation];
  if (count === undefined)
    throw new RangeError(`an instruction that the tracer does not know: 0xfc ${operation}`);
  for (let i = 0; i < count; i++) reader.skipLeb();
}

function skipVectorImmediates(reader: Reader): void {
  const operation = reader.unsigned();
  if (operation <= 11 || operation === 92 || operation === 93) skipAccess(reader);
  else if (operation === 12 || operation === 13) reader.skip(16);
  else if (operation >= 21 && operation <= 34) reader.skip(1);
  else if (operation >= 84 && operation <= 91) {
    skipAccess(reader);
    reader.skip(1);
  }
}

/** Alignment and offset. */
function skipAccess(reader: Reader): void {
  reader.skipLeb();
  reader.skipLeb();
}
