/** What the checks read in a Markdown text: code blocks with the marker above them, links, headings, named paths. */

/**
 * A marker is a comment on the line above a block: `<!-- docs: no-run: needs a running node -->`, or
 * `<!-- docs: continues -->` for a block that goes on where the last one stopped.
 *
 * @typedef {{ language: string, code: string, line: number, skip?: string, continues: boolean }} Block
 * @param {string} text
 * @returns {Block[]}
 */
export function codeBlocks(text) {
  const lines = text.split("\n");
  const blocks = [];
  for (let index = 0; index < lines.length; index++) {
    const fence = /^(\s*)(`{3,})(\w*)\s*$/.exec(lines[index]);
    if (!fence) continue;
    const end = lines.findIndex((line, at) => at > index && line.trim() === fence[2]);
    const last = end < 0 ? lines.length : end;
    blocks.push({
      language: fence[3],
      code: lines
        .slice(index + 1, last)
        .map((line) => line.slice(fence[1].length))
        .join("\n"),
      line: index + 1,
      ...markerAbove(lines, index),
    });
    index = last;
  }
  return blocks;
}

function markerAbove(lines, index) {
  const above = lines.slice(0, index).findLast((line) => line.trim() !== "") ?? "";
  const marker = /<!-- docs: (no-run|continues)(?:: (.+?))? -->/.exec(above);
  return {
    continues: marker?.[1] === "continues",
    ...(marker?.[1] === "no-run" ? { skip: marker[2] ?? "" } : {}),
  };
}

/** The doc comments of a source file as Markdown on the same lines. @param {string} source */
export function docComments(source) {
  const lines = source.split("\n").map(() => "");
  for (const { 0: comment, index } of source.matchAll(/\/\*\*[\s\S]*?\*\//g)) {
    const first = source.slice(0, index).split("\n").length - 1;
    for (const [offset, line] of comment.split("\n").entries())
      lines[first + offset] = line.replace(/^\s*(\/\*\*|\*\/|\*) ?/, "").replace(/\*\/$/, "");
  }
  return lines.join("\n");
}

/** The text without its code blocks, line by line where it was. @param {string} text */
export function prose(text) {
  return text.replace(/^([ \t]*)(`{3,})[\s\S]*?^\1\2[ \t]*$/gm, (block) => block.replace(/[^\n]/g, ""));
}

/** @param {string} text @returns {{ target: string, line: number }[]} */
export function links(text) {
  return [...prose(text).matchAll(/(?<!\\)\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g)].map((match) => ({
    target: match[1],
    line: lineAt(text, match.index),
  }));
}

/** Paths of this repository in inline code, without patterns and placeholders. @param {string} text */
export function namedPaths(text) {
  const path = /`((?:\.ci|assembly|bench|bindings|docs|native|scripts|test|ts)\/[\w./-]+)`/g;
  return [...prose(text).matchAll(path)].map((match) => ({
    path: match[1],
    line: lineAt(text, match.index),
  }));
}

/** Anchors as GitHub makes them. @param {string} text @returns {Set<string>} */
export function anchors(text) {
  const headings = [...prose(text).matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)].map((match) =>
    match[1]
      .toLowerCase()
      .replace(/[`*]/g, "")
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replace(/\s/g, "-"),
  );
  return new Set(headings);
}

function lineAt(text, index) {
  return text.slice(0, index).split("\n").length;
}
