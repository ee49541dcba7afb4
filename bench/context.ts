/** What every row says about where it was measured: machine and commit. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, release, totalmem, type } from "node:os";

/** The machine file whose facts are those of this machine; a new one is written where results are. */
export function machineName(writesNew: boolean): string {
  const folder = new URL("./machines/", import.meta.url);
  const facts = {
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    os: `${type()} ${release().split("-")[0]}`,
  };
  mkdirSync(folder, { recursive: true });
  for (const file of readdirSync(folder)) {
    const known = JSON.parse(readFileSync(new URL(file, folder), "utf8"));
    if (Object.entries(facts).every(([name, value]) => known[name] === value))
      return file.replace(".json", "");
  }
  const name = `${facts.cpu}-${facts.cores}-cores`.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  if (writesNew) writeFileSync(new URL(`${name}.json`, folder), `${JSON.stringify(facts, null, 2)}\n`);
  return name;
}

export function commitName(): string {
  try {
    const git = (...args: string[]) => execFileSync("git", args, { encoding: "utf8" }).trim();
    // What the benches write does not change what they measure.
    const changed = git("status", "--porcelain", "--", ".", ":!bench", ":!README.md") !== "";
    return git("rev-parse", "--short", "HEAD") + (changed ? "+" : "");
  } catch {
    return "unknown";
  }
}
