/** The leftover finder: each kind of leftover is found, and a tidy tree has none. */
import test, { type ExecutionContext } from "ava";
import { checkTidy } from "../../../scripts/check-tidy.mjs";
import { fileTree } from "../../support/file-tree.js";

const tidy = {
  "package.json": JSON.stringify({
    scripts: { test: "node scripts/test.mjs", lint: "biome check ." },
    exports: { ".": { types: "./dist/index.d.ts", default: "./dist/index.js" } },
    bin: { waxwing: "dist/main.js" },
  }),
  "scripts/test.mjs": "// runs",
  "dist/index.js": "",
  "dist/index.d.ts": "",
  "dist/main.js": "",
  "ts/a.ts": "export const path = '/edge/inbound';",
  "test/unit/a.test.ts": 'import test from "ava"; test.skip("b (needs openssl)", () => {});',
  "test/support/b.ts": 'import test from "ava";',
};

function leftovers(t: ExecutionContext, files: Record<string, string>): string[] {
  return checkTidy(fileTree(t, { ...tidy, ...files }));
}

test("checkTidy() finds nothing in a tidy tree", (t) => {
  t.deepEqual(leftovers(t, {}), []);
});

const mark = ["TO", "DO"].join("");
const home = ["/ho", "me/somebody/x"].join("");

const left: [claim: string, files: Record<string, string>, expected: RegExp][] = [
  ["a test outside test/", { "ts/a.test.ts": "" }, /^ts\/a\.test\.ts: no runner matches/],
  ["a test with another ending", { "test/unit/a.spec.ts": "" }, /a\.spec\.ts: no runner matches/],
  ["a test file without the suffix", { "test/unit/b.ts": 'import test from "ava";' }, /b\.ts: uses ava/],
  [
    "a script that does not exist",
    { "package.json": JSON.stringify({ scripts: { gone: "node scripts/gone.mjs --fast" } }) },
    /script "gone" runs scripts\/gone\.mjs/,
  ],
  [
    "an export that is not built",
    { "package.json": JSON.stringify({ exports: { "./x": { default: "./dist/x.js" } } }) },
    /\.\/dist\/x\.js is exported and not built/,
  ],
  [
    "a node's identity",
    { "data/identity.json": "{}" },
    /data\/identity\.json: belongs to a node's data directory/,
  ],
  ["a large file", { "docs/film.bin": "x".repeat(1_500_001) }, /docs\/film\.bin: 1500001 bytes/],
  ["a long file", { "ts/long.ts": "x;\n".repeat(601) }, /ts\/long\.ts: 602 lines/],
  ["a machine's path", { "docs/a.md": `see ${home}` }, /docs\/a\.md:1: an absolute path/],
  ["an unfinished mark", { "ts/b.ts": `\n// ${mark}: later` }, /ts\/b\.ts:2: an unfinished mark/],
  [
    "a focused test",
    { "test/unit/a.test.ts": 'test.only("a", f);' },
    /a\.test\.ts:1: test\.only was left in/,
  ],
  ["a skip without what it needs", { "test/unit/a.test.ts": 'test.skip("a", f);' }, /test\.skip was left in/],
  [
    "a test expected to fail",
    { "test/unit/a.test.ts": 'test.failing("a", f);' },
    /test\.failing was left in/,
  ],
];

for (const [claim, files, expected] of left) {
  test(`checkTidy() finds ${claim}`, (t) => {
    const found = leftovers(t, files);
    t.true(
      found.some((line) => expected.test(line)),
      `expected ${expected}, got:\n${found.join("\n")}`,
    );
  });
}
