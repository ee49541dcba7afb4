/** The JSON scanner and both canonical forms: every WASM build against the reference engine on any bytes. */
import type { Engine, SignedShape } from "waxwing/core";
import { isWaxwingError } from "#dist/base/errors.js";
import { createReferenceEngine } from "#dist/engine/index.js";
import { allCores } from "../../support/engines.js";
import { demand, type FuzzTarget, texts } from "../target.js";

/** With the core's own SHA-256, and with the runtime's from some size on. */
const builds = [...(await allCores({ cacheBytes: 0 })), ...(await allCores({ sha256: { afterBytes: 0 } }))];
const reference = createReferenceEngine();

const seeds = texts(
  "null",
  '{"b":[1.0,-0,1E2,1e-7,123456789012345678901],"a":{"":"x"}}',
  '[{"z":1,"y":[{},[],{"k":"v"}]},{"\\u00e9":"\\ud83d\\ude00\\n\\u001F","é!":"\u007f\uffff"}]',
  '{"long":"0123456789012345678901234567890123456789","n":[0.1,5e-324,1.7976931348623157e308]}',
  '[99999999999999999,1e5,{"b":99999999999999999999999,"a":[1E+2,{"d":0.00000012,"c":1.50}]},9007199254740993]',
  '{"b":{"d":[1,{"z":"é","y":"0123456789abcdef\\u007f"}],"c":{"e":1}},"a" :{"f":[{"h":1,"g":2},{"a":""}]}}',
  '{"k\\\\":1,"k\\"":2,"k\\n":3,"k":4,"k\\u0000":5}',
);
const tokens = [
  ...texts(
    ...'{ } [ ] , : " \\ \\u \\ud800 \\udc00 -0 1e400 e-5 . 00 "a":1, true null 9007199254740993'.split(" "),
  ),
  Uint8Array.of(0xed, 0xa0, 0x80),
  Uint8Array.of(0xf0, 0x9f, 0x98, 0x80),
  Uint8Array.of(0xc0, 0x80),
];

/** The result as text, or the refusal with its byte. */
function answer(call: (json: Uint8Array) => Uint8Array, json: Uint8Array): string {
  try {
    return Buffer.from(call(json)).toString("latin1");
  } catch (error) {
    if (!isWaxwingError(error)) throw error;
    return `${error.code} at ${error.detail.offset}`;
  }
}

/** Names that seeds and tokens have, and what is like them. */
const without = ["a", "", "k\\", "k\n", "b", "é", "\u007f"];

function demandWithout(
  form: "canonicalize" | "canonicalizePython" | "envelopeHash",
  bytes: Uint8Array,
): void {
  if (form !== "canonicalize" && form !== "canonicalizePython") return;
  const expected = reference[form](bytes, without);
  for (const { [form]: call, features } of builds)
    demand(
      Buffer.compare(call(bytes, without), expected) === 0,
      `${features.engine} leaves out what the reference does`,
    );
}

function target(form: "canonicalize" | "canonicalizePython" | "envelopeHash"): FuzzTarget {
  return {
    name: form,
    seeds,
    tokens,
    run: (bytes) => {
      const expected = answer(reference[form], bytes);
      for (const { [form]: call, features } of builds)
        demand(answer(call, bytes) === expected, `${features.engine} gives the answer of the reference`);
      const result = reference[form](bytes);
      demandWithout(form, bytes);
      if (form === "envelopeHash") return;
      for (const { [form]: call } of builds)
        demand(Buffer.compare(call(result), result) === 0, "a canonical form is its own form");
    },
  };
}

const shape: SignedShape = [
  { name: "a", type: "text" },
  { name: "b", type: { bytes: 3 }, optional: true },
  { name: "c", type: "value", optional: true },
  { name: "d", type: "object", optional: true },
  { name: "s", type: "signature" },
  { name: "sig", type: "signature", optional: true },
];

/** What was read as text, "unfit", or the refusal with its byte. */
function reading(engine: Engine, json: Uint8Array): string {
  return answer((bytes) => {
    const read = engine.readSigned(bytes, shape);
    if (read === undefined) return Buffer.from("unfit");
    const found = { ...read, signedBytes: asText(read.signedBytes), decoded: read.decoded.map(asText) };
    return Buffer.from(JSON.stringify(found), "latin1");
  }, json);
}

const asText = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString("latin1");

const readSigned: FuzzTarget = {
  name: "readSigned",
  seeds: texts(
    '{"a":"x","b":[0,1,255],"c":{"k":1.0},"d":{},"s":"AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0e","sig":"/+8="}',
    ' { "sig" : "" , "s":"AA==","z":[1e2,{"y":1,"x":2}], "b" : [ 1e1 , -0, 25.0 ], "a":"é" } ',
    '{"a":"\\u0061","s":"AQ\\/="}',
    '{"s":"","a":""}',
  ),
  tokens: [
    ...tokens,
    ...texts('"s":"AQI=",', '"sig":""', '"a":', '"b":[1,2,3]', "==", "+/", "256", "null", "{}"),
  ],
  run: (bytes) => {
    const expected = reading(reference, bytes);
    for (const build of builds)
      demand(reading(build, bytes) === expected, `${build.features.engine} reads as the reference`);
    reference.canonicalize(bytes);
  },
};

export const jsonTargets: readonly FuzzTarget[] = [
  readSigned,
  target("canonicalize"),
  target("canonicalizePython"),
  target("envelopeHash"),
];
