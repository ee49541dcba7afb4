/** Where and when a node would run: the data directory and the space below it, and the clock. */
import { access, constants, stat, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import type { Host } from "../../contracts/index.js";
import { type Config, dataDirectory } from "../../node/index.js";
import type { Finding } from "../doctor.js";

/** A store of a few records takes this much; less is as good as full. */
const freeBytesMin = 16 * 1024 * 1024;

export async function inspectDataDirectory(config: Config): Promise<Finding> {
  const { root } = dataDirectory(config.dataDirectory);
  const existing = await nearestExisting(root);
  const { bavail, bsize } = await statfs(existing);
  const freeBytes = bavail * bsize;
  const problem = await problemOf(existing, freeBytes);
  const exists = existing === root;
  return {
    isHealthy: problem === undefined,
    value: { path: root, exists, freeBytes, ...(problem === undefined ? {} : { problem }) },
    lines: [
      "data directory",
      `  ${root}: ${exists ? "there" : "not there yet"}, ${(freeBytes / 1024 ** 3).toFixed(1)} GiB free`,
      ...(problem === undefined ? [] : [`  MISSING: ${problem}`]),
    ],
  };
}

async function problemOf(existing: string, freeBytes: number): Promise<string | undefined> {
  if (!(await stat(existing)).isDirectory()) return `${existing} is not a directory`;
  if (!(await may(existing, constants.W_OK | constants.X_OK)))
    return `this user may not write in ${existing}`;
  return freeBytes < freeBytesMin ? "no space left" : undefined;
}

async function nearestExisting(path: string): Promise<string> {
  for (let place = path; ; place = dirname(place))
    if ((await may(place, constants.F_OK)) || place === dirname(place)) return place;
}

async function may(path: string, mode: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}

export function inspectClock(host: Pick<Host, "clock">): Finding {
  const { ms, synchronised } = host.clock.wallClock();
  const now = new Date(ms).toISOString();
  const text = synchronised ? "synchronised" : "NOT synchronised: rules that need the time wait";
  return { isHealthy: true, value: { now, synchronised }, lines: ["clock", `  ${now}, ${text}`] };
}
