/**
 * Whether the addons in native/prebuilds are those of the sources: every target is there, made from the
 * sources and lockfile as they are now, with the sums of SHA256SUMS, small, no younger than the C library
 * that is promised, and without a path of the machine that built it.
 *
 *   node scripts/check-native.mjs [--rebuild]
 *
 * --rebuild also builds the addon for this host from the sources (beside the package, where no loader looks) and
 * runs the addon's own tests against both, the prebuild and that one, and the tests above it against that one.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildForHost, hostBuild, hostBuildSources } from "./build-native.mjs";
import { repositoryFiles } from "./checks/repository-files.mjs";
import { layCable } from "./native/cable.mjs";
import { inspectAddon } from "./native/inspect.mjs";
import { readBuilds, sumsOfPrebuilds, sumsPath } from "./native/manifest.mjs";
import { sourcesHash } from "./native/sources.mjs";
import { cacheFolder, nativeFolder, prebuildsFolder, targets } from "./native/targets.mjs";
import { isMain, root, run } from "./run.mjs";

const rebuild = "npm run build:native -- --target";

/** @returns {{ faults: string[], notes: string[] }} one sentence each */
export function checkNative() {
  const sources = sourcesHash();
  const builds = readBuilds();
  const faults = [...versionFaults(), ...sumFaults(), ...staleHostBuild(sources)];
  const notes = [];
  for (const { name, file } of targets) {
    const path = join(prebuildsFolder, file);
    if (!existsSync(path)) {
      faults.push(`${name}: native/prebuilds/${file} is missing: ${rebuild} ${name}`);
      continue;
    }
    if (builds[name]?.sources !== sources)
      faults.push(`${name}: native/ has changed since its prebuild was made: ${rebuild} ${name}`);
    const { bytes, glibc, faults: inner } = inspectAddon(path);
    faults.push(...inner.map((fault) => `${name}: ${fault}`));
    notes.push(`${name}: ${bytes} bytes, newest symbol version GLIBC_${glibc}`);
  }
  return { faults, notes };
}

/** The loader takes an addon only of the package's own version. */
function* versionFaults() {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const crate = readFileSync(join(nativeFolder, "Cargo.toml"), "utf8").match(/^version = "([^"]+)"/m)?.[1];
  const loader = readFileSync(join(root, "bindings", "native", "addon.ts"), "utf8").match(
    /addonVersion = "([^"]+)"/,
  )?.[1];
  if (crate !== version) yield `native/Cargo.toml has version ${crate}, package.json ${version}`;
  if (loader !== version)
    yield `bindings/native/addon.ts wants version ${loader}, package.json is ${version}`;
}

function* sumFaults() {
  const written = existsSync(sumsPath) ? readFileSync(sumsPath, "utf8") : "";
  if (written !== sumsOfPrebuilds())
    yield "native/prebuilds/SHA256SUMS is not that of the files: build them again";
}

/** It is loaded before any prebuild, so an old one would be tested in place of what is written now. */
function* staleHostBuild(sources) {
  if (!existsSync(hostBuild)) return;
  const made = existsSync(hostBuildSources)
    ? readFileSync(hostBuildSources, "utf8").trim()
    : "unknown sources";
  if (made !== sources)
    yield "native/build/Release is older than native/: npm run build:native, or npm run clean";
}

/** Tests of the addon itself: those above it run against the prebuild in `npm test`. */
const ownTests = ["test/unit/native"];

/** Every test that loads the addon, by what it names. */
function nativeTests() {
  return repositoryFiles(root).filter(
    (path) =>
      path.endsWith(".test.ts") &&
      /waxwing\/native|bindings\/native/.test(readFileSync(join(root, path), "utf8")),
  );
}

/** @returns {Promise<boolean>} whether both addons pass */
async function testBoth() {
  const host = targets.find(({ file }) => file.startsWith(`${process.platform}-${process.arch}/`));
  if (host === undefined) throw new Error(`there is no prebuild for ${process.platform}-${process.arch}`);
  const built = buildForHost({ out: join(cacheFolder, "from-sources.node") });
  const prebuild = join(prebuildsFolder, host.file);
  const cable = await layCable();
  const passed = [
    { addon: prebuild, tests: ownTests },
    { addon: built, tests: nativeTests() },
  ]
    .map(({ addon, tests }) => {
      console.log(`\nagainst ${addon}`);
      const env = { WAXWING_NATIVE: addon };
      const plain = run(process.execPath, ["test/runtimes/native.mjs", ...(cable?.ends ?? [])], { env });
      return plain + run(process.execPath, ["scripts/test.mjs", ...tests], { env });
    })
    .every((status) => status === 0);
  cable?.remove();
  return passed;
}

if (isMain(import.meta.url)) {
  const { values } = parseArgs({ options: { rebuild: { type: "boolean", default: false } } });
  const { faults, notes } = checkNative();
  for (const line of [...notes, ...faults]) console.log(line);
  console.log(
    faults.length === 0
      ? "native: the prebuilds are those of the sources"
      : `native: ${faults.length} faults`,
  );
  const passed = faults.length === 0 && (!values.rebuild || (await testBoth()));
  process.exit(passed ? 0 : 1);
}
