/** The instruction counts of bench/results/arm64.ndjson as a table: a row a case, a column a build. */
import { existsSync, readFileSync } from "node:fs";

interface Row {
  readonly id: string;
  readonly build: string;
  readonly value: number;
  readonly runtime: string;
  readonly commit: string;
  readonly date: string;
}

export function instructionTable(results: URL): string {
  if (!existsSync(results)) return "Not counted yet: `npm run bench -- --arm64`.\n";
  const rows = readFileSync(results, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Row);
  const { runtime, commit, date } = rows[0]!;
  const builds = [...new Set(rows.map(({ build }) => build))];
  const cases = [...new Set(rows.map(({ id }) => id))];
  const lines = cases.map((id) => [
    id.split("/").slice(0, 3).join("/"),
    ...builds.map((build) => {
      const row = rows.find((each) => each.id === id && each.build === build);
      return row === undefined ? "" : Math.round(row.value).toLocaleString("en-US");
    }),
  ]);
  const head = ["row", ...builds];
  const table = [head, head.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |\n`).join("");
  return `What a call executes on the calling thread, counted by a plugin of qemu's user emulation (arm64/count-instructions.c): ${runtime}, WebAssembly compiled by TurboFan from the start, the core's own SHA-256, commit ${commit}, ${date.slice(0, 10)}. No verdict: an instruction is not a time, and emulation tells nothing about caches or ports. ML-DSA-65 signing takes as many rounds as eight fixed keys happen to.\n\n${table}`;
}
