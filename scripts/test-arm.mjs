/**
 * The addon and the core on ARM: arm64 with Node 20 and 24, armv7 with the newest Node that npm has for it,
 * under qemu. Ends with `N passed, N failed, N skipped`. A runtime that cannot be fetched is one skipped
 * test that says why; what fails once it runs is a failure.
 *
 *   node scripts/test-arm.mjs [--only arm64-node24]
 */
import { parseArgs } from "node:util";
import { buildIfNeeded } from "./build.mjs";
import { layCable } from "./native/cable.mjs";
import { PlainScripts } from "./native/plain-scripts.mjs";
import { armCommand, armRuntimes } from "./native/qemu.mjs";

const { values } = parseArgs({ options: { only: { type: "string" } } });
await buildIfNeeded();
const cable = await layCable();
const scripts = new PlainScripts();
for (const name of Object.keys(armRuntimes)) {
  if (values.only !== undefined && values.only !== name) continue;
  try {
    const command = armCommand(name);
    scripts.run(name, command, "test/runtimes/native.mjs", cable?.ends);
    scripts.run(name, command, "test/runtimes/vectors.mjs");
    scripts.run(name, command, "test/runtimes/smoke.mjs");
  } catch (error) {
    scripts.skip(name, error.message);
  }
}
cable?.remove();
scripts.finish();
