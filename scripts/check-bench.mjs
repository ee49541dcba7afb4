/** Fails when the tables of README.md and bench/README.md are not those that bench/results gives. */
import { join } from "node:path";
import { root, run } from "./run.mjs";

process.exit(run(process.execPath, ["--import", "tsx", join(root, "bench", "report.ts"), "--check"]));
