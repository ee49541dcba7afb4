/**
 * What builds an addon for another machine than this one, or for an older C library: a rustc with the
 * standard library of every target, and zig as the linker, which knows the symbols of every glibc. Both lie
 * in .cache/native; nothing is installed and no root is needed.
 *
 * rustc is Debian's `rustc-web`, the only packaged one that is new enough in a stable release and whose
 * standard library is there for ARM. Where there is no apt, the rustc of PATH serves if it has the targets
 * (`rustup target add …`). zig and cargo-zigbuild come from PyPI.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  candidateVersion,
  dependencies,
  hasDebianTools,
  hostArch,
  unpackFromPool,
  unpackPackages,
} from "./debian.mjs";
import { cacheFolder } from "./targets.mjs";

/** Pinned: the linker decides about bytes. */
const zigVersion = "0.17.1";
const zigbuildVersion = "0.24.0";

/**
 * @param {readonly import("./targets.mjs").Target[]} wanted
 * @returns {Promise<{ rustc: string, rustcVersion: string, zigVersion: string, zigbuild: string, env: Record<string, string> }>}
 */
export async function prepareToolchain(wanted) {
  requireCargo();
  const rustc = hasDebianTools() ? await debianRustc(wanted) : rustcOfPath(wanted);
  const zig = installZig();
  return {
    rustc,
    rustcVersion: output(rustc, ["--version"])
      .trim()
      .replace(/^rustc /, ""),
    zigVersion,
    zigbuild: zig.zigbuild,
    env: { RUSTC: rustc, CARGO_ZIGBUILD_ZIG_PATH: zig.program },
  };
}

function requireCargo() {
  if (spawnSync("cargo", ["--version"]).status === 0) return;
  throw new Error("cargo is not on PATH: install Rust with rustup, or `apt-get install cargo-web`");
}

async function debianRustc(wanted) {
  const folder = join(cacheFolder, "debian", "rust");
  const stamp = join(folder, ".unpacked");
  const have = existsSync(stamp) ? JSON.parse(readFileSync(stamp, "utf8")) : { arches: [] };
  const host = hostArch();
  const missing = [host, ...wanted.map(({ debianArch }) => debianArch)].filter(
    (arch, index, all) => !have.arches.includes(arch) && all.indexOf(arch) === index,
  );
  if (missing.length > 0) {
    if (have.arches.length === 0) rmSync(folder, { recursive: true, force: true });
    have.version ??= candidateVersion(host, "rustc-web");
    if (have.version === undefined) return rustcOfPath(wanted);
    for (const arch of missing) {
      console.error(`unpacking Rust ${have.version} for ${arch}`);
      if (arch === host) unpackCompiler(host, have.version, folder);
      else await unpackLibrary(host, arch, have.version, folder);
      have.arches.push(arch);
      writeFileSync(stamp, JSON.stringify(have));
    }
  }
  return rustcWrapper(folder);
}

/** The compiler, its library and the LLVM it wants; what else it links is in any Debian with a C compiler. */
function unpackCompiler(host, version, folder) {
  const [library] = dependencies(host, "libstd-rust-web-dev");
  const llvm = dependencies(host, library).find((name) => name.startsWith("libllvm"));
  const ofVersion = ["rustc-web", "libstd-rust-web-dev", library].map((name) => `${name}=${version}`);
  unpackPackages(host, llvm === undefined ? ofVersion : [...ofVersion, llvm], folder);
}

async function unpackLibrary(host, arch, version, folder) {
  const name = "libstd-rust-web-dev";
  try {
    unpackPackages(arch, [`${name}=${version}`], folder);
  } catch (error) {
    console.error(`apt cannot provide ${name} for ${arch}, trying the pool: ${firstLine(error)}`);
    await unpackFromPool(host, arch, name, version, folder);
  }
}

/** rustc finds its sysroot by where it lies; only its libraries have to be named. */
function rustcWrapper(folder) {
  const libraries = join(folder, "usr", "lib", gnuTriple());
  const wrapper = join(folder, "rustc");
  const text = `#!/bin/sh\nLD_LIBRARY_PATH='${libraries}' exec '${join(folder, "usr", "bin", "rustc")}' "$@"\n`;
  writeFileSync(wrapper, text);
  chmodSync(wrapper, 0o755);
  const { status, stderr } = spawnSync(wrapper, ["--version"], { encoding: "utf8" });
  if (status !== 0)
    throw new Error(
      `the unpacked rustc does not run: ${stderr.trim()}\n(apt-get install libxml2 libz3-4 libedit2 libzstd1)`,
    );
  return wrapper;
}

function gnuTriple() {
  const names = { x64: "x86_64-linux-gnu", arm64: "aarch64-linux-gnu", arm: "arm-linux-gnueabihf" };
  return names[process.arch];
}

function rustcOfPath(wanted) {
  const lacking = wanted.filter(({ triple }) => {
    const { status, stdout } = spawnSync("rustc", ["--print", "target-libdir", "--target", triple], {
      encoding: "utf8",
    });
    return status !== 0 || !existsSync(stdout.trim());
  });
  if (lacking.length === 0) return "rustc";
  throw new Error(
    `rustc has no standard library for ${lacking.map(({ name }) => name).join(", ")}, and there is no Debian package of it here: rustup target add ${lacking.map(({ triple }) => triple).join(" ")}`,
  );
}

function installZig() {
  const folder = join(cacheFolder, `zig-${zigVersion}-${zigbuildVersion}`);
  const found = { program: join(folder, "ziglang", "zig"), zigbuild: join(folder, "bin", "cargo-zigbuild") };
  if (existsSync(found.program) && existsSync(found.zigbuild)) return found;
  console.error(`fetching zig ${zigVersion} and cargo-zigbuild ${zigbuildVersion}`);
  mkdirSync(folder, { recursive: true });
  const specs = [`ziglang==${zigVersion}`, `cargo-zigbuild==${zigbuildVersion}`];
  const args = ["-m", "pip", "install", "--quiet", "--no-deps", "--no-compile", "--target", folder, ...specs];
  try {
    output("python3", args);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw new Error(`zig does not install from PyPI (it needs python3 and pip): ${firstLine(error)}`);
  }
  return found;
}

function firstLine(error) {
  return String(error.message).split("\n")[0];
}

function output(command, args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: "utf8" });
  if (status === 0) return stdout;
  throw new Error(`${command} ${args.join(" ")}: ${error?.message ?? stderr.trim()}`);
}
