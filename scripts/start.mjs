/**
 * `npm start`: installs what is missing, builds what is stale, and runs the demo federation.
 * Arguments after `--` go to `waxwing demo` (`--once`, `--json`, ...).
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { buildIfNeeded } from "./build.mjs";
import { installIfNeeded } from "./install.mjs";
import { checkNodeVersion, root } from "./run.mjs";

checkNodeVersion();
const args = process.argv.slice(2);
const quietStdout = args.includes("--json");
installIfNeeded({ quietStdout });
await buildIfNeeded({ quietStdout });

const child = spawn(process.execPath, [join(root, "dist", "cli", "main.js"), "demo", ...args], {
  cwd: root,
  stdio: "inherit",
});
// The terminal sends Ctrl-C to the whole group: the demo stops itself, and this process waits for it.
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
