/**
 * Writes docs/limits.md and docs/errors.md from the tables in ts/base. With `--check` it writes nothing and
 * says which of them differs from its table.
 *
 *   node scripts/generate-docs.mjs [--check]
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { isMain, root } from "./run.mjs";

/** @returns {Promise<Record<string, string>>} path → text */
export async function generatedDocs() {
  const { describeLimits, errorCodes } = await import(pathToFileURL(join(root, "dist/base/index.js")).href);
  return {
    "docs/limits.md": limitsPage(describeLimits()),
    "docs/errors.md": errorsPage(errorCodes),
  };
}

/** Paths whose text is not what the tables say. */
export async function staleDocs() {
  const pages = Object.entries(await generatedDocs());
  return pages.filter(([path, text]) => readIfThere(path) !== text).map(([path]) => path);
}

function readIfThere(path) {
  return existsSync(join(root, path)) ? readFileSync(join(root, path), "utf8") : undefined;
}

function limitsPage(limits) {
  return page(
    "Limits",
    "Every queue, frame, loop and wait of Waxwing has a bound. Made from `ts/base/limits.ts` by `scripts/generate-docs.mjs`; edit that file.",
    ["limit", "value", "why"],
    limits.map(({ name, value, reason }) => [`\`${name}\``, value.toLocaleString("en-US"), reason]),
  );
}

function errorsPage(codes) {
  return page(
    "Errors",
    "Every code that a `WaxwingError` can carry. Codes are stable: never reworded, never reused; messages are for people. *Scope* is the smallest thing to give up, *retry* whether the same call may succeed later without a change of input. Made from `ts/base/error-codes.ts` by `scripts/generate-docs.mjs`; edit that file.",
    ["code", "scope", "retry", "meaning"],
    Object.entries(codes).map(([code, { scope, retryable, about }]) => [
      `\`${code}\``,
      scope,
      retryable ? "yes" : "no",
      about,
    ]),
  );
}

function page(title, intro, head, rows) {
  const line = (cells) => `| ${cells.map((cell) => String(cell).replaceAll("|", "\\|")).join(" | ")} |`;
  return `# ${title}\n\n${intro}\n\n${[line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n")}\n`;
}

if (isMain(import.meta.url)) {
  if (process.argv.includes("--check")) {
    const stale = await staleDocs();
    for (const path of stale)
      console.log(`${path}: not what its table says; run node scripts/generate-docs.mjs`);
    process.exit(stale.length === 0 ? 0 : 1);
  }
  for (const [path, text] of Object.entries(await generatedDocs())) writeFileSync(join(root, path), text);
}
