/**
 * Loads the Rust addon at its first use, and says why where it does not load: nothing else of Waxwing needs
 * it, so a missing addon is a `native_unavailable` of whoever wanted a device, and never a failed import.
 */
import { createRequire } from "node:module";
import { WaxwingError } from "#base/errors.js";
import { addonNapiVersion, addonVersion, type NativeAddon } from "./addon.js";
import { type Candidate, locateAddon, overrideName, platformName } from "./locate.js";
import type { NativeStatus } from "./status.js";

export { addonNapiVersion, type NativeAddon };

const require = createRequire(import.meta.url);

interface Loading {
  readonly addon: NativeAddon | undefined;
  readonly status: NativeStatus;
}

let loading: Loading | undefined;

/**
 * The addon. The first call decides for the life of the process.
 * @throws {WaxwingError} `native_unavailable`, with what was tried in its message and `detail.tried`
 */
export function loadNative(): NativeAddon {
  const { addon, status } = (loading ??= tryAll());
  if (addon !== undefined) return addon;
  const tried = status.tried.map(({ path, outcome }) => `${path}: ${outcome}`).join("; ");
  throw new WaxwingError("native_unavailable", `no native addon for ${status.platform}: ${tried}`, {
    detail: { platform: status.platform, tried },
  });
}

/** What is loaded or why nothing is; tries to load if nobody has yet. Never throws. */
export function nativeStatus(): NativeStatus {
  return (loading ??= tryAll()).status;
}

function tryAll(): Loading {
  const { candidates, notes } = locateAddon();
  const tried = notes.map((note) => ({ path: platformName(), outcome: note }));
  const common = {
    platform: platformName(),
    napiVersion: addonNapiVersion,
    runtimeNapiVersion: Number(process.versions.napi ?? 0),
  };
  for (const candidate of candidates) {
    const found = tryOne(candidate);
    if (typeof found !== "string")
      return {
        addon: found,
        status: { ...common, loaded: { ...candidate, version: found.version() }, tried },
      };
    tried.push({ path: candidate.path, outcome: found });
  }
  return { addon: undefined, status: { ...common, loaded: undefined, tried } };
}

/** The addon, or why it is not taken. */
function tryOne({ path, source }: Candidate): NativeAddon | string {
  const runtimeVersion = Number(process.versions.napi ?? 0);
  if (runtimeVersion < addonNapiVersion)
    return `needs N-API ${addonNapiVersion}, and this runtime has ${runtimeVersion}`;
  try {
    const addon = require(path) as Partial<NativeAddon>;
    const version = addon.version?.();
    if (version === addonVersion) return addon as NativeAddon;
    return `is version ${version ?? "unknown"}, and this package needs ${addonVersion}`;
  } catch (error) {
    const reason = String((error as Error).message).split("\n")[0];
    return source === "override" ? `named by ${overrideName}: ${reason}` : `${reason}`;
  }
}
