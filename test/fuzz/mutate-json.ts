/**
 * Changes JSON as a value instead of as bytes: members removed, swapped, retyped, nested, repeated. Bytes
 * that are not JSON are left to the other mutations. The text is written with duplicate keys, odd numbers and
 * escapes now and then, which `JSON.stringify` would never produce.
 */
import type { SeededRandom } from "waxwing/testing";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Text that stands for itself in the output: number tokens and strings that no JSON writer makes. */
const literals = [
  "-0",
  "1e400",
  "1E+2",
  "0.1e-7",
  "9007199254740993",
  "-9223372036854775808",
  "123456789012345678901234567890",
  '"\\ud800"',
  '"\\u0000"',
  '"\\ud83d\\ude00"',
  '"\u{1F600}\u200b"',
  "[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]",
  "{}",
  "[]",
  '""',
  "null",
  "true",
  '{"__proto__":{"a":1},"constructor":1}',
];

export function mutateJson(input: Uint8Array, random: SeededRandom): Uint8Array | undefined {
  const value = parse(input);
  if (value === undefined) return undefined;
  const nodes = countNodes(value);
  const writer = new Writer(random, random.integer(0, nodes - 1));
  return new TextEncoder().encode(writer.write(value));
}

function parse(input: Uint8Array): Json | undefined {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(input)) as Json;
  } catch {
    return undefined;
  }
}

function countNodes(value: Json): number {
  if (typeof value !== "object" || value === null) return 1;
  return Object.values(value).reduce((sum: number, child: Json) => sum + countNodes(child), 1);
}

/** Writes the value and damages the node whose number in document order was drawn. */
class Writer {
  #index = 0;

  constructor(random: SeededRandom, target: number) {
    this.#random = random;
    this.#target = target;
  }

  readonly #random: SeededRandom;
  readonly #target: number;

  write(value: Json): string {
    return this.#index++ === this.#target ? this.#damage(value) : this.#plain(value);
  }

  #plain(value: Json): string {
    if (Array.isArray(value)) return `[${value.map((item) => this.write(item)).join(",")}]`;
    if (typeof value === "object" && value !== null) return `{${this.#members(value).join(",")}}`;
    return JSON.stringify(value);
  }

  #members(value: { [key: string]: Json }): string[] {
    return Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}:${this.write(member)}`);
  }

  #damage(value: Json): string {
    const random = this.#random;
    if (typeof value === "string" && random.chance(0.5)) return JSON.stringify(damageText(value, random));
    if (typeof value === "object" && value !== null && random.chance(0.6)) return this.#damageList(value);
    return random.pick([
      () => random.pick(literals),
      () => `[${this.#plain(value)}]`,
      () => `{"a":${this.#plain(value)}}`,
      () => `${" ".repeat(random.integer(1, 3))}${this.#plain(value)}\n`,
      () => JSON.stringify(this.#plain(value)),
      () => "",
    ])();
  }

  #damageList(value: Json[] | { [key: string]: Json }): string {
    const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
    const parts = Array.isArray(value) ? value.map((item) => this.write(item)) : this.#members(value);
    const random = this.#random;
    if (parts.length === 0) return `${open}${close}`;
    const at = random.integer(0, parts.length - 1);
    const changed = random.pick([
      () => parts.filter((_, index) => index !== at),
      () => [...parts, parts[at]!],
      () => random.shuffle(parts),
      () => [...parts, Array.isArray(value) ? random.pick(literals) : `"x":${random.pick(literals)}`],
    ])();
    return `${open}${changed.join(",")}${close}`;
  }
}

function damageText(text: string, random: SeededRandom): string {
  const at = random.integer(0, text.length);
  return random.pick([
    () => text.slice(0, at),
    () => text.slice(0, at) + random.pick(["\u0000", "=", "/", " ", "é", "\u{1F600}", "A"]) + text.slice(at),
    () => text + text,
    () => text.toUpperCase(),
    () => "",
    () => text.repeat(random.integer(1, 40)),
  ])();
}
