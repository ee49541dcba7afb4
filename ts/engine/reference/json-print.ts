/** The two canonical forms of a value tree: strings from `JSON.stringify`, keys sorted by the runtime. */
import type { JsonValue } from "./json-parser.js";

/** RFC 8785. */
export function printJcs(value: JsonValue): string {
  switch (value.type) {
    case "literal":
      return value.text;
    case "number":
      return JSON.stringify(Number(value.token));
    case "string":
      return JSON.stringify(value.text);
    case "array":
      return `[${value.elements.map(printJcs).join(",")}]`;
    case "object":
      // Without a comparator, sort() orders strings by UTF-16 code units, as §3.2.3 demands.
      return `{${[...value.members.keys()]
        .sort()
        .map((key) => `${JSON.stringify(key)}:${printJcs(value.members.get(key)!)}`)
        .join(",")}}`;
  }
}

/** `json.dumps(value, sort_keys=True, separators=(",", ":"))` with number tokens as written (ciris-edge §7.6). */
export function printPython(value: JsonValue): string {
  switch (value.type) {
    case "literal":
      return value.text;
    case "number":
      return value.token;
    case "string":
      return printAscii(value.text);
    case "array":
      return `[${value.elements.map(printPython).join(",")}]`;
    case "object":
      return `{${[...value.members.keys()]
        .sort(compareCodePoints)
        .map((key) => `${printAscii(key)}:${printPython(value.members.get(key)!)}`)
        .join(",")}}`;
  }
}

/** As JSON.stringify, and every code unit from U+007F up as an escape; Python itself leaves U+007F alone. */
function printAscii(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function compareCodePoints(a: string, b: string): number {
  const left = Array.from(a, (character) => character.codePointAt(0)!);
  const right = Array.from(b, (character) => character.codePointAt(0)!);
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    if (left[i] !== right[i]) return left[i]! - right[i]!;
  }
  return left.length - right.length;
}
