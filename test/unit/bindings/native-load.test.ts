/**
 * Loading of the addon: which one is taken, and what is said where none is. Each case is a package of its own
 * in a process of its own, since the first call decides for the life of a process.
 */
import { spawnSync } from "node:child_process";
import { copyFileSync, cpSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import test from "ava";
import type { NativeStatus } from "waxwing/native";
import { temporaryFolder } from "../../support/temporary.js";

const repository = fileURLToPath(new URL("../../..", import.meta.url));
const tuple = `${process.platform}-${process.arch}`;
const prebuild = join("native", "prebuilds", tuple, "waxwing.napi.glibc.node");
const hostBuild = join("native", "build", "Release", "waxwing.node");
const hasPrebuild = existsSync(join(repository, prebuild));
const loading = hasPrebuild ? test : test.skip;
const note = hasPrebuild ? "" : " (needs a prebuild of this platform)";

interface Outcome {
  readonly status: NativeStatus;
  readonly code: string | null;
  readonly message: string | null;
}

/** The built loader in a package that has these files beside it; `null` is the real addon. */
function packageWith(files: Record<string, string | null>): string {
  const folder = temporaryFolder();
  for (const part of ["base", "bindings/native", "native.js"])
    cpSync(join(repository, "dist", part), join(folder, "dist", part), { recursive: true });
  cpSync(join(repository, "node_modules/node-gyp-build"), join(folder, "node_modules/node-gyp-build"), {
    recursive: true,
    dereference: true,
  });
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    if (text === null) copyFileSync(join(repository, prebuild), join(folder, path));
    else writeFileSync(join(folder, path), text);
  }
  return folder;
}

function load(folder: string, env: Record<string, string> = {}, nodeArguments: string[] = []): Outcome {
  const script = `
    const { loadNative, nativeStatus } = await import("./dist/native.js");
    let failure;
    try { loadNative().version(); } catch (error) { failure = error; }
    const { code = null, message = null } = failure ?? {};
    console.log(JSON.stringify({ status: nativeStatus(), code, message }));`;
  writeFileSync(join(folder, "load.mjs"), script);
  const { status, stdout, stderr } = spawnSync(process.execPath, [...nodeArguments, "load.mjs"], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, NODE_OPTIONS: "", WAXWING_NATIVE: "", ...env },
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

loading(`the prebuild of this platform is taken${note}`, (t) => {
  const folder = packageWith({ [prebuild]: null });
  const { status, code } = load(folder);
  t.is(code, null);
  t.deepEqual(status.loaded, { path: join(folder, prebuild), source: "prebuild", version: "0.1.0" });
  t.deepEqual(status.tried, []);
  t.is(status.platform, tuple);
});

loading(`an addon that was built on this host comes before the prebuild${note}`, (t) => {
  const folder = packageWith({ [prebuild]: null, [hostBuild]: null });
  const { loaded } = load(folder).status;
  t.like(loaded, { path: join(folder, hostBuild), source: "host-build" });
});

loading(`a host build that does not load is passed over, with the reason${note}`, (t) => {
  const folder = packageWith({ [prebuild]: null, [hostBuild]: "not an addon" });
  const { loaded, tried } = load(folder).status;
  t.like(loaded, { path: join(folder, prebuild), source: "prebuild" });
  t.is(tried.length, 1);
  t.is(tried[0]!.path, join(folder, hostBuild));
  t.regex(tried[0]!.outcome, /too short|invalid ELF/);
});

loading(`WAXWING_NATIVE names the addon to take${note}`, (t) => {
  const folder = packageWith({ [prebuild]: null, "mine.node": null });
  const { loaded } = load(folder, { WAXWING_NATIVE: join(folder, "mine.node") }).status;
  t.like(loaded, { path: join(folder, "mine.node"), source: "override" });
});

loading(`an addon that WAXWING_NATIVE names is taken or nothing is${note}`, (t) => {
  const folder = packageWith({ [prebuild]: null });
  const { status, code, message } = load(folder, { WAXWING_NATIVE: join(folder, "gone.node") });
  t.is(status.loaded, undefined);
  t.is(code, "native_unavailable");
  t.true(
    message!.includes(`${join(folder, "gone.node")}: named by WAXWING_NATIVE: Cannot find module`),
    message!,
  );
});

test("where no addon is, the message says what was looked for, and importing does no harm", (t) => {
  const { status, code, message } = load(packageWith({}));
  t.is(code, "native_unavailable");
  t.true(message!.startsWith(`no native addon for ${tuple}: `), message!);
  t.regex(message!, /node-gyp-build: No native build was found/);
  t.is(status.loaded, undefined);
  t.true(status.tried.length > 0);
});

test("an addon of another version is not taken", (t) => {
  const folder = packageWith({ "other.cjs": 'exports.version = () => "9.9.9";', "older.cjs": "" });
  const name = (file: string) =>
    load(folder, { WAXWING_NATIVE: join(folder, file) }).status.tried[0]?.outcome;
  t.is(name("other.cjs"), "is version 9.9.9, and this package needs 0.1.0");
  t.is(name("older.cjs"), "is version unknown, and this package needs 0.1.0");
});

test("a runtime with an older N-API is told so before anything is loaded", (t) => {
  const folder = packageWith({ "addon.cjs": "process.exit(7);" });
  const old = join(folder, "old.cjs");
  writeFileSync(old, 'Object.defineProperty(process.versions, "napi", { value: "7" });');
  const env = { WAXWING_NATIVE: join(folder, "addon.cjs"), NODE_OPTIONS: `--require=${old}` };
  const { status, code } = load(folder, env);
  t.is(code, "native_unavailable");
  t.is(status.runtimeNapiVersion, 7);
  t.is(status.tried[0]?.outcome, "needs N-API 8, and this runtime has 7");
});

loading(`where Node may not load addons, that is the reason, and nothing throws${note}`, (t) => {
  const folder = packageWith({ [prebuild]: null });
  const flag = process.allowedNodeEnvironmentFlags.has("--permission")
    ? "--permission"
    : "--experimental-permission";
  const { status, code } = load(folder, {}, [flag, `--allow-fs-read=${folder}`]);
  t.is(code, "native_unavailable");
  t.regex(status.tried.at(-1)!.outcome, /loading addons is disabled/);
});
