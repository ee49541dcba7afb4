/**
 * JSON of the reference engine: a strict parser that builds a value tree, and two printers over it. An oracle
 * apart from assembly/json; speed is no goal.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8Encode } from "../../base/bytes.js";
import type { Engine } from "../../contracts/engine.js";
import { checkNames } from "../signed-shape.js";
import { type JsonValue, parse } from "./json-parser.js";
import { printJcs, printPython } from "./json-print.js";
import { readSigned } from "./signed.js";

type Json = "canonicalize" | "canonicalizePython" | "envelopeHash" | "checkJson" | "readSigned";

export function createReferenceJson(): Pick<Engine, Json> {
  const canonicalize: Engine["canonicalize"] = (json, without = []) =>
    utf8Encode(printJcs(leaveOut(parse(json, { finiteNumbers: true }), without)));
  return {
    checkJson: (json) => void parse(json, { finiteNumbers: true }),
    readSigned,
    canonicalize,
    canonicalizePython: (json, without = []) =>
      utf8Encode(printPython(leaveOut(parse(json, { finiteNumbers: false }), without))),
    envelopeHash: (json) => sha256(canonicalize(json)),
  };
}

function leaveOut(value: JsonValue, names: readonly string[]): JsonValue {
  checkNames(names);
  if (value.type !== "object") return value;
  const members = new Map([...value.members].filter(([name]) => !names.includes(name)));
  return { ...value, members };
}
