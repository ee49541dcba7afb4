/** bench/results/links.ndjson as a table: a row a wire and frame size, the contenders under each other. */
import { existsSync, readFileSync } from "node:fs";

interface Row {
  readonly id: string;
  readonly engine: string;
  readonly value?: number;
  readonly spread?: number;
  readonly absent?: string;
  readonly runtime: string;
  readonly commit: string;
  readonly date: string;
}

export function linkTable(results: URL): string {
  if (!existsSync(results)) return "Not measured yet: `npm run bench -- --links`.\n";
  const rows = readFileSync(results, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Row);
  const { runtime, commit, date } = rows[0]!;
  const value = (wire: string, metric: string, size: string, engine: string) =>
    rows.find(({ id }) => id === `${wire}/${metric}/${size}/${engine}`)?.value;
  const lines = rows
    .filter(({ id, absent }) => id.split("/")[1] === "frames" && absent === undefined)
    .map(({ id, engine, value: frames = 0, spread = 0 }) => {
      const [wire, , size] = id.split("/") as [string, string, string];
      const number = (metric: string, at: string) => value(wire, metric, at, engine);
      return [
        `${wire}, ${Number(size).toLocaleString("en-US")} B`,
        engine,
        `${Math.round(frames).toLocaleString("en-US")} ± ${(100 * spread).toFixed(0)} %`,
        ((frames * Number(size)) / 1e6).toFixed(1),
        microseconds(number("cpu", size)),
        microseconds(number("latency-p50", "64")),
        microseconds(number("latency-p99", "64")),
        mebibytes(number("stalled", size)),
      ];
    });
  const head = [
    "wire, frame",
    "contender",
    "frames/s",
    "MB/s",
    "CPU µs a frame",
    "p50 µs",
    "p99 µs",
    "stalled",
  ];
  const table = [head, head.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |\n`).join("");
  const missing = rows
    .filter(({ absent }) => absent !== undefined)
    .map(({ id, engine, absent }) => `- absent: ${engine} (${id.split("/")[0]}): ${absent}\n`);
  return `Both ends in one process, ${runtime}, commit ${commit}, ${date.slice(0, 10)}: 32 frames under way, round trips of 64 B one at a time, and how far the process grows while a writer pushes two seconds against a reader that does not read. \`waxwing\` over TCP and \`waxwing-link\` are links, which encrypt, acknowledge and repeat; every other \`waxwing\` is the addon alone. \`node-tls\` encrypts with the links' cipher; the other contenders carry bytes in the clear, and datagrams may drop on the way: what arrives is counted.\n\n${table}${missing.length > 0 ? `\n${missing.join("")}` : ""}`;
}

function microseconds(ms: number | undefined): string {
  return ms === undefined ? "" : (1000 * ms).toLocaleString("en-US", { maximumSignificantDigits: 3 });
}

function mebibytes(bytes: number | undefined): string {
  return bytes === undefined ? "" : `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
