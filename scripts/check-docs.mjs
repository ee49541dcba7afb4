/**
 * Documentation that runs. Every ```ts and ```js block of the Markdown files, and of doc comments
 * in ts/ that begins with an import, is type-checked and executed against the built package; ```sh blocks may only name npm scripts and files that
 * exist. Relative links, anchors and paths in inline code must resolve, generated pages must match.
 *
 * A block that cannot run carries the reason on the line above: `<!-- docs: no-run: needs a second machine -->`.
 *
 *   node scripts/check-docs.mjs
 */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, posix } from "node:path";
import { anchors, codeBlocks, docComments, links, namedPaths } from "./checks/markdown.mjs";
import { repositoryFiles } from "./checks/repository-files.mjs";
import { staleDocs } from "./generate-docs.mjs";
import { isMain, root } from "./run.mjs";

/** Inside the repository, so that `waxwing/…` resolves to the package itself. */
const workFolder = join(root, ".cache", "docs");
const snippetMs = 60_000;

/** @returns {Promise<string[]>} one sentence a fault */
export async function checkDocs() {
  const pages = repositoryFiles(root)
    .filter((path) => path.endsWith(".md") && !path.startsWith("test/"))
    .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
  const comments = repositoryFiles(root)
    .filter((path) => /^ts\/.*\.ts$/.test(path))
    .map((path) => ({ path, text: docComments(readFileSync(join(root, path), "utf8")) }));
  const stale = await staleDocs();
  const snippets = [
    ...pages.flatMap(snippetsOf),
    ...comments.flatMap(snippetsOf).filter(({ code }) => /^import /m.test(code)),
  ];
  return [
    ...pages.flatMap((page) => [...brokenLinks(page), ...missingPaths(page), ...shellFaults(page)]),
    ...[...pages, ...comments].flatMap((page) => [...markerFaults(page)]),
    ...stale.map((path) => `${path}: not what its table says; run node scripts/generate-docs.mjs`),
    ...(await snippetFaults(snippets)),
  ];
}

function* brokenLinks({ path, text }) {
  for (const { target, line } of links(text)) {
    if (/^[a-z]+:/.test(target)) continue;
    const [file, anchor] = target.split("#");
    const full = file === "" ? path : posix.join(posix.dirname(path), decodeURIComponent(file));
    if (!existsSync(join(root, full))) yield `${path}:${line}: link to ${target}, which is not there`;
    else if (anchor && full.endsWith(".md") && !anchors(readFileSync(join(root, full), "utf8")).has(anchor))
      yield `${path}:${line}: link to ${target}, which has no such heading`;
  }
}

function* missingPaths({ path, text }) {
  for (const named of namedPaths(text)) {
    if (!existsSync(join(root, named.path)))
      yield `${path}:${named.line}: names ${named.path}, which is not there`;
  }
}

function* shellFaults({ path, text }) {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  for (const { language, code, line } of codeBlocks(text)) {
    if (!/^(sh|bash|shell|console)$/.test(language)) continue;
    for (const { 1: name } of code.matchAll(/\bnpm run ([\w:-]+)/g))
      if (!scripts[name]) yield `${path}:${line}: npm run ${name} does not exist`;
    for (const { 0: file } of code.matchAll(/(?<=^|\s)(?:scripts|test|bench|\.ci)\/[\w./-]*\w(?=\s|$)/gm))
      if (!existsSync(join(root, file))) yield `${path}:${line}: ${file} does not exist`;
  }
}

function* markerFaults({ path, text }) {
  for (const { skip, line } of codeBlocks(text))
    if (skip === "") yield `${path}:${line}: say why the block cannot run`;
}

/** Blocks to run; one that continues another is appended to it. */
function snippetsOf({ path, text }) {
  const snippets = [];
  for (const block of codeBlocks(text)) {
    if (!/^(ts|js|typescript|javascript|mjs)$/.test(block.language) || block.skip !== undefined) continue;
    const last = snippets.at(-1);
    if (block.continues && last) last.code += `\n${block.code}`;
    else
      snippets.push({ where: `${path}:${block.line}`, code: block.code, typed: /^t/.test(block.language) });
  }
  return snippets;
}

async function snippetFaults(snippets) {
  if (snippets.length === 0) return [];
  rmSync(workFolder, { recursive: true, force: true });
  mkdirSync(workFolder, { recursive: true });
  const placed = snippets.map((snippet, index) => place(snippet, index));
  const typeFaults = await checkTypes(placed);
  const runFaults = [];
  for (const snippet of placed)
    if (!typeFaults.has(snippet.name)) runFaults.push(...(await execute(snippet)));
  return [...[...typeFaults.values()].flat(), ...runFaults];
}

/** `export {}` makes a module of a snippet without imports, so that it may await. */
function place(snippet, index) {
  const name = `${index}.${snippet.typed ? "mts" : "mjs"}`;
  writeFileSync(join(workFolder, name), `${snippet.code}\nexport {};\n`);
  return { ...snippet, name };
}

async function checkTypes(snippets) {
  const config = {
    extends: "../../tsconfig.base.json",
    compilerOptions: {
      noEmit: true,
      declaration: false,
      composite: false,
      sourceMap: false,
      inlineSources: false,
    },
    include: ["*.mts"],
  };
  writeFileSync(join(workFolder, "tsconfig.json"), JSON.stringify(config));
  const faults = new Map();
  if (!snippets.some(({ typed }) => typed)) return faults;
  const compiler = join(root, "node_modules/typescript/bin/tsc");
  const { output } = await runNode([compiler, "-p", workFolder, "--pretty", "false"]);
  for (const { 1: name, 2: line, 3: message } of output.matchAll(/(\d+\.mts)\((\d+),\d+\): error (.+)/g)) {
    const { where } = snippets.find((snippet) => snippet.name === name);
    faults.set(name, [...(faults.get(name) ?? []), `${where}, line ${line} of the block: ${message}`]);
  }
  return faults;
}

async function execute({ name, where }) {
  const { code, output } = await runNode(["--import", "tsx", join(workFolder, name)]);
  return code === 0 ? [] : [`${where}: the block fails when run:\n${output.trim()}`];
}

function runNode(args) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: root, timeout: snippetMs });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (output += text));
    child.on("close", (code) => resolve({ code: code ?? 1, output }));
  });
}

if (isMain(import.meta.url)) {
  const faults = await checkDocs();
  for (const fault of faults) console.log(fault);
  console.log(faults.length === 0 ? "docs: everything they say runs" : `docs: ${faults.length} faults`);
  process.exit(faults.length === 0 ? 0 : 1);
}
