/**
 * `npm run bench`: installs and builds what is missing, then runs bench/run.ts with the given arguments
 * (`--quick`, `--only <text>`, `--out <file>`).
 */
import { join } from "node:path";
import { buildIfNeeded } from "./build.mjs";
import { installIfNeeded } from "./install.mjs";
import { checkNodeVersion, root, run } from "./run.mjs";

checkNodeVersion();
installIfNeeded();
await buildIfNeeded();
process.exit(
  run(process.execPath, ["--import", "tsx", join(root, "bench", "run.ts"), ...process.argv.slice(2)]),
);
