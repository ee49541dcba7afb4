/**
 * qemu's user emulation with a plugin, for an ARM Node: the dynamic build of Debian, since the static one loads no
 * plugins. Package, libraries and the compiled plugin lie in .cache; nothing is installed.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dependencies, hasDebianTools, hostArch, unpackPackages } from "./debian.mjs";
import { armCommand } from "./qemu.mjs";
import { cacheFolder } from "./targets.mjs";

/**
 * The command that starts an arm64 runtime under a plugin, to be followed by a script, and the runtime's version.
 * @param {string} name of a runtime in qemu.mjs
 * @param {string} pluginSource a C file
 * @returns {{ command: string[], version: string }}
 * @throws {Error} when something of it can neither be found nor fetched
 */
export function countingCommand(name, pluginSource) {
  const [, ...options] = armCommand(name);
  const { program, libraries } = pluggableQemu();
  const plugin = compilePlugin(pluginSource);
  // `env` sets what qemu alone needs: the guest's loader would follow it too, hence -U.
  const command = [
    "env",
    `LD_LIBRARY_PATH=${libraries}`,
    program,
    "-plugin",
    plugin,
    "-U",
    "LD_LIBRARY_PATH",
    ...options,
  ];
  const tried = spawnSync(command[0], [...command.slice(1), "--version"], {
    encoding: "utf8",
    timeout: 120_000,
  });
  if (tried.status !== 0)
    throw new Error(`${name} does not start under qemu with a plugin: ${tried.stderr.trim()}`);
  return { command, version: tried.stdout.trim() };
}

function pluggableQemu() {
  const folder = join(cacheFolder, "debian", "qemu-user");
  const stamp = join(folder, ".unpacked");
  if (!existsSync(stamp)) {
    if (!hasDebianTools()) throw new Error("qemu is fetched with apt, which is not here");
    const host = hostArch();
    // Of its libraries, those that a machine with a C compiler may lack.
    const libraries = dependencies(host, "qemu-user").filter((each) => /capstone|uring|numa|glib/.test(each));
    unpackPackages(host, ["qemu-user", ...libraries], folder);
    writeFileSync(stamp, "");
  }
  const triple = spawnSync("cc", ["-print-multiarch"], { encoding: "utf8" }).stdout?.trim() ?? "";
  return {
    program: join(folder, "usr", "bin", "qemu-aarch64"),
    libraries: join(folder, "usr", "lib", triple),
  };
}

function compilePlugin(source) {
  const folder = join(cacheFolder, "plugins");
  mkdirSync(folder, { recursive: true });
  const plugin = join(folder, "count-instructions.so");
  const compiled = spawnSync("cc", ["-O2", "-Wall", "-Wextra", "-shared", "-fPIC", "-o", plugin, source], {
    encoding: "utf8",
  });
  if (compiled.error) throw new Error("the plugin needs a C compiler, `cc`, which is not here");
  if (compiled.status !== 0) throw new Error(`the plugin does not compile: ${compiled.stderr}`);
  return plugin;
}
