/** The native addon, which build of it is loaded and why not another, and the serial ports it finds. */
import { isWaxwingError } from "../../base/index.js";
import { type NativeStatus, nativeStatus } from "../../native.js";
import type { Finding } from "../doctor.js";
import { type FoundPort, findPorts, linesOfPort } from "../ports/find-ports.js";

export function inspectAddon(): Finding {
  const status = nativeStatus();
  return { isHealthy: true, value: status, lines: ["native addon", ...linesOfAddon(status)] };
}

function linesOfAddon({ loaded, platform, napiVersion, runtimeNapiVersion, tried }: NativeStatus): string[] {
  const napi = `N-API ${napiVersion} of ${runtimeNapiVersion}`;
  return [
    loaded === undefined
      ? `  none for ${platform} (${napi}): serial ports and raw sockets cannot be used`
      : `  taken: ${loaded.source} ${loaded.version} for ${platform}, ${napi}: ${loaded.path}`,
    ...tried.map(({ path, outcome }) => `  not taken: ${path}: ${outcome}`),
  ];
}

export async function inspectPorts(): Promise<Finding> {
  const found = await portsOrReason();
  const lines =
    typeof found === "string" ? [found] : found.length === 0 ? ["none"] : found.flatMap(linesOfPort);
  return {
    isHealthy: true,
    value: typeof found === "string" ? [] : found,
    lines: ["serial ports", ...lines.map((line) => `  ${line}`)],
  };
}

async function portsOrReason(): Promise<FoundPort[] | string> {
  try {
    return await findPorts();
  } catch (error) {
    if (isWaxwingError(error, "native_unavailable") || isWaxwingError(error, "unsupported_platform"))
      return "not known without the native addon";
    throw error;
  }
}
