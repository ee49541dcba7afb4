/**
 * JSON of the WASM engine (assembly/json): the text goes into INPUT, the canonical form comes back in
 * windows of OUTPUT, most often one; the hash in the same crossing, where the core computes it.
 */

import { concatBytes } from "../../base/bytes.js";
import { checkBytes } from "../../base/check.js";
import { invariant } from "../../base/errors.js";
import { limits } from "../../base/limits.js";
import type { Engine, SignedObject, SignedShape } from "../../contracts/engine.js";
import { type JsonErrorCode, jsonError } from "../json-error.js";
import type { Hashes } from "./hash.js";
import type { Linear } from "./linear.js";
import { createNamesEncoder, createShapeEncoder, readRows } from "./signed-shape.js";

// As in assembly/json/memory.ts and assembly/json/index.ts.
const formJcs = 0;
const formPython = 1;
const refused = -1;
const unchanged = -2;
const unfit = -3;
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

/** What the core hashes goes through a window that stays in the second-level cache. */
const hashWindowBytes = 64 * 1024;

const nothing: readonly string[] = [];

/** Typed arrays of that size V8 keeps in its own heap, and makes in a tenth of the time. */
const heapBytesMax = 64;

/** A window with so much room left holds the end of the form: nothing is written in larger pieces (assembly/json/emit.ts). */
const roomMin = 64;

/** `windowBytes`: a smaller output window, for tests of the resumable writer; at least 64. */
export function createJson(
  linear: Linear,
  hashes: Pick<Hashes, "sha256" | "leavesCore">,
  { windowBytes = linear.output.bytes }: { windowBytes?: number } = {},
): Pick<Engine, "canonicalize" | "canonicalizePython" | "envelopeHash" | "checkJson" | "readSigned"> {
  const { exports } = linear;
  invariant(exports.jsonDepthMax!() === limits.jsonDepthMax, "json: assembly and limits agree on the depth");
  invariant(exports.jsonObjectsMax!() === limits.jsonObjectsMax, "json: … and on objects");
  invariant(exports.jsonMembersMax!() === limits.jsonMembersMax, "json: … and on members");
  invariant(exports.jsonOutermostMax!() === limits.signedMembersMax, "json: … and on listed members");
  invariant(limits.jsonInputBytesMax + 64 <= linear.input.bytes, "json: the largest text fits the window");

  const encodeShape = createShapeEncoder();
  const encodeNames = createNamesEncoder();

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

  /** A view of linear memory, good until the next call, or a copy of several windows. */
  function writeForm(json: Uint8Array, form: number, without: readonly string[] = nothing): Uint8Array {
    const rows = encodeNames(without);
    load(json);
    linear.write(linear.args.start, rows);
    const { memory, input, output } = linear;
    const written = exports.jsonCanonicalize!(json.length, form, without.length, windowBytes);
    if (written === refused) throw failure();
    if (written === unchanged) return memory.subarray(input.start, input.start + json.length);
    return readWindows(memory.subarray(output.start, output.start + written));
  }

  /** All windows, the first of which has been written: that one itself, or a copy of several. */
  function readWindows(window: Uint8Array): Uint8Array {
    if (windowBytes - window.length >= roomMin) return window;
    const windows: Uint8Array[] = [window.slice()];
    for (let more = exports.jsonMore!(); more !== 0; more = exports.jsonMore!())
      windows.push(linear.read(linear.output.start, more));
    return concatBytes(...windows);
  }

  function canonicalizeAs(json: Uint8Array, form: number, without?: readonly string[]): Uint8Array {
    const written = writeForm(json, form, without);
    return written.buffer === linear.memory.buffer ? written.slice() : written;
  }

  function readSigned(json: Uint8Array, shape: SignedShape): SignedObject | undefined {
    const encoded = encodeShape(shape);
    load(json);
    linear.write(linear.args.start, encoded.rows);
    const written = exports.jsonSigned!(json.length, shape.length, windowBytes);
    if (written === refused) throw failure();
    if (written === unfit) return undefined;
    const { memory, output } = linear;
    const signed = readWindows(memory.subarray(output.start, output.start + written));
    const places = readRows(linear, shape.length);
    // One allocation for all that is long: it costs more than what it is filled with.
    let sharedBytes = signed.length;
    for (const { index } of encoded.decoded) {
      const length = places[2 * index + 1]! - places[2 * index]!;
      if (length > heapBytesMax) sharedBytes += length;
    }
    const shared = new Uint8Array(sharedBytes);
    shared.set(signed);
    let used = signed.length;
    const decoded: (Uint8Array | undefined)[] = encoded.absent.slice();
    for (const { index, region } of encoded.decoded) {
      const start = linear[region].start + places[2 * index]!;
      const length = places[2 * index + 1]! - places[2 * index]!;
      if (places[2 * index + 1] === 0) continue;
      places[2 * index] = 0;
      places[2 * index + 1] = 0;
      if (length <= heapBytesMax) {
        decoded[index] = linear.read(start, length);
      } else {
        shared.set(memory.subarray(start, start + length), used);
        used += length;
        decoded[index] = shared.subarray(used - length, used);
      }
    }
    return { signedBytes: shared.subarray(0, signed.length), places, decoded };
  }

  return {
    canonicalize(json, without) {
      return canonicalizeAs(json, formJcs, without);
    },
    canonicalizePython(json, without) {
      return canonicalizeAs(json, formPython, without);
    },
    envelopeHash(json) {
      checkBytes(json, "json");
      if (hashes.leavesCore(json.length)) return hashes.sha256(writeForm(json, formJcs));
      load(json);
      if (exports.jsonHash!(json.length, Math.min(windowBytes, hashWindowBytes)) === refused) throw failure();
      return linear.read(linear.args.start, 32);
    },
    checkJson(json) {
      load(json);
      if (exports.jsonCheck!(json.length) === refused) throw failure();
    },
    readSigned,
  };
}
