/** The wall checker: each rule has a tree that breaks it and must be named, and trees that keep it stay silent. */
import test, { type ExecutionContext } from "ava";
import { checkImports } from "../../../scripts/check-imports.mjs";
import { blank, importsOf } from "../../../scripts/checks/source-text.mjs";
import { fileTree } from "../../support/file-tree.js";

const sound = {
  "package.json": JSON.stringify({
    name: "waxwing",
    exports: { "./core": "./dist/core.js", "./store": { types: "x", default: "./dist/store/index.js" } },
  }),
  "ts/base/bytes.ts": "export const a = 1;",
  "ts/contracts/store.ts": 'import type { A } from "../base/bytes.js"; export interface Store { a: A }',
  "ts/records/index.ts": 'import { a } from "../base/bytes.js"; export const r = a;',
  "ts/engine/index.ts": 'import { x } from "@noble/curves/ed25519"; export const e = x;',
  "ts/core.ts": 'export { r } from "./records/index.js";',
  "ts/store/index.ts": 'export const open = async () => import("./lmdb.js");',
  "ts/store/lmdb.ts": 'import { join } from "node:path"; import { open } from "lmdb"; export { join, open };',
  "ts/trust/index.ts": "export const t = 1;",
  "ts/replication/index.ts": 'export * from "./session.js";',
  "ts/replication/session.ts": 'import { r } from "../records/index.js"; import { f } from "./frame.js";',
  "ts/replication/frame.ts": "export const f = 1;",
  "ts/relay/index.ts": "export const relay = 1;",
  "ts/node/index.ts": 'import { open } from "../store/index.js"; import { a } from "../base/bytes.js";',
  "ts/testing/index.ts": 'import type { Store } from "../contracts/store.js";',
  "bindings/wasm/load.ts":
    'import { core } from "./generated/core.js"; import { readFileSync } from "node:fs";',
  "assembly/index.ts": 'import { b } from "./b";',
  "assembly/b.ts": "export const b = 1;",
  "test/unit/a.test.ts": 'import { a } from "#dist/base/bytes.js"; import "waxwing/store";',
  "test/interop/b.test.ts": 'import "waxwing/core"; import type { Store } from "#contracts/store.js";',
};

function breaches(t: ExecutionContext, files: Record<string, string>): string[] {
  return checkImports(fileTree(t, { ...sound, ...files }));
}

test("checkImports() is silent about a sound tree", (t) => {
  t.deepEqual(breaches(t, {}), []);
});

const broken: [claim: string, files: Record<string, string>, expected: RegExp][] = [
  [
    "base imports nothing",
    { "ts/base/x.ts": 'import "../records/index.js";' },
    /base\/x\.ts:1 → .*base may import/,
  ],
  [
    "contracts hold types only",
    { "ts/contracts/x.ts": "export const limit = 1;" },
    /contracts\/x\.ts: exports const limit; contracts are types only/,
  ],
  [
    "contracts import types only",
    { "ts/contracts/x.ts": 'import { a } from "../base/bytes.js";' },
    /contracts import types only/,
  ],
  [
    "records know no engine",
    { "ts/records/x.ts": 'import { e } from "../engine/index.js";' },
    /records may import/,
  ],
  [
    "records use no package",
    { "ts/records/x.ts": 'import z from "zod";' },
    /records takes nothing from packages/,
  ],
  [
    "records use no Node module",
    { "ts/records/x.ts": 'import "node:fs";' },
    /records takes nothing from node:/,
  ],
  ["records read no clock", { "ts/records/x.ts": "export const n = Date.now();" }, /x\.ts:1 uses Date;/],
  ["pure code draws no randomness", { "ts/reconcile/x.ts": "\nMath.random();" }, /x\.ts:2 uses Math\.random/],
  ["planes arm no timers", { "ts/replication/x.ts": "setTimeout(() => {}, 1);" }, /uses setTimeout/],
  ["pure code knows no Buffer", { "ts/framing/x.ts": "Buffer.from([]);" }, /uses Buffer/],
  ["pure code knows no Deno", { "ts/trust/x.ts": "if (Deno.build) {}" }, /uses Deno/],
  ["planes fetch nothing", { "ts/relay/x.ts": "await fetch(url);" }, /uses fetch/],
  [
    "engine and store do not know each other",
    { "ts/engine/x.ts": 'import "../store/index.js";' },
    /engine may import/,
  ],
  [
    "transport knows no plane",
    { "ts/transport/x.ts": 'import "../relay/index.js";' },
    /transport may import/,
  ],
  ["trust knows no plane", { "ts/trust/x.ts": 'import "../relay/index.js";' }, /trust may import/],
  [
    "planes do not know each other",
    { "ts/relay/x.ts": 'import "../replication/index.js";' },
    /relay may import/,
  ],
  [
    "planes know no implementation, not even as a type",
    { "ts/relay/x.ts": 'import type { open } from "../store/index.js";' },
    /relay may import/,
  ],
  [
    "planes take only their own protobuf",
    { "ts/relay/x.ts": 'import "#bindings/protobuf/messages/m.js";', "bindings/protobuf/messages/m.ts": "" },
    /relay may import/,
  ],
  [
    "node goes through the index",
    { "ts/node/x.ts": 'import "../store/lmdb.js";' },
    /goes past ts\/store\/index\.ts/,
  ],
  [
    "testing uses no framework",
    { "ts/testing/x.ts": 'import test from "ava";' },
    /testing takes nothing from pack/,
  ],
  [
    "testing gets planes as factories",
    { "ts/testing/x.ts": 'import "../replication/index.js";' },
    /testing may import/,
  ],
  [
    "bindings hold no logic of ts",
    { "bindings/x.ts": 'import "../ts/records/index.js";' },
    /bindings may import/,
  ],
  [
    "assembly imports only itself",
    { "assembly/x.ts": 'import { a } from "../ts/base/bytes";' },
    /assembly may import/,
  ],
  ["a new folder needs a row", { "ts/novelty/x.ts": "" }, /ts\/novelty is in no row/],
  ["imports lead somewhere", { "ts/base/x.ts": 'import "./gone.js";' }, /gone\.js: no such source file/],
  [
    "a session of another name is held to the same",
    { "ts/replication/reconcile-session.ts": 'import "../trust/index.js";' },
    /reconcile-session\.ts → ts\/trust\/index\.ts: a pure file may reach/,
  ],
  [
    "a session reaches nothing impure, through any chain",
    { "ts/replication/frame.ts": 'import "../trust/index.js"; export const f = 1;' },
    /session\.ts → ts\/replication\/frame\.ts → ts\/trust\/index\.ts: a pure file may reach/,
  ],
  [
    "the core reaches no Node module, through any chain",
    {
      "ts/core.ts": 'export * from "./engine/index.js";',
      "ts/engine/index.ts": 'import "#bindings/wasm/load.js";',
    },
    /ts\/core\.ts → ts\/engine\/index\.ts → bindings\/wasm\/load\.ts → node:fs: ts\/core\.ts must run in browsers/,
  ],
  [
    "tests do not import sources",
    { "test/unit/x.test.ts": 'import "../../ts/base/bytes.js";' },
    /tests import the built package/,
  ],
  [
    "interop tests use the public API",
    { "test/interop/x.test.ts": 'import { open } from "#dist/store/lmdb.js";' },
    /only test\/unit, test\/fuzz and bench\/micro/,
  ],
  [
    "folders do not need each other in a cycle",
    {
      "ts/records/x.ts": 'import "../trust/index.js";',
      "ts/trust/index.ts": 'import "../records/index.js";',
    },
    /folders in a cycle: (records|trust) .*→ (records|trust)/,
  ],
];

for (const [claim, files, expected] of broken) {
  test(`checkImports() reports a breach: ${claim}`, (t) => {
    const found = breaches(t, files);
    t.true(
      found.some((breach) => expected.test(breach)),
      `expected ${expected}, got:\n${found.join("\n")}`,
    );
  });
}

test("importsOf() reads every form of import and knows which are erased", (t) => {
  const source = `
    import a from "a"; import * as b from 'b'; import { c,
      d } from "c"; import "d"; export * from "e"; export { f } from "f";
    import type { g } from "g"; import { type h, type i } from "h"; import { type j, k } from "j";
    const lazy = await import("l"); // import "not-this";
    /* import "nor-this" */ const text = "import 'nor-that'";
    export type { m } from "m";`;
  const found = importsOf(source);
  t.deepEqual(
    found.map(({ specifier }) => specifier),
    ["a", "b", "c", "d", "e", "f", "g", "h", "j", "l", "m"],
  );
  t.deepEqual(
    found.filter(({ typeOnly }) => typeOnly).map(({ specifier }) => specifier),
    ["g", "h", "m"],
  );
  t.deepEqual(
    found.filter(({ dynamic }) => dynamic).map(({ specifier }) => specifier),
    ["l"],
  );
});

test("blank() keeps lines and code, and drops comments, strings and the text of templates", (t) => {
  const source = 'a; // Date\n"Date"; `Date ${Date.now()}\n`; /Date"/.test(x); /* Date */ b;';
  const blanked = blank(source, { strings: true });
  t.is(blanked.split("\n").length, source.split("\n").length);
  t.is(blanked.match(/Date/g)?.length, 2, "the call in the template, and the pattern");
  t.regex(blanked, /^a;/);
  t.regex(blanked, /b;$/);
});
