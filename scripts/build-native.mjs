/**
 * `npm run build:native`: the Rust addon.
 *
 *   npm run build:native                         for this host, with its own Rust and linker, into
 *                                                native/build/Release, which is loaded before any prebuild
 *   npm run build:native -- --target all         every prebuild of native/prebuilds, with SHA256SUMS and
 *                                                builds.json; or --target linux-arm64
 *   npm run build:native -- --target all --compare
 *                                                builds them elsewhere and says whether the bytes are the same
 *   npm run build:native -- --features test-hooks --out <file>
 *                                                for this host, with features of the crate, wherever it is wanted
 *
 * Prebuilds need a Debian or a rustc with the targets, and python3 with pip; see docs/native.md.
 */
import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { inspectAddon } from "./native/inspect.mjs";
import { readBuilds, writeManifest } from "./native/manifest.mjs";
import { sha256, sourcesHash } from "./native/sources.mjs";
import {
  cacheFolder,
  glibcFloor,
  hostBuildFolder,
  nativeFolder,
  prebuildsFolder,
  targets,
} from "./native/targets.mjs";
import { prepareToolchain } from "./native/toolchain.mjs";
import { isMain, root } from "./run.mjs";

/** What the loader finds, and beside it the hash of the sources that it was made from. */
export const hostBuild = join(hostBuildFolder, "waxwing.node");
export const hostBuildSources = join(hostBuildFolder, "SOURCES");

/** Builds for this machine with the Rust that is here. @returns {string} the addon */
export function buildForHost({ features, out = hostBuild } = {}) {
  const targetFolder = join(cacheFolder, "target", features === undefined ? "host" : "host-features");
  const args = ["build", "--release", "--locked", "--lib"];
  cargo(features === undefined ? args : [...args, "--features", features], {
    CARGO_TARGET_DIR: targetFolder,
  });
  const library = { darwin: "libwaxwing_native.dylib", win32: "waxwing_native.dll" }[process.platform];
  replaceFile(join(targetFolder, "release", library ?? "libwaxwing_native.so"), out);
  if (out === hostBuild) writeFileSync(hostBuildSources, `${sourcesHash()}\n`);
  return out;
}

/** Builds prebuilds of `names`. @returns {Promise<boolean>} whether all could be built, or are the same with `compare` */
export async function buildPrebuilds(names, { compare = false } = {}) {
  const wanted = targets.filter(({ name }) => names.includes(name));
  const toolchain = await prepareToolchain(wanted);
  // One hash for all: sources that change meanwhile make the prebuilds stale, as they should.
  const sources = sourcesHash();
  const built = {};
  let same = true;
  for (const target of wanted) {
    const library = buildTarget(target, toolchain);
    const { bytes, glibc, faults } = inspectAddon(library);
    console.log(`${target.name}: ${bytes} bytes, glibc ${glibc}, rustc ${toolchain.rustcVersion}`);
    if (faults.length > 0) throw new Error(`${target.name}: ${faults.join("; ")}`);
    if (compare) same = compareWithPrebuild(target, library, toolchain) && same;
    else replaceFile(library, join(prebuildsFolder, target.file));
    built[target.name] = {
      sources,
      rustc: toolchain.rustcVersion,
      zig: toolchain.zigVersion,
      glibc: glibcFloor,
    };
  }
  if (!compare) writeManifest(built);
  return same;
}

function buildTarget({ triple }, { rustcVersion, zigbuild, env }) {
  const targetFolder = join(cacheFolder, "target", `prebuild-${sha256(rustcVersion).slice(0, 8)}`);
  cargo(["fetch", "--locked", "--target", triple], env);
  const args = ["zigbuild", "--release", "--locked", "--lib", "--target", `${triple}.${glibcFloor}`];
  const status = spawnSync(zigbuild, args, {
    cwd: nativeFolder,
    stdio: ["ignore", "inherit", "inherit"],
    env: {
      ...process.env,
      ...env,
      CARGO_TARGET_DIR: targetFolder,
      CARGO_ENCODED_RUSTFLAGS: reproducibleFlags().join("\x1f"),
    },
  }).status;
  if (status !== 0) throw new Error(`cargo zigbuild for ${triple} failed`);
  return join(targetFolder, triple, "release", "libwaxwing_native.so");
}

/** The same bytes wherever they are built: panic messages name files, so folders of this machine are renamed. */
function reproducibleFlags() {
  const registry = join(process.env.CARGO_HOME ?? join(homedir(), ".cargo"), "registry", "src");
  const folders = existsSync(registry) ? readdirSync(registry).map((name) => join(registry, name)) : [];
  return [
    `--remap-path-prefix=${root}=waxwing`,
    ...folders.map((folder) => `--remap-path-prefix=${folder}=crates`),
    "-Clink-arg=-Wl,--build-id=none",
  ];
}

function compareWithPrebuild({ name, file }, library, toolchain) {
  const prebuild = join(prebuildsFolder, file);
  const same = existsSync(prebuild) && readFileSync(prebuild).equals(readFileSync(library));
  const { rustc, zig } = readBuilds()[name] ?? {};
  const otherTools = rustc !== toolchain.rustcVersion || zig !== toolchain.zigVersion;
  const reason = otherTools ? `; it was made by rustc ${rustc} and zig ${zig}` : "";
  console.log(`${name}: ${same ? "the same bytes as" : `not the bytes of`} ${file}${same ? "" : reason}`);
  return same;
}

function cargo(args, env) {
  const { status, error } = spawnSync("cargo", args, {
    cwd: nativeFolder,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, ...env },
  });
  if (error?.code === "ENOENT")
    throw new Error("cargo is not on PATH: install Rust with rustup, or `apt-get install cargo-web`");
  if (status !== 0) throw new Error(`cargo ${args[0]} failed`);
}

/** A running process has the old file mapped: it is replaced, not written over. */
function replaceFile(source, destination) {
  mkdirSync(dirname(destination), { recursive: true });
  rmSync(destination, { force: true });
  copyFileSync(source, destination);
}

if (isMain(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      target: { type: "string" },
      compare: { type: "boolean", default: false },
      features: { type: "string" },
      out: { type: "string" },
    },
  });
  const names = targets.map(({ name }) => name);
  if (values.target !== undefined && ![...names, "all"].includes(values.target)) {
    console.error(`--target is one of ${[...names, "all"].join(", ")}`);
    process.exit(2);
  }
  try {
    if (values.target === undefined) {
      const { features, out } = values;
      console.log(buildForHost({ features, out: out === undefined ? undefined : resolve(out) }));
    } else {
      const chosen = values.target === "all" ? names : [values.target];
      if (!(await buildPrebuilds(chosen, { compare: values.compare }))) process.exit(1);
    }
  } catch (error) {
    console.error(`build:native: ${error.message}`);
    process.exit(1);
  }
}
