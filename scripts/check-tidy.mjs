/**
 * Leftovers: what a reader would stumble over later. Each rule is one function below.
 *
 *   node scripts/check-tidy.mjs [--root <folder>]
 */
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { repositoryFiles } from "./checks/repository-files.mjs";
import { blank } from "./checks/source-text.mjs";
import { isMain, root as repository } from "./run.mjs";

/** Data belongs elsewhere, and history keeps it for ever. */
const fileBytesMax = 1_500_000;
/** Longer ones hold more than one idea. */
const codeLinesMax = 600;
/** One idea however long: a table with a row a bound, and what scripts write. */
const longFiles = /^ts\/base\/limits\.ts$|\/generated\//;

/** @param {string} root @returns {string[]} one sentence a leftover */
export function checkTidy(root) {
  const paths = repositoryFiles(root);
  return [
    ...testsNobodyRuns(root, paths),
    ...missingScripts(root),
    ...missingExports(root),
    ...largeFiles(root, paths),
    ...nodeData(paths),
    ...paths
      .filter(isText)
      .flatMap((path) => [...textLeftovers(path, readFileSync(join(root, path), "utf8"))]),
  ];
}

/** ava runs every *.test.ts below test/; anything that looks like a test elsewhere or otherwise is never run. */
function* testsNobodyRuns(root, paths) {
  const runs = /^test\/(?:.*\/)?[^/]+\.test\.ts$/;
  for (const path of paths) {
    if (runs.test(path) || /(^|\/)fixtures\//.test(path)) continue;
    if (/\.(test|spec)\.\w+$/.test(path)) yield `${path}: no runner matches this test`;
    else if (/\.ts$/.test(path) && path.startsWith("test/") && importsAva(root, path))
      yield `${path}: uses ava and is not called *.test.ts, so its tests never run`;
  }
}

/** Support files may wrap ava; they are loaded by tests. */
function importsAva(root, path) {
  if (path.startsWith("test/support/")) return false;
  return /^import test\b.*from "ava"/m.test(readFileSync(join(root, path), "utf8"));
}

/** A data directory in the tree shows a private identity to everybody, and history keeps it. */
function* nodeData(paths) {
  for (const path of paths) {
    if (/(^|\/)(identity\.json|waxwing\.lock[^/]*|(data|lock)\.mdb)$/.test(path))
      yield `${path}: belongs to a node's data directory, never to the repository`;
  }
}

function* missingScripts(root) {
  const { scripts = {} } = manifest(root);
  for (const [name, command] of Object.entries(scripts)) {
    for (const path of command.match(/(?<=\s)[\w./-]+\.(?:mjs|js|ts|sh)\b/g) ?? []) {
      if (!existsSync(join(root, path)))
        yield `package.json: script "${name}" runs ${path}, which is not there`;
    }
  }
}

/** Only once something is built; the build itself fails on the rest. */
function* missingExports(root) {
  const { exports = {}, bin = {} } = manifest(root);
  if (!existsSync(join(root, "dist"))) return;
  for (const path of [...targetsOf(exports), ...targetsOf(bin)]) {
    if (!existsSync(join(root, path))) yield `package.json: ${path} is exported and not built`;
  }
}

function targetsOf(value) {
  return typeof value === "string" ? [value] : Object.values(value).flatMap(targetsOf);
}

function manifest(root) {
  const path = join(root, "package.json");
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : {};
}

function* largeFiles(root, paths) {
  for (const path of paths) {
    const bytes = statSync(join(root, path)).size;
    if (bytes > fileBytesMax)
      yield `${path}: ${bytes} bytes, at most ${fileBytesMax} are kept in the repository`;
  }
}

function isText(path) {
  return /\.(ts|mjs|js|md|json|toml|rs|sh|html|css|proto)$/.test(path) || path === ".ci/run";
}

function* textLeftovers(path, text) {
  const lines = text.split("\n");
  for (const [index, line] of lines.entries()) {
    const here = `${path}:${index + 1}`;
    if (machinePath.test(line)) yield `${here}: an absolute path of some machine`;
    if (/\.(ts|mjs|rs)$/.test(path) && unfinished.test(line)) yield `${here}: an unfinished mark`;
  }
  if (!/\.(ts|mjs|rs)$/.test(path)) return;
  if (lines.length > codeLinesMax && !longFiles.test(path))
    yield `${path}: ${lines.length} lines, more than one idea (at most ${codeLinesMax})`;
  if (path.startsWith("test/")) yield* leftInTests(path, text);
}

// Written so that the rules do not match themselves.
const machinePath = /(^|[\s"'`(=])\/(?:home|Users|root|work|farm)\/\w/;
const unfinished = new RegExp(`\\b(?:${["TO" + "DO", "FIX" + "ME", "XX" + "X"].join("|")})\\b`);

/** A skipped test is welcome if its title says what it needs (itself, or by the note of a support file), so that a reader can provide it. */
function* leftInTests(path, text) {
  const code = blank(text, { strings: true });
  for (const { index, 0: found } of code.matchAll(/\btest(?:\.serial)?\.(only|todo|failing|skip)\(/g)) {
    const title = text.slice(index, index + 200);
    if (found.endsWith(".skip(") && /\bneeds\b|[nN]ote\}/.test(title)) continue;
    yield `${path}:${code.slice(0, index).split("\n").length}: ${found.slice(0, -1)} was left in`;
  }
}

if (isMain(import.meta.url)) {
  const { values } = parseArgs({ options: { root: { type: "string", default: repository } } });
  const leftovers = checkTidy(values.root);
  for (const leftover of leftovers) console.log(leftover);
  console.log(leftovers.length === 0 ? "tidy: nothing is left over" : `tidy: ${leftovers.length} leftovers`);
  process.exit(leftovers.length === 0 ? 0 : 1);
}
