/**
 * A strict JSON parser over bytes that builds a plain value tree. An oracle apart from assembly/json: strings are
 * unescaped, and every value knows where it stands.
 *
 * Which failure is reported, and at which offset, is the rule at the head of assembly/json/scan.ts.
 */
import { checkBytes } from "../../base/check.js";
import { limits } from "../../base/limits.js";
import { jsonError } from "../json-error.js";

/** A value and where it stands in the text. */
export type JsonValue = JsonContent & { readonly start: number; readonly end: number };

type JsonContent =
  | { readonly type: "literal"; readonly text: "null" | "true" | "false" }
  | { readonly type: "number"; readonly token: string }
  | { readonly type: "string"; readonly text: string }
  | { readonly type: "array"; readonly elements: readonly JsonValue[] }
  | { readonly type: "object"; readonly members: ReadonlyMap<string, JsonValue> };

export function parse(json: Uint8Array, options: { finiteNumbers: boolean }): JsonValue {
  checkBytes(json, "json");
  if (json.length > limits.jsonInputBytesMax) throw jsonError("json_too_large", limits.jsonInputBytesMax);
  return new Parser(json, options.finiteNumbers).document();
}

const shortEscapes: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

/** Recursive descent; `limits.jsonDepthMax` bounds the recursion. */
class Parser {
  readonly #json: Uint8Array;
  readonly #finiteNumbers: boolean;
  #offset = 0;
  #depth = 0;
  #objects = 0;
  #members = 0;

  constructor(json: Uint8Array, finiteNumbers: boolean) {
    this.#json = json;
    this.#finiteNumbers = finiteNumbers;
  }

  document(): JsonValue {
    this.#skipSpace();
    const value = this.#value();
    this.#skipSpace();
    if (this.#offset !== this.#json.length) throw this.#syntax();
    return value;
  }

  /** The ASCII character here; "" at the end, and for any other byte, which no rule accepts. */
  #peek(): string {
    const byte = this.#json[this.#offset];
    return byte === undefined || byte > 0x7f ? "" : String.fromCharCode(byte);
  }

  #syntax() {
    return jsonError("json_syntax", this.#offset);
  }

  #expect(text: string): void {
    for (const character of text) {
      if (this.#peek() !== character) throw this.#syntax();
      this.#offset++;
    }
  }

  #skipSpace(): void {
    while ([" ", "\t", "\n", "\r"].includes(this.#peek())) this.#offset++;
  }

  #value(): JsonValue {
    const start = this.#offset;
    const content = this.#content();
    return { ...content, start, end: this.#offset };
  }

  #content(): JsonContent {
    switch (this.#peek()) {
      case "{":
        return this.#object();
      case "[":
        return this.#array();
      case '"':
        return { type: "string", text: this.#string() };
      case "t":
        return this.#literal("true");
      case "f":
        return this.#literal("false");
      case "n":
        return this.#literal("null");
      default:
        return this.#number();
    }
  }

  #literal(text: "true" | "false" | "null"): JsonContent {
    this.#expect(text);
    return { type: "literal", text };
  }

  #open(bracket: string): void {
    if (this.#depth === limits.jsonDepthMax) throw jsonError("json_depth", this.#offset);
    this.#expect(bracket);
    this.#depth++;
    this.#skipSpace();
  }

  #array(): JsonContent {
    this.#open("[");
    const elements: JsonValue[] = [];
    if (this.#peek() !== "]") {
      for (;;) {
        elements.push(this.#value());
        this.#skipSpace();
        if (this.#peek() !== ",") break;
        this.#offset++;
        this.#skipSpace();
      }
    }
    this.#expect("]");
    this.#depth--;
    return { type: "array", elements };
  }

  #object(): JsonContent {
    this.#open("{");
    const members = new Map<string, JsonValue>();
    let repeatedAt: number | undefined;
    if (this.#peek() !== "}") {
      if (this.#peek() === '"' && this.#objects++ === limits.jsonObjectsMax)
        throw jsonError("json_too_large", this.#offset);
      for (;;) {
        const keyAt = this.#offset;
        if (this.#peek() === '"' && this.#members++ === limits.jsonMembersMax)
          throw jsonError("json_too_large", keyAt);
        const key = this.#string();
        if (members.has(key)) repeatedAt ??= keyAt;
        this.#skipSpace();
        this.#expect(":");
        this.#skipSpace();
        members.set(key, this.#value());
        this.#skipSpace();
        if (this.#peek() !== ",") break;
        this.#offset++;
        this.#skipSpace();
      }
    }
    this.#expect("}");
    if (repeatedAt !== undefined) throw jsonError("json_duplicate_key", repeatedAt);
    this.#depth--;
    return { type: "object", members };
  }

  #digits(): void {
    if (!isDigit(this.#peek())) throw this.#syntax();
    while (isDigit(this.#peek())) this.#offset++;
  }

  #number(): JsonContent {
    const start = this.#offset;
    if (this.#peek() === "-") this.#offset++;
    if (this.#peek() === "0") this.#offset++;
    else this.#digits();
    if (this.#peek() === ".") {
      this.#offset++;
      this.#digits();
    }
    if (this.#peek() === "e" || this.#peek() === "E") {
      this.#offset++;
      if (this.#peek() === "+" || this.#peek() === "-") this.#offset++;
      this.#digits();
    }
    const token = utf8.decode(this.#json.subarray(start, this.#offset));
    if (this.#finiteNumbers && !Number.isFinite(Number(token))) throw jsonError("json_number_range", start);
    return { type: "number", token };
  }

  #string(): string {
    this.#expect('"');
    const parts: string[] = [];
    for (;;) {
      const character = this.#peek();
      if (character === '"') break;
      if (character === "\\") parts.push(this.#escape());
      else if (character === "") parts.push(this.#sequence());
      else if (character < " ") throw this.#syntax();
      else parts.push(this.#plain());
    }
    this.#offset++;
    return parts.join("");
  }

  /** A run of printable ASCII, so that long strings are not taken apart character by character. */
  #plain(): string {
    const start = this.#offset;
    while (/[\x20-\x21\x23-\x5b\x5d-\x7f]/.test(this.#peek())) this.#offset++;
    return utf8.decode(this.#json.subarray(start, this.#offset));
  }

  #escape(): string {
    const start = this.#offset;
    this.#offset++;
    const letter = this.#peek();
    if (letter !== "u") {
      const short = shortEscapes[letter];
      if (short === undefined) throw this.#syntax();
      this.#offset++;
      return short;
    }
    const unit = this.#unicodeEscape();
    if (unit < 0xd800 || unit > 0xdfff) return String.fromCharCode(unit);
    const lone = jsonError("json_lone_surrogate", start);
    if (unit > 0xdbff || this.#peek() !== "\\" || this.#json[this.#offset + 1] !== 0x75) throw lone;
    this.#offset++;
    const low = this.#unicodeEscape();
    if (low < 0xdc00 || low > 0xdfff) throw lone;
    return String.fromCharCode(unit, low);
  }

  /** At the `u`: four hexadecimal digits. */
  #unicodeEscape(): number {
    this.#offset++;
    let digits = "";
    while (digits.length < 4) {
      const digit = this.#peek();
      if (!/^[0-9a-fA-F]$/.test(digit)) throw this.#syntax();
      digits += digit;
      this.#offset++;
    }
    return Number.parseInt(digits, 16);
  }

  /** One character beyond ASCII; the runtime's own decoder judges it. At the end of the text it is a missing byte. */
  #sequence(): string {
    const lead = this.#json[this.#offset];
    if (lead === undefined) throw this.#syntax();
    const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    try {
      const character = utf8.decode(this.#json.subarray(this.#offset, this.#offset + length));
      this.#offset += length;
      return character;
    } catch {
      throw jsonError("json_utf8", this.#offset);
    }
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function isDigit(character: string): boolean {
  return character >= "0" && character <= "9";
}
