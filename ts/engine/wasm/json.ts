/**
 * JSON of the WASM engine (assembly/json): the text goes into INPUT, the canonical form comes back in
 * windows of OUTPUT, most often one; the hash in the same crossing.
 */

import { concatBytes } from "../../base/bytes.js";
import { checkBytes } from "../../base/check.js";
import { invariant } from "../../base/errors.js";
import { limits } from "../../base/limits.js";
import type { Engine } from "../../contracts/engine.js";
import { type JsonErrorCode, jsonError } from "../json-error.js";
import type { Linear } from "./linear.js";

// As in assembly/json/memory.ts and assembly/json/index.ts.
const formJcs = 0;
const formPython = 1;
const refused = -1;
const unchanged = -2;
const failCodes: readonly (JsonErrorCode | undefined)[] = [
  undefined,
  "json_syntax",
  "json_utf8",
  "json_depth",
  "json_duplicate_key",
  "json_lone_surrogate",
  "json_number_range",
  "json_too_large",
];

/** Hashing goes through a window that stays in the second-level cache. */
const hashWindowBytes = 64 * 1024;

/** `windowBytes`: a smaller output window, for tests of the resumable writer; at least 64. */
export function createJson(
  linear: Linear,
  { windowBytes = linear.output.bytes }: { windowBytes?: number } = {},
): Pick<Engine, "canonicalize" | "canonicalizePython" | "envelopeHash"> {
  const { exports } = linear;
  invariant(exports.jsonDepthMax!() === limits.jsonDepthMax, "json: assembly and limits agree on the depth");
  invariant(exports.jsonObjectsMax!() === limits.jsonObjectsMax, "json: … and on objects");
  invariant(exports.jsonMembersMax!() === limits.jsonMembersMax, "json: … and on members");
  invariant(limits.jsonInputBytesMax + 64 <= linear.input.bytes, "json: the largest text fits the window");

  function load(json: Uint8Array): void {
    checkBytes(json, "json");
    if (json.length > limits.jsonInputBytesMax) throw jsonError("json_too_large", limits.jsonInputBytesMax);
    linear.write(linear.input.start, json);
  }

  function failure(): Error {
    const code = failCodes[exports.jsonFailCode!()];
    invariant(code !== undefined, "json: a refused text has a failure");
    return jsonError(code, exports.jsonFailOffset!());
  }

  function canonicalizeAs(json: Uint8Array, form: number): Uint8Array {
    load(json);
    const written = exports.jsonCanonicalize!(json.length, form, windowBytes);
    if (written === refused) throw failure();
    if (written === unchanged) return json.slice();
    const first = linear.read(linear.output.start, written);
    let more = exports.jsonMore!();
    if (more === 0) return first;
    const windows = [first];
    for (; more !== 0; more = exports.jsonMore!()) windows.push(linear.read(linear.output.start, more));
    return concatBytes(...windows);
  }

  return {
    canonicalize(json) {
      return canonicalizeAs(json, formJcs);
    },
    canonicalizePython(json) {
      return canonicalizeAs(json, formPython);
    },
    envelopeHash(json) {
      load(json);
      if (exports.jsonHash!(json.length, Math.min(windowBytes, hashWindowBytes)) === refused) throw failure();
      return linear.read(linear.args.start, 32);
    },
  };
}
