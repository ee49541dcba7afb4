/**
 * The addon in every runtime of the matrix: this Node, Node 22, 24 and 26, and Deno with no more permissions
 * than docs/native.md asks for. Ends with `N passed, N failed, N skipped`.
 *
 *   node scripts/test-native.mjs
 */
import { buildIfNeeded } from "./build.mjs";
import { layCable } from "./native/cable.mjs";
import { PlainScripts } from "./native/plain-scripts.mjs";
import { runtimeProgram } from "./runtimes.mjs";

const script = "test/runtimes/native.mjs";

await buildIfNeeded();
const cable = await layCable();
const scripts = new PlainScripts();
scripts.run(`Node ${process.version}`, [process.execPath], script, cable?.ends);
for (const name of ["node22", "node24", "node26", "deno"]) {
  const runtime = runtimeProgram(name);
  const deno = ["run", "--no-lock", "--no-prompt", "--allow-ffi", "--allow-read"];
  if (runtime === undefined) scripts.skip(name, "the runtime does not install here");
  else scripts.run(name, [runtime.path, ...(name === "deno" ? deno : [])], script, cable?.ends);
}
cable?.remove();
scripts.finish();
