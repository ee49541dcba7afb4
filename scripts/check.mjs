/**
 * `npm run check`: everything about the sources that needs no test run, one line a check. All are run, so
 * that one failure does not hide another; `--only imports` runs one.
 *
 *   node scripts/check.mjs [--only <name>]
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildIfNeeded } from "./build.mjs";
import { installIfNeeded } from "./install.mjs";
import { checkNodeVersion, isMain, root } from "./run.mjs";

const tool = (entry, ...args) => [join(root, "node_modules", entry), ...args];

/** Name, what it promises, and the Node arguments that find out. */
const checks = [
  [
    "format",
    "formatted and linted",
    tool("@biomejs/biome/bin/biome", "check", "--colors=off", "--max-diagnostics=50", "."),
  ],
  ["types", "tests and benches type-check", tool("typescript/bin/tsc", "-p", "test", "--pretty", "false")],
  ["imports", "every wall between layers stands", ["scripts/check-imports.mjs"]],
  ["docs", "what the documentation says runs", ["scripts/check-docs.mjs"]],
  ["bench", "the tables of figures are those of the results", ["scripts/check-bench.mjs"]],
  ["native", "the prebuilt addons are those of the sources", ["scripts/check-native.mjs"]],
  ["tidy", "nothing is left over", ["scripts/check-tidy.mjs"]],
];

/** @returns {Promise<{ passed: number, failed: number }>} */
export async function check({ only } = {}) {
  const chosen = checks.filter(([name]) => only === undefined || name === only);
  if (chosen.length === 0) throw new RangeError(`no check is called ${only}`);
  let passed = 0;
  for (const [name, promise, args] of chosen) {
    const startMs = performance.now();
    const { code, output } = await runNode(args);
    const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
    if (code !== 0) process.stdout.write(output);
    console.log(
      `${code === 0 ? "✔" : "✘"} ${name}: ${code === 0 ? promise : "failed, see above"} (${seconds} s)`,
    );
    if (code === 0) passed++;
  }
  return { passed, failed: chosen.length - passed };
}

function runNode(args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: root });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (text) => {
        output += text;
      });
    }
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, output }));
  });
}

if (isMain(import.meta.url)) {
  const { values } = parseArgs({ options: { only: { type: "string" } } });
  checkNodeVersion();
  installIfNeeded();
  await buildIfNeeded();
  const { failed } = await check(values);
  process.exit(failed === 0 ? 0 : 1);
}
