/** Removes everything the build makes; leaves node_modules. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { root } from "./run.mjs";

for (const path of ["dist", ".cache", "bindings/wasm/generated", ".waxwing", "native/build"]) {
  rmSync(join(root, path), { recursive: true, force: true });
}
