/**
 * Puts `waxwing/core` into one file: dist/core.js. Each module of an ES module graph costs a fresh process
 * half a millisecond to a whole one, and the core has some twenty. The WASM builds stay files of their own,
 * since only the one that is chosen is ever loaded. Classes that others test for are branded (ts/base/errors.ts).
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { root } from "./run.mjs";

const dist = join(root, "dist");

export async function bundleCore() {
  await build({
    // The source, since what tsc made of it is overwritten here; what it imports is taken as tsc made it.
    stdin: {
      contents: readFileSync(join(root, "ts", "core.ts"), "utf8"),
      loader: "ts",
      resolveDir: dist,
      sourcefile: "core.ts",
    },
    outfile: join(dist, "core.js"),
    bundle: true,
    format: "esm",
    target: "es2022",
    platform: "neutral",
    sourcemap: "linked",
    // A third less to read at each start; names stay, for the traces of errors.
    minifyWhitespace: true,
    minifySyntax: true,
    logLevel: "warning",
    plugins: [{ name: "builds stay apart", setup: leaveBuildsApart }],
  });
}

function leaveBuildsApart({ onResolve }) {
  onResolve({ filter: /\/generated\/core\.\w+\.js$/ }, ({ path }) => ({
    path: path.replace(/^.*\/generated\//, "./bindings/wasm/generated/"),
    external: true,
  }));
}
