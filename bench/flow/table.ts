/** bench/results/flow.ndjson as tables: targets and verdicts, growth with size, and what else was measured. */
import { existsSync, readFileSync } from "node:fs";
import { type FlowTarget, type FlowUnit, flowTargets, growthNote } from "./targets.js";

interface Row {
  readonly id: string;
  readonly engine: string;
  readonly value?: number;
  readonly unit?: FlowUnit;
  readonly spread?: number;
  readonly samples?: number;
  readonly absent?: string;
  readonly runtime: string;
  readonly commit: string;
  readonly date: string;
}

export function flowTable(results: URL): string {
  if (!existsSync(results)) return "Not measured yet: `npm run bench -- --flow`.\n";
  const rows = readFileSync(results, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Row);
  const find = (id: string, engine = "waxwing") => rows.find((row) => row.id === `${id}/${engine}`);
  const commits = [...new Set(rows.map(({ commit }) => commit))].join(", ");
  const { runtime, date } = rows.at(-1)!;
  return [
    `Nodes in processes of their own on loopback HTTP, LMDB stores, ${runtime}, commit ${commits}, ${date.slice(0, 10)}: medians of runs that take turns, equal stores proven each time. \`npm run bench -- --flow\` measures again. Processor time is a whole process's, threads and kernel included; memory is anonymous and resident, since pages of the store's map are the kernel's to take back. \`crpl-v1\` is the reference's protocol between the same nodes: its initiator is told to open one round after the other. The legacy path over 1 M is one run, since it takes minutes.\n`,
    verdicts(find),
    missed(find),
    "### Growth with the size of the stores, 1,000 records apart\n",
    growth(find),
    `${growthNote}\n`,
    "### What was measured\n",
    table(
      ["row", "engine", "median", "spread", "runs"],
      rows.map(({ id, engine, value, unit, spread = 0, samples, absent }) => [
        id.split("/").slice(0, 3).join("/"),
        engine,
        absent === undefined ? amount(value!, unit!) : `absent: ${absent}`,
        absent === undefined ? `± ${(100 * spread).toFixed(1)} %` : "",
        String(samples ?? ""),
      ]),
    ),
  ].join("\n");
}

type Find = (id: string, engine?: string) => Row | undefined;

function verdicts(find: Find): string {
  return table(
    ["figure", "target", "Waxwing", "crpl-v1"],
    flowTargets.map((target) => {
      const value = find(target.row)?.value;
      const legacy = find(target.row, "crpl-v1");
      return [
        target.title,
        wanted(target),
        value === undefined
          ? "not measured"
          : `${holds(target, value) ? "met" : "**missed**"}: ${amount(value, target.unit)}`,
        legacy?.value === undefined ? (legacy?.absent ?? "") : amount(legacy.value, target.unit),
      ];
    }),
  );
}

function missed(find: Find): string {
  const lines = flowTargets
    .filter((target) => {
      const value = find(target.row)?.value;
      return value !== undefined && !holds(target, value);
    })
    .map(({ title, why }) => `- ${title}: ${why}.\n`);
  return lines.length === 0 ? "" : `Why the missed are missed:\n\n${lines.join("")}`;
}

const growthColumns: readonly (readonly [title: string, operation: string])[] = [
  ["until equal", "differ-time"],
  ["CPU, busier side", "differ-cpu"],
  ["rounds", "differ-rounds"],
  ["bytes a difference", "differ-bytes"],
  ["memory", "differ-memory"],
  ["first round, CPU", "differ-first"],
  ["equal: bytes a cadence", "equal-bytes"],
  ["equal: ms a cadence", "equal-time"],
];

function growth(find: Find): string {
  const lines = ["10k", "100k", "1m"].flatMap((size) =>
    ["waxwing", "crpl-v1"].map((engine) => [
      size,
      engine,
      ...growthColumns.map(([, operation]) => {
        const row = find(`flow/${operation}/${size}`, engine);
        if (row?.absent !== undefined) return row.absent;
        return row?.value === undefined ? "" : amount(row.value, row.unit!);
      }),
    ]),
  );
  return table(["records", "engine", ...growthColumns.map(([title]) => title)], lines);
}

function wanted({ atLeast, atMost, unit }: FlowTarget): string {
  return atMost === undefined ? `≥ ${amount(atLeast!, unit)}` : `≤ ${amount(atMost, unit)}`;
}

function holds({ atLeast = -Infinity, atMost = Infinity }: FlowTarget, value: number): boolean {
  return value >= atLeast && value <= atMost;
}

function table(head: readonly string[], lines: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |\n`).join("");
}

function amount(value: number, unit: FlowUnit): string {
  switch (unit) {
    case "bytes":
      if (value < 1000) return `${Math.round(value)} B`;
      return value < 1e6 ? `${(value / 1000).toFixed(1)} kB` : `${(value / 1e6).toFixed(1)} MB`;
    case "ms":
      return value < 10 ? `${value.toFixed(2)} ms` : `${grouped(value)} ms`;
    case "share of a core":
      return `${(100 * value).toFixed(1)} %`;
    case "operations/s":
      return `${grouped(value)}/s`;
    default:
      return grouped(value);
  }
}

function grouped(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}
