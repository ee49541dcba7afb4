/** bench/results/memory.ndjson as a table: what a process occupies early, late, and whether that is growth. */
import { existsSync, readFileSync } from "node:fs";
import { memoryGrowthMax } from "./targets.js";

interface Row {
  readonly id: string;
  readonly value: number;
  readonly runtime: string;
  readonly build: string;
  readonly commit: string;
  readonly date: string;
}

export function memoryTable(results: URL): string {
  if (!existsSync(results)) return "Not measured yet: `npm run bench -- --memory`.\n";
  const rows = readFileSync(results, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Row);
  const { id, runtime, build, commit, date } = rows[0]!;
  const verifications = Number(id.split("/")[2]).toLocaleString("en-US");
  const value = (name: string) => rows.find((row) => row.id.startsWith(`memory/${name}/`))!.value;
  const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
  const kibibytes = (bytes: number) => `${(bytes / 1024).toFixed(1)} KiB`;
  const lines = Object.entries(memoryGrowthMax).map(([kind, most]) => {
    const grown = value(`${kind}-growth`);
    return [
      kind,
      mebibytes(value(`${kind}-start`)),
      mebibytes(value(`${kind}-end`)),
      kibibytes(grown),
      `${grown <= most ? "met" : "**missed**"}: ≤ ${kibibytes(most)}`,
    ];
  });
  const head = ["memory", "after a fortieth", "at the end", "growth", "verdict"];
  const table = [head, head.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |\n`).join("");
  return `${verifications} verifications in one process under known and new keys, the key cache full from the start and evicting (${mebibytes(value("key-cache-end"))} at the end), read after collections: ${runtime}, ${build}, commit ${commit}, ${date.slice(0, 10)}. Growth is the lowest reading of the last quarter over the lowest of the second.\n\n${table}`;
}
