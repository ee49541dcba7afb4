/** What a built addon is asked before it ships. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { inspectAddon } from "../../../scripts/native/inspect.mjs";
import { temporaryFolder } from "../../support/temporary.js";

/** A file with these strings between zeros, as a string table has them. */
function addonWith(...strings: string[]): string {
  const path = join(temporaryFolder(), "addon.node");
  writeFileSync(path, `\0${strings.join("\0")}\0`, "latin1");
  return path;
}

test("inspectAddon() reads the newest version of glibc that is asked for, neighbours included", (t) => {
  const { glibc, faults } = inspectAddon(addonWith("GLIBC_2.9", "GLIBC_2.14", "GLIBC_2.3.4", "GLIBC_2.2.5"));
  t.is(glibc, "2.14");
  t.deepEqual(faults, []);
});

test("inspectAddon() takes the promised version and refuses the next", (t) => {
  t.deepEqual(inspectAddon(addonWith("GLIBC_2.17")).faults, []);
  t.deepEqual(inspectAddon(addonWith("GLIBC_2.18")).faults, ["needs glibc 2.18, not 2.17"]);
  t.deepEqual(inspectAddon(addonWith("GLIBC_3.0")).faults, ["needs glibc 3.0, not 2.17"]);
  t.deepEqual(inspectAddon(addonWith("nothing")).faults, ["names no version of glibc"]);
});

test("inspectAddon() refuses a file that tells where it was built, and one that is too large", (t) => {
  const home = ["", "home", "somebody", ".cargo"].join("/");
  t.regex(inspectAddon(addonWith("GLIBC_2.4", `${home}/x.rs`)).faults.join(), /holds paths of the machine/);
  t.deepEqual(inspectAddon(addonWith("GLIBC_2.4", "crates/napi-3.16.1/src/error.rs")).faults, []);
  const [fault] = inspectAddon(addonWith("GLIBC_2.4", "x".repeat(1_200_000))).faults;
  t.is(fault, "1200012 bytes, at most 1200000 ship");
});
