/** What check-docs reads in Markdown. */
import test from "ava";
import {
  anchors,
  codeBlocks,
  docComments,
  links,
  namedPaths,
  prose,
} from "../../../scripts/checks/markdown.mjs";

const page = `# Title & more

See [one](./one.md#part), [site](https://example.org) and \`ts/base/bytes.ts\`, not \`ts/**/*.ts\`.

\`\`\`ts
const a = 1; // [not](a-link)
\`\`\`

<!-- docs: continues -->
\`\`\`ts
a + 1;
\`\`\`

<!-- docs: no-run: needs two machines -->
\`\`\`sh
npm start
\`\`\`
`;

test("codeBlocks() finds language, code, line and marker", (t) => {
  t.deepEqual(codeBlocks(page), [
    { language: "ts", code: "const a = 1; // [not](a-link)", line: 5, continues: false },
    { language: "ts", code: "a + 1;", line: 10, continues: true },
    { language: "sh", code: "npm start", line: 15, continues: false, skip: "needs two machines" },
  ]);
});

test("links() and namedPaths() read prose, and not code blocks", (t) => {
  t.deepEqual(links(page), [
    { target: "./one.md#part", line: 3 },
    { target: "https://example.org", line: 3 },
  ]);
  t.deepEqual(namedPaths(page), [{ path: "ts/base/bytes.ts", line: 3 }]);
});

test("anchors() names headings as GitHub does", (t) => {
  t.deepEqual(
    [...anchors("# Title & more\n## `waxwing node`, in short\n")],
    ["title--more", "waxwing-node-in-short"],
  );
});

test("docComments() keeps the lines of a source file", (t) => {
  const source = 'import "x";\n/**\n * Does it.\n *\n * ```ts\n * run();\n * ```\n */\nexport const a = 1;\n';
  t.deepEqual(codeBlocks(docComments(source)), [
    { language: "ts", code: "run();", line: 5, continues: false },
  ]);
});

test("prose() leaves out code blocks that stand behind an empty line, and nothing between two of them", (t) => {
  const text = "a\n\n```\ncode\n```\n\n## Kept\n\n  ```sh\n  more\n  ```\nb\n";
  t.is(prose(text), "a\n\n\n\n\n\n## Kept\n\n\n\n\nb\n");
  t.true(anchors(text).has("kept"));
});
