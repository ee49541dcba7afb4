/** What a built addon needs of the machine it runs on, and whether it tells of the machine that made it. */
import { readFileSync } from "node:fs";
import { glibcFloor, prebuildBytesMax } from "./targets.mjs";

/** Paths that only exist where somebody builds; a prebuild names crates by their own paths. */
const machinePath = /\/(?:home|root|Users|work|tmp|var)\/[\w.-]+/g;

/**
 * @param {string} path
 * @returns {{ bytes: number, glibc: string, faults: string[] }} `glibc`: the newest symbol version asked for
 */
export function inspectAddon(path) {
  const data = readFileSync(path);
  const text = data.toString("latin1");
  const glibc = newest(
    [...text.matchAll(/(?<=\0)GLIBC_(\d+(?:\.\d+)+)(?=\0)/g)].map(([, version]) => version),
  );
  const faults = [];
  if (data.length > prebuildBytesMax) faults.push(`${data.length} bytes, at most ${prebuildBytesMax} ship`);
  if (glibc === undefined) faults.push("names no version of glibc");
  else if (compareVersions(glibc, glibcFloor) > 0) faults.push(`needs glibc ${glibc}, not ${glibcFloor}`);
  const paths = new Set(text.match(machinePath));
  if (paths.size > 0) faults.push(`holds paths of the machine that built it: ${[...paths].join(", ")}`);
  return { bytes: data.length, glibc: glibc ?? "unknown", faults };
}

function newest(versions) {
  return versions.sort(compareVersions).at(-1);
}

function compareVersions(a, b) {
  const [left, right] = [a, b].map((version) => version.split(".").map(Number));
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
