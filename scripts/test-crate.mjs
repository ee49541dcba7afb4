/**
 * The tests of the Rust crate: its unit tests, the same under AddressSanitizer and its lock-free parts under
 * miri where a nightly toolchain has them, and, from Node, an addon that breaks on request (test-hooks). Ends
 * with `N passed, N failed, N skipped`; what is not installed here counts as skipped and says what it needs.
 *
 *   node scripts/test-crate.mjs [--quick]        --quick leaves out AddressSanitizer and miri
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildForHost } from "./build-native.mjs";
import { cacheFolder, nativeFolder } from "./native/targets.mjs";
import { root } from "./run.mjs";

const { values } = parseArgs({ options: { quick: { type: "boolean", default: false } } });
const total = { passed: 0, failed: 0, skipped: 0 };

/** Runs cargo's tests and adds up what they say; a run that ends without a verdict is a failure. */
function cargoTest(title, args, env = {}) {
  console.log(`\n${title}`);
  const { stdout, status, error } = spawnSync("cargo", args, {
    cwd: nativeFolder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    maxBuffer: 64 * 1024 * 1024,
    env: {
      ...process.env,
      ...env,
      CARGO_TARGET_DIR: join(cacheFolder, "target", env.RUSTFLAGS ? "asan" : "test"),
    },
  });
  if (error) throw error;
  const counts = /test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored/.exec(stdout);
  const [passed = 0, failed = 0, ignored = 0] = counts?.slice(1).map(Number) ?? [];
  total.passed += passed;
  total.skipped += ignored;
  // Sanitizers speak after the tests have passed.
  total.failed += status !== 0 && failed === 0 ? 1 : failed;
  if (status !== 0) console.log(stdout);
  console.log(`${passed} passed, ${failed} failed, ${ignored} ignored, exit code ${status}`);
}

function skip(what, needs) {
  console.log(`\n${what}: skipped, needs ${needs}`);
  total.skipped += 1;
}

const has = (...command) => spawnSync(command[0], command.slice(1), { stdio: "ignore" }).status === 0;

if (!has("cargo", "--version")) {
  skip("the crate", "cargo: https://rustup.rs");
} else {
  cargoTest("unit tests", ["test", "--locked", "--lib"]);
  if (!values.quick) sanitized();
  withHooks();
}
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed > 0 ? 1 : 0);

function sanitized() {
  const host = spawnSync("rustc", ["-vV"], { encoding: "utf8" }).stdout?.match(/^host: (.+)$/m)?.[1];
  if (host?.includes("linux") && has("cargo", "+nightly", "--version"))
    cargoTest("AddressSanitizer", ["+nightly", "test", "--locked", "--lib", "--target", host], {
      RUSTFLAGS: "-Zsanitizer=address",
    });
  else skip("AddressSanitizer", "Linux and a nightly toolchain: rustup toolchain install nightly");
  // miri knows neither ptys nor poll; what is left is where bytes cross threads without a lock or are cast.
  const parts = ["ring::", "doorbell::", "requests::", "guard::", "raw::address::", "raw::batch::"];
  if (has("cargo", "+nightly", "miri", "--version"))
    cargoTest("miri", ["+nightly", "miri", "test", "--locked", "--lib", "--", ...parts], {
      MIRIFLAGS: "-Zmiri-disable-isolation",
    });
  else skip("miri", "rustup component add miri rust-src --toolchain nightly");
}

function withHooks() {
  console.log("\nfaults and modem lines, from Node");
  const addon = buildForHost({ features: "test-hooks", out: join(cacheFolder, "test-hooks.node") });
  const { stdout, stderr, status, error } = spawnSync(
    process.execPath,
    ["scripts/test.mjs", "test/unit/native/serial-hooks.test.ts"],
    { cwd: root, encoding: "utf8", env: { ...process.env, WAXWING_NATIVE_HOOKS: addon } },
  );
  if (error) throw error;
  console.log(stdout);
  // Rust reports the panics that are asked for too; a reader of a log would look there for what failed.
  if (status !== 0) console.log(stderr);
  if (status === 0) total.passed += 1;
  else total.failed += 1;
}
