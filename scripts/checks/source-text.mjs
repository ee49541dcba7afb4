/**
 * Just enough of a TypeScript scanner for the checks: source with its comments blanked out, its string and
 * template contents too where asked, and the module specifiers of a file. Positions and lines are kept.
 */

/**
 * @param {string} source
 * @param {{ strings?: boolean }} [options] `strings`: blank the contents of strings and templates as well
 */
export function blank(source, { strings = false } = {}) {
  return source.replace(tokens, (token) => {
    if (token.startsWith("//") || token.startsWith("/*")) return spaces(token);
    if (!strings || !quotes.has(token[0])) return token;
    return token[0] === "`" ? blankTemplate(token) : token[0] + spaces(token.slice(1, -1)) + token[0];
  });
}

const quotes = new Set(['"', "'", "`"]);

/** Comments, strings, templates (without nesting), and regular expressions where one can stand. */
const tokens =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\[\s\S]|\$\{(?:[^{}`]|`[^`]*`|\{[^{}]*\})*\}|[^`\\])*`|(?<=[=(,:[!&|?{};\n]\s*)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\//g;

/** Code within `${}` stays, since it runs. */
function blankTemplate(token) {
  return token.replace(/\$\{(?:[^{}`]|`[^`]*`|\{[^{}]*\})*\}|[\s\S]/g, (part) =>
    part.length > 1 ? part : part === "\n" ? "\n" : part === "`" ? "`" : " ",
  );
}

function spaces(text) {
  return text.replace(/[^\n]/g, " ");
}

/**
 * @typedef {{ specifier: string, typeOnly: boolean, dynamic: boolean, line: number }} Import
 * @param {string} source
 * @returns {Import[]}
 */
export function importsOf(source) {
  const code = blank(source);
  const bare = blank(source, { strings: true });
  const found = [];
  for (const match of code.matchAll(statements)) {
    // What only looks like an import stands inside a string, where the bare code has spaces.
    if (bare[match.index] !== code[match.index]) continue;
    const { type, clause, from, effect, dynamic } = match.groups;
    found.push({
      specifier: from ?? effect ?? dynamic,
      typeOnly: type !== undefined || isTypeClause(clause),
      dynamic: dynamic !== undefined,
      line: code.slice(0, match.index).split("\n").length,
    });
  }
  return found;
}

const statements =
  /\b(?:import|export)\s+(?<type>type\s+(?!from\b|,))?(?<clause>[\w$*{}\s,]*?)\s*\bfrom\s*["'](?<from>[^"'\n]+)["']|\bimport\s*["'](?<effect>[^"'\n]+)["']|\bimport\(\s*["'](?<dynamic>[^"'\n]+)["']/g;

/** `{ type A, type B }` is erased as a whole. */
function isTypeClause(clause) {
  const names = /^\{([^}]*)\}$/.exec(clause?.trim() ?? "")?.[1];
  if (names === undefined) return false;
  const listed = names.split(",").filter((name) => name.trim() !== "");
  return listed.length > 0 && listed.every((name) => name.trim().startsWith("type "));
}
