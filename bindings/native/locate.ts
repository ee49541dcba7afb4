/**
 * Where an addon for this process may lie, best first. The layout is node-gyp-build's: `native/build/Release`
 * for one that was built here, `native/prebuilds/<platform>-<arch>` for those that ship.
 *
 * Node asks node-gyp-build. Deno would have to be granted the environment and `/etc/alpine-release` for it,
 * so there the fixed paths are tried, which need `--allow-read` of this package and `--allow-ffi` alone.
 */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export interface Candidate {
  readonly path: string;
  readonly source: "override" | "host-build" | "prebuild";
}

/** The environment variable that names an addon; then no other is tried. */
export const overrideName = "WAXWING_NATIVE";

const require = createRequire(import.meta.url);
/** From dist/bindings/native. */
export const nativeFolder: string = fileURLToPath(new URL("../../../native", import.meta.url));

/** `notes`: why something was not considered, for whoever finds nothing. */
export function locateAddon(): { candidates: Candidate[]; notes: string[] } {
  const override = overridePath();
  if (override !== undefined) return { candidates: [{ path: override, source: "override" }], notes: [] };
  const notes: string[] = [];
  const paths = [isDeno() ? undefined : askNodeGypBuild(notes), ...fixedPaths(notes)];
  const unique = new Set(paths.filter((path) => path !== undefined));
  return { candidates: [...unique].map((path) => ({ path, source: sourceOf(path) })), notes };
}

/** `linux-arm64`, as folders of prebuilds are called. */
export function platformName(): string {
  return `${process.platform}-${process.arch}`;
}

function askNodeGypBuild(notes: string[]): string | undefined {
  try {
    return (require("node-gyp-build") as { resolve(folder: string): string }).resolve(nativeFolder);
  } catch (error) {
    notes.push(`node-gyp-build: ${String((error as Error).message).split("\n")[0]}`);
    return undefined;
  }
}

function fixedPaths(notes: string[]): string[] {
  const hostBuild = join(nativeFolder, "build", "Release", "waxwing.node");
  const paths = exists(hostBuild) ? [hostBuild] : [];
  const file = prebuildFile();
  if (file === undefined)
    notes.push(`no prebuild is made for ${platformName()}${isMusl() ? " with musl" : ""}`);
  else paths.push(join(nativeFolder, "prebuilds", platformName(), file));
  return paths;
}

/** What scripts/native/targets.mjs builds. */
function prebuildFile(): string | undefined {
  if (process.platform !== "linux" || isMusl()) return undefined;
  if (process.arch === "x64" || process.arch === "arm64") return "waxwing.napi.glibc.node";
  const { arm_version } = process.config.variables as { arm_version?: string };
  return process.arch === "arm" && Number(arm_version) >= 7 ? "waxwing.napi.armv7.glibc.node" : undefined;
}

/** Deno has no builds for musl. */
function isMusl(): boolean {
  return !isDeno() && exists("/etc/alpine-release");
}

/** What may not be looked at is not there: under Node's permission model the question alone throws. */
function exists(path: string): boolean {
  try {
    return existsSync(path);
  } catch {
    return false;
  }
}

function sourceOf(path: string): Candidate["source"] {
  return path.includes(join("native", "build")) ? "host-build" : "prebuild";
}

/** Reading an environment that was not granted makes Deno ask or throw. */
function overridePath(): string | undefined {
  const deno = (globalThis as { Deno?: DenoPermissions }).Deno;
  const readable =
    deno === undefined ||
    deno.permissions.querySync({ name: "env", variable: overrideName }).state === "granted";
  return (readable && process.env[overrideName]) || undefined;
}

interface DenoPermissions {
  readonly permissions: { querySync(wanted: { name: "env"; variable: string }): { readonly state: string } };
}

function isDeno(): boolean {
  return "Deno" in globalThis;
}
