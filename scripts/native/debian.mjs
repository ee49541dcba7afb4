/**
 * Debian packages without root and without touching the system: indexes are fetched with the machine's own
 * sources and keys into a folder of ours, packages are unpacked and not installed. apt checks signatures
 * and hashes as always.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sha256 } from "./sources.mjs";
import { cacheFolder } from "./targets.mjs";

export function hasDebianTools() {
  return ["apt-get", "apt-cache", "dpkg"].every((tool) => spawnSync(tool, ["--version"]).status === 0);
}

export function hostArch() {
  return output("dpkg", ["--print-architecture"]).trim();
}

/**
 * Unpacks packages of `arch` into `prefix`. A version (`name=1.2`) may be given with the name.
 * @throws {Error} when the index or a package does not arrive whole
 */
export function unpackPackages(arch, names, prefix) {
  const index = updateIndex(arch);
  const downloads = join(cacheFolder, "debian", "packages", `${arch}-${sha256(names.join(" ")).slice(0, 8)}`);
  mkdirSync(downloads, { recursive: true });
  output("apt-get", [...index, "download", ...names], { cwd: downloads });
  unpackAll(downloads, prefix);
}

/** The version that the sources of this machine offer; undefined when they have no such package. */
export function candidateVersion(arch, name) {
  const policy = output("apt-cache", [...updateIndex(arch), "policy", name]);
  const version = policy.match(/Candidate: (\S+)/)?.[1];
  return version === "(none)" ? undefined : version;
}

/** Names of the packages that `name` depends on directly. */
export function dependencies(arch, name) {
  const text = output("apt-cache", [...updateIndex(arch), "depends", "--important", name]);
  return [...text.matchAll(/Depends: ([\w.+-]+)/g)].map(([, dependency]) => dependency);
}

/**
 * Mirrors sometimes carry a package of a port whose index they serve stale, which apt refuses. Then the
 * package is fetched from beside its sibling of another arch, and must have the hash that is written here.
 */
export async function unpackFromPool(sibling, arch, name, version, prefix) {
  const uris = output("apt-get", [...updateIndex(sibling), "download", "--print-uris", `${name}=${version}`]);
  const uri = uris.match(/'([^']+)'/)?.[1]?.replace(`_${sibling}.deb`, `_${arch}.deb`);
  if (uri === undefined) throw new Error(`apt names no address for ${name} ${version}`);
  const file = decodeURIComponent(uri.slice(uri.lastIndexOf("/") + 1));
  const expected = poolHashes[file];
  if (expected === undefined)
    throw new Error(
      `the index of ${arch} is broken at the mirror, and no hash of ${file} is known: try again later, or add it to poolHashes in scripts/native/debian.mjs after checking it`,
    );
  const response = await fetch(uri, { signal: AbortSignal.timeout(120_000) });
  if (!response.ok) throw new Error(`${uri}: HTTP ${response.status}`);
  const data = new Uint8Array(await response.arrayBuffer());
  if (sha256(data) !== expected) throw new Error(`${file} has the SHA-256 ${sha256(data)}, not ${expected}`);
  const downloads = join(cacheFolder, "debian", "packages", `${arch}-pool`);
  mkdirSync(downloads, { recursive: true });
  writeFileSync(join(downloads, file), data);
  unpackAll(downloads, prefix);
}

const poolHashes = {
  "libstd-rust-web-dev_1.96.0+dfsg1-1~deb12u2_armhf.deb":
    "b9f9dd1d03a903680f918cb2bba00a2a3d76558545d5e6a8061072ab461bb989",
};

function unpackAll(downloads, prefix) {
  mkdirSync(prefix, { recursive: true });
  for (const file of readdirSync(downloads).filter((name) => name.endsWith(".deb")))
    output("dpkg", ["--extract", join(downloads, file), prefix]);
}

const updated = new Map();

/** One index an arch: one that is broken at the mirror then does not take the others with it. */
function updateIndex(arch) {
  const known = updated.get(arch);
  if (known !== undefined) return known;
  const state = join(cacheFolder, "debian", "index", arch);
  mkdirSync(join(state, "lists", "partial"), { recursive: true });
  mkdirSync(join(state, "cache", "archives", "partial"), { recursive: true });
  if (!existsSync(join(state, "status"))) writeFileSync(join(state, "status"), "");
  const settings = {
    "Dir::State::lists": join(state, "lists"),
    "Dir::State::status": join(state, "status"),
    "Dir::Cache": join(state, "cache"),
    "APT::Architecture": arch,
    "APT::Architectures": arch,
    "Acquire::Languages": "none",
    "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled": "false",
    // Else apt, started by root, would drop to a user who may not write the folders above.
    "APT::Sandbox::User": "root",
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
  output("apt-get", [...options, "update"]);
  updated.set(arch, options);
  return options;
}

function output(command, args, options = {}) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: "utf8", ...options });
  if (status === 0) return stdout;
  throw new Error(`${command} ${args.at(-2)} ${args.at(-1)}: ${error?.message ?? stderr.trim()}`);
}
