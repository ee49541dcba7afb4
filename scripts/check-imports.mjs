/**
 * Checks the walls between layers (docs/architecture.md; the table is in checks/import-rules.mjs) and prints,
 * for each breach, file → import and the rule; for what is reached through others, the whole chain.
 *
 *   node scripts/check-imports.mjs [--root <folder>]
 */
import { parseArgs } from "node:util";
import { readGraph } from "./checks/import-graph.mjs";
import {
  innerTests,
  layerOf,
  layers,
  openLayers,
  portableEntries,
  pureFile,
  pureReach,
  runtimeUses,
} from "./checks/import-rules.mjs";
import { blank } from "./checks/source-text.mjs";
import { isMain, root as repository } from "./run.mjs";

/** @param {string} root @returns {string[]} one sentence a breach */
export function checkImports(root) {
  const graph = readGraph(root);
  return [
    ...unresolved(graph),
    ...layerBreaches(graph),
    ...contractsWithCode(graph),
    ...impureFiles(graph),
    ...impureReach(graph),
    ...unportable(graph),
    ...testBreaches(graph),
    ...folderCycles(graph),
  ];
}

/** A relative import of nothing is a mistake of ours or of the resolver; both must be seen. */
function* unresolved({ files }) {
  for (const [path, { imports }] of files) {
    for (const { specifier, target, line } of imports) {
      const isOurs = /^(assembly|bindings|ts|test|bench)\//.test(target.file ?? "");
      const isGenerated = target.file?.includes("/generated/");
      if (isOurs && !isGenerated && !files.has(target.file) && !target.file.endsWith(".json"))
        yield `${path}:${line} → ${specifier}: no such source file`;
    }
  }
}

function* layerBreaches({ files }) {
  for (const [path, { imports }] of files) {
    const layer = layerOf(path);
    if (layer === undefined) continue;
    const rule = layers[layer];
    if (!rule) {
      yield `${path}: ts/${layer} is in no row of scripts/checks/import-rules.mjs`;
      continue;
    }
    for (const edge of imports) {
      const breach = breachOf(layer, rule, edge);
      if (breach) yield `${path}:${edge.line} → ${edge.specifier}: ${breach}`;
    }
  }
}

function breachOf(layer, rule, { target, typeOnly }) {
  if (target.builtin) return rule.builtins || typeOnly ? undefined : `${layer} takes nothing from node:*`;
  if (target.package) return rule.packages ? undefined : `${layer} takes nothing from packages`;
  const targetLayer = layerOf(target.file);
  if (targetLayer === undefined) return `${layer} takes nothing from outside the package's sources`;
  if (targetLayer === layer) return undefined;
  if (layer === "contracts" && !typeOnly) return "contracts import types only";
  if (layer === "bindings" && targetLayer === "contracts" && !typeOnly)
    return "bindings take only types from contracts";
  if (rule.may === "all") return innerFileBreach(target.file, targetLayer);
  if (rule.may.includes(targetLayer)) return undefined;
  if (targetLayer === "bindings" && target.file.startsWith(`bindings/protobuf/${rule.ownBindings}/`))
    return undefined;
  return `${layer} may import ${[...rule.may, layer].join(", ")}`;
}

/** Node and CLI go through the door of each folder: `ts/store/index.ts`, or an entry such as `ts/core.ts`. */
function innerFileBreach(file, layer) {
  if (openLayers.has(layer) || layer === "entry" || file === `ts/${layer}/index.ts`) return undefined;
  // An entry such as ts/core.ts exports one part of a folder, which is that part's index.
  if (/^ts\/\w+\/\w+\/index\.ts$/.test(file) && layer === "engine") return undefined;
  return `goes past ts/${layer}/index.ts`;
}

function* contractsWithCode({ files }) {
  for (const [path, { source }] of files) {
    if (!layers[layerOf(path)]?.typesOnly) continue;
    const code = /^export (const|let|var|function|async function|class) (\w+)/m.exec(
      blank(source, { strings: true }),
    );
    if (code) yield `${path}: exports ${code[1]} ${code[2]}; contracts are types only`;
  }
}

function* impureFiles({ files }) {
  for (const [path, file] of files) {
    if (!layers[layerOf(path)]?.pure && !pureFile.test(path)) continue;
    for (const breach of runtimeBreaches(file)) yield `${path}:${breach}; it comes through the Host`;
  }
}

function* runtimeBreaches({ source }) {
  const code = blank(source, { strings: true });
  for (const [name, pattern] of Object.entries(runtimeUses)) {
    for (const { index } of code.matchAll(pattern))
      yield `${code.slice(0, index).split("\n").length} uses ${name}`;
  }
}

function* impureReach(graph) {
  for (const path of graph.files.keys()) {
    if (layerOf(path) === undefined || !pureFile.test(path)) continue;
    const own = layerOf(path);
    for (const { chain, target } of reach(graph, path)) {
      const broken = target.builtin ?? target.package;
      if (broken) yield `${chain.join(" → ")}: a pure file reaches ${broken}`;
      else if (layerOf(target.file) !== own && !pureReach.has(layerOf(target.file)))
        yield `${chain.join(" → ")}: a pure file may reach ${[...pureReach].join(", ")} and its own folder`;
      else
        for (const use of runtimeBreaches(graph.files.get(target.file) ?? { source: "" }))
          yield `${chain.join(" → ")}:${use}; a pure file reaches it`;
    }
  }
}

function* unportable(graph) {
  for (const entry of portableEntries) {
    if (!graph.files.has(entry)) continue;
    for (const { chain, target } of reach(graph, entry)) {
      const broken = target.builtin ?? target.package;
      if (broken) yield `${chain.join(" → ")}: ${entry} must run in browsers, without ${broken}`;
    }
  }
}

/** Everything that runs when the file is imported, dynamic imports included, each with one shortest chain. */
export function* reach({ files }, start) {
  const seen = new Set([start]);
  const queue = [[start]];
  for (let chain = queue.shift(); chain; chain = queue.shift()) {
    for (const { specifier, typeOnly, target } of files.get(chain.at(-1))?.imports ?? []) {
      const next = target.file ?? specifier;
      if (typeOnly || seen.has(next)) continue;
      seen.add(next);
      yield { chain: [...chain, next], target };
      if (target.file) queue.push([...chain, target.file]);
    }
  }
}

function* testBreaches({ files }) {
  for (const [path, { imports }] of files) {
    if (!/^(test|bench)\//.test(path)) continue;
    for (const { specifier, typeOnly, target, line } of imports) {
      const here = `${path}:${line} → ${specifier}`;
      if (specifier.startsWith(".") && layerOf(target.file) !== undefined)
        yield `${here}: tests import the built package, not its sources`;
      else if (specifier.startsWith("#") && !typeOnly && !mayGoInside(path)) {
        const breach = innerFileBreach(target.file, layerOf(target.file));
        if (breach) yield `${here}: ${breach}; only test/unit, test/fuzz and bench/micro name inner files`;
      }
    }
  }
}

/** What support files need of the inside is for the tests that use them. */
function mayGoInside(path) {
  return innerTests.test(path) || path.startsWith("test/support/");
}

/** Folders that need each other are one folder, or a contract is missing between them. */
function* folderCycles({ files }) {
  const needs = new Map();
  for (const [path, { imports }] of files) {
    const from = layerOf(path);
    if (from === undefined || from === "entry") continue;
    for (const { target } of imports) {
      const to = target.file && layerOf(target.file);
      if (!to || to === from || to === "entry") continue;
      if (!needs.has(from)) needs.set(from, new Map());
      if (!needs.get(from).has(to)) needs.get(from).set(to, path);
    }
  }
  const reported = new Set();
  for (const start of needs.keys()) {
    const cycle = findCycle(needs, start);
    if (!cycle) continue;
    const name = [...new Set(cycle)].sort().join(", ");
    if (reported.has(name)) continue;
    reported.add(name);
    const steps = cycle
      .slice(0, -1)
      .map((from, index) => `${from} (${needs.get(from).get(cycle[index + 1])})`);
    yield `folders in a cycle: ${[...steps, cycle.at(-1)].join(" → ")}`;
  }
}

function findCycle(needs, start) {
  const seen = new Set();
  const queue = [[start]];
  for (let chain = queue.shift(); chain; chain = queue.shift()) {
    for (const next of needs.get(chain.at(-1))?.keys() ?? []) {
      if (next === start) return [...chain, next];
      if (seen.has(next)) continue;
      seen.add(next);
      queue.push([...chain, next]);
    }
  }
  return undefined;
}

if (isMain(import.meta.url)) {
  const { values } = parseArgs({ options: { root: { type: "string", default: repository } } });
  const breaches = checkImports(values.root);
  for (const breach of breaches) console.log(breach);
  console.log(breaches.length === 0 ? "imports: every wall stands" : `imports: ${breaches.length} breaches`);
  process.exit(breaches.length === 0 ? 0 : 1);
}
