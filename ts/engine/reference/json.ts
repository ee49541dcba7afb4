/**
 * JSON of the reference engine: a strict parser that builds a value tree, and two printers over it. An oracle
 * apart from assembly/json; speed is no goal.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8Encode } from "../../base/bytes.js";
import type { Engine } from "../../contracts/engine.js";
import { parse } from "./json-parser.js";
import { printJcs, printPython } from "./json-print.js";
import { readSigned } from "./signed.js";

type Json = "canonicalize" | "canonicalizePython" | "envelopeHash" | "checkJson" | "readSigned";

export function createReferenceJson(): Pick<Engine, Json> {
  const canonicalize = (json: Uint8Array) => utf8Encode(printJcs(parse(json, { finiteNumbers: true })));
  return {
    checkJson: (json) => void parse(json, { finiteNumbers: true }),
    readSigned,
    canonicalize,
    canonicalizePython: (json) => utf8Encode(printPython(parse(json, { finiteNumbers: false }))),
    envelopeHash: (json) => sha256(canonicalize(json)),
  };
}
