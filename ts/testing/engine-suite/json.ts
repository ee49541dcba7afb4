/**
 * JSON of an engine: the two canonical forms, the envelope hash, what is refused and where. A selection that
 * stands on its own; the full corpora are in test/vectors.
 */
import { equalBytes, utf8Decode, utf8Encode } from "../../base/bytes.js";
import { type ErrorCode, isWaxwingError } from "../../base/errors.js";
import { limits } from "../../base/limits.js";
import type { Engine } from "../../contracts/engine.js";
import { assert, assertEqual, assertThrows, type SuiteReport } from "../suite.js";
import { assertBytesOnly } from "./check.js";

type Json = Pick<Engine, (typeof forms)[number] | "readSigned" | "sha256">;

const forms = ["canonicalize", "canonicalizePython", "envelopeHash", "checkJson"] as const;

/** Text, JCS form, Python form. */
const accepted: readonly [text: string, jcs: string, python: string][] = [
  [' {"b" : [1.0, -0, 1E2], "a": null}\n', '{"a":null,"b":[1,0,100]}', '{"a":null,"b":[1.0,-0,1E2]}'],
  ["[1e20,1e21,5e-324]", "[100000000000000000000,1e+21,5e-324]", "[1e20,1e21,5e-324]"],
  ["9007199254740993", "9007199254740992", "9007199254740993"],
  ['"\\u00e9\\/\\u001F\\uD83D\\uDE00"', '"é/\\u001f😀"', '"\\u00e9/\\u001f\\ud83d\\ude00"'],
  ['"\u007f"', '"\u007f"', '"\\u007f"'],
  ['{"\uffff":1,"😀":2}', '{"😀":2,"\uffff":1}', '{"\\uffff":1,"\\ud83d\\ude00":2}'],
  ['{"a":{},"":[[],{}]}', '{"":[[],{}],"a":{}}', '{"":[[],{}],"a":{}}'],
];

/** Text, names, JCS form, Python form. */
const leftOut: readonly [text: string, without: readonly string[], jcs: string, python: string][] = [
  ['{"a":1,"b":2}', ["a"], '{"b":2}', '{"b":2}'],
  ['{"a":1,"b":2}', ["b", "c"], '{"a":1}', '{"a":1}'],
  ['{"a":1,"b":2}', ["b", "a"], "{}", "{}"],
  ['{"a":1,"b":2}', ["c"], '{"a":1,"b":2}', '{"a":1,"b":2}'],
  [
    '{ "b" : 1.0 , "a" : {"b":1} , "c" : [{"b":2}] }',
    ["b"],
    '{"a":{"b":1},"c":[{"b":2}]}',
    '{"a":{"b":1},"c":[{"b":2}]}',
  ],
  ['{"\\u0061":1,"é\\n":2,"x\\u007f":3,"z":1e2}', ["a", "é\n", "x\u007f"], '{"z":100}', '{"z":1e2}'],
  ['{"é":1,"\u{1F600}":{"é":2}}', ["é"], '{"\u{1F600}":{"é":2}}', '{"\\ud83d\\ude00":{"\\u00e9":2}}'],
  ['{"a":1}', ["\ud800", ""], '{"a":1}', '{"a":1}'],
  ['{"":1,"a":[]}', [""], '{"a":[]}', '{"a":[]}'],
  ["{}", ["a"], "{}", "{}"],
  ['["a"]', ["a"], '["a"]', '["a"]'],
];

const refused: readonly [text: string, code: ErrorCode, offset: number][] = [
  ["", "json_syntax", 0],
  ["[1,]", "json_syntax", 3],
  ["[1] 2", "json_syntax", 4],
  ["[01]", "json_syntax", 2],
  ["\ufeff1", "json_syntax", 0],
  ['"\t"', "json_syntax", 1],
  ['"\\ud800"', "json_lone_surrogate", 1],
  ['{"a":1,"\\u0061":2}', "json_duplicate_key", 7],
  ["[".repeat(limits.jsonDepthMax + 1), "json_depth", limits.jsonDepthMax],
];

export function jsonSuite(engine: Json, report: SuiteReport): void {
  for (const [text, jcs, python] of accepted)
    report.check(`canonicalize and canonicalizePython of ${JSON.stringify(text)}`, () => {
      assertEqual(utf8Decode(engine.canonicalize(utf8Encode(text))), jcs, "JCS form");
      assertEqual(utf8Decode(engine.canonicalizePython(utf8Encode(text))), python, "Python form");
      assertEqual(engine.envelopeHash(utf8Encode(text)), engine.sha256(utf8Encode(jcs)), "envelope hash");
    });

  for (const [text, code, offset] of refused)
    report.check(`law 5: ${JSON.stringify(text.slice(0, 20))} is refused as ${code} at byte ${offset}`, () =>
      assertRefused(engine, utf8Encode(text), code, offset),
    );

  for (const [text, without, jcs, python] of leftOut)
    report.check(`canonicalize of ${JSON.stringify(text)} without ${JSON.stringify(without)}`, () => {
      assertEqual(utf8Decode(engine.canonicalize(utf8Encode(text), without)), jcs, "JCS form");
      assertEqual(utf8Decode(engine.canonicalizePython(utf8Encode(text), without)), python, "Python form");
    });

  report.check("law 3: names that are no list of text throw TypeError", async () => {
    for (const bad of [null, "a", [1], [undefined]])
      for (const form of ["canonicalize", "canonicalizePython"] as const)
        await assertThrows(
          () => engine[form](utf8Encode("{}"), bad as unknown as string[]),
          (error) => error instanceof TypeError,
          `${form} without ${JSON.stringify(bad)}`,
        );
  });

  report.check("law 5: bytes that are not UTF-8 are refused where they begin", () =>
    assertRefused(engine, Uint8Array.of(0x22, 0x41, 0xed, 0xa0, 0x80, 0x22), "json_utf8", 2),
  );

  report.check("law 5: 1e400 has no JCS form, and keeps its token in the Python form", async () => {
    const text = utf8Encode("[1e400]");
    for (const form of ["canonicalize", "envelopeHash", "checkJson"] as const)
      await assertThrows(() => engine[form](text), isRefusal("json_number_range", 1), form);
    assertEqual(engine.canonicalizePython(text), text, "Python form");
  });

  report.check("the deepest allowed nesting passes", () => {
    const text = utf8Encode("[".repeat(limits.jsonDepthMax) + "]".repeat(limits.jsonDepthMax));
    assertEqual(engine.canonicalize(text), text, "JCS form");
  });

  report.check("a text that grows beyond one megabyte of output comes out whole", () => {
    const count = 90_000;
    // Whatever the buffers inside, some shift puts a character of twelve bytes across their end.
    for (const shift of [0, 1, 3, 5, 6, 7, 9, 11]) {
      const filler = "x".repeat(shift);
      const text = utf8Encode(`{"b":{"c":1},"a":"${filler}${"\u{1F600}".repeat(count)}"}`);
      const form = utf8Encode(`{"a":"${filler}${"\\ud83d\\ude00".repeat(count)}","b":{"c":1}}`);
      assert(equalBytes(engine.canonicalizePython(text), form), `Python form, shifted by ${shift}`);
    }
  });

  report.check(
    "law 4: results are fresh, also for a text that is canonical already, and the argument stays",
    () => {
      for (const text of ['{"a":1}', '{ "b":"\\u0041", "a":1 }']) {
        const json = utf8Encode(text);
        const result = engine.canonicalize(json);
        const kept = result.slice();
        result.fill(0);
        assertEqual(utf8Decode(json), text, "argument");
        assertEqual(engine.canonicalize(json), kept, "second result");
      }
    },
  );

  report.check("a refused text leaves nothing behind", async () => {
    await assertThrows(() => engine.canonicalize(utf8Encode('[{"a":[1,{"b":')), isWaxwingError, "cut short");
    assertEqual(utf8Decode(engine.canonicalize(utf8Encode("[1.50]"))), "[1.5]", "the next text");
  });

  report.check("law 3: arguments that are not bytes throw TypeError", async () => {
    for (const form of forms) await assertBytesOnly((json) => engine[form](json), form);
  });

  report.check("a text above jsonInputBytesMax is refused as json_too_large", () => {
    const text = new Uint8Array(limits.jsonInputBytesMax + 1).fill(0x20);
    return assertRefused(engine, text, "json_too_large", limits.jsonInputBytesMax);
  });

  report.check("a text of jsonInputBytesMax passes", () => {
    const text = new Uint8Array(limits.jsonInputBytesMax).fill(0x61);
    text[0] = 0x22;
    text[text.length - 1] = 0x22;
    const result = engine.canonicalize(text);
    assert(result.length === text.length && result.at(-2) === 0x61, "the string comes back");
  });
}

async function assertRefused(engine: Json, json: Uint8Array, code: ErrorCode, offset: number): Promise<void> {
  await assertThrows(() => engine.readSigned(json, []), isRefusal(code, offset), "readSigned");
  for (const form of forms) await assertThrows(() => engine[form](json), isRefusal(code, offset), form);
}

const isRefusal = (code: ErrorCode, offset: number) => (error: unknown) =>
  isWaxwingError(error, code) && error.detail.offset === offset;
