/** JSON that every engine canonicalizes alike, and JSON that every engine refuses with the same code and byte. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import test from "ava";
import { isWaxwingError } from "waxwing/core";
import { allEngines } from "../support/engines.js";
import { ownVectors, readJson } from "../support/vectors.js";

interface Accepted {
  cases: { name: string; text: string; jcs: string; python: string }[];
}
interface Hostile {
  cases: {
    name: string;
    text?: string;
    hex?: string;
    code: string;
    offset: number;
    only?: "jcs" | "python";
  }[];
}

const accepted = readJson<Accepted>(join(ownVectors, "json-accepted.json"));
const hostile = readJson<Hostile>(join(ownVectors, "json-hostile.json"));
const engines = await allEngines();
const utf8 = new TextEncoder();
const show = (bytes: Uint8Array) => Buffer.from(bytes).toString();

for (const { name, text, jcs, python } of accepted.cases) {
  test(`canonicalize() accepts ${name}`, (t) => {
    for (const { name: engineName, engine } of engines) {
      t.is(show(engine.canonicalize(utf8.encode(text))), jcs, engineName);
      t.is(show(engine.canonicalizePython(utf8.encode(text))), python, engineName);
      t.deepEqual(engine.envelopeHash(utf8.encode(text)), engine.sha256(utf8.encode(jcs)), engineName);
      t.is(show(engine.canonicalize(utf8.encode(jcs))), jcs, `${engineName}: the form is its own form`);
    }
  });

  test(`V8 gives the same value to the forms of ${name}`, (t) => {
    // RFC 8785 has no -0.
    t.deepEqual(
      JSON.parse(jcs),
      JSON.parse(text, (_, value) => (value === 0 ? 0 : value)),
    );
    t.deepEqual(JSON.parse(python), JSON.parse(text));
  });
}

for (const { name, text, hex, code, offset, only } of hostile.cases) {
  const bytes = text === undefined ? new Uint8Array(Buffer.from(hex!, "hex")) : utf8.encode(text);

  test(`canonicalize() refuses ${name} as ${code} at byte ${offset}${only ? ` (${only})` : ""}`, (t) => {
    for (const { name: engineName, engine } of engines) {
      const calls = [];
      if (only !== "python") calls.push(engine.canonicalize, engine.envelopeHash);
      if (only !== "jcs") calls.push(engine.canonicalizePython);
      for (const call of calls) {
        const error = t.throws(() => call(bytes), undefined, engineName);
        if (!isWaxwingError(error)) return t.fail(`${engineName}: ${error}`);
        t.deepEqual([error.code, error.detail], [code, { offset }], engineName);
      }
    }
  });

  // V8 judges the grammar and UTF-8; it has no opinion on the rest.
  if (code === "json_syntax" || code === "json_utf8") {
    test(`V8 refuses ${name}${only ? ` (${only})` : ""} too`, (t) => {
      t.throws(() => JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes)), {
        any: true,
      });
    });
  }
}

const python = spawnSync("python3", ["--version"]);
const pythonTest = python.status === 0 ? test : test.skip;
pythonTest("python3 makes the committed Python forms and sees the committed faults (needs python3)", (t) => {
  const { status, stdout, stderr } = spawnSync("python3", [join(ownVectors, "json-python-form.py")]);
  t.is(status, 0, `${stdout}${stderr}`);
});
