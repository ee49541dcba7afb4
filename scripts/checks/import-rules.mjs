/**
 * Who may import whom: the table of the design, as data. A layer is a folder of ts/ (or a top-level folder).
 *
 * `may`: the layers it may import, itself included always. `pure`: nothing of the runtime — no clock, timer,
 * randomness, process, Buffer — since all that comes in as an argument or through the Host. `builtins` and
 * `packages`: Node's modules and npm's; a list names the only packages allowed.
 */

const planes = ["replication", "relay", "facts", "messages", "devices"];

export const layers = {
  base: { may: [], pure: true },
  contracts: { may: ["base"], pure: true, typesOnly: true },
  records: { may: ["base", "contracts"], pure: true },
  reconcile: { may: ["base", "contracts", "records"], pure: true },
  framing: { may: ["base", "contracts", "records", "reconcile"], pure: true },
  engine: { may: ["base", "contracts", "bindings"], packages: true },
  store: { may: ["base", "contracts", "bindings"], packages: true, builtins: true },
  transport: { may: ["base", "contracts", "bindings", "framing"], packages: true, pure: true },
  trust: { may: ["base", "contracts", "records"], pure: true },
  ...Object.fromEntries(
    planes.map((plane) => [
      plane,
      {
        may: ["base", "contracts", "records", "trust", "reconcile", "framing"],
        pure: true,
        ownBindings: plane,
      },
    ]),
  ),
  testing: { may: ["base", "contracts", "records", "reconcile", "framing"] },
  node: { may: "all", packages: true, builtins: true },
  cli: { may: "all", packages: true, builtins: true },
  // The public entries at the top of ts/: they only gather what folders export.
  entry: { may: "all" },
  bindings: { may: ["base", "contracts"], packages: true, builtins: true },
  assembly: { may: [] },
};

/** Layers whose files everybody names one by one: they are vocabulary and have no inside. */
export const openLayers = new Set(["base", "contracts", "bindings"]);

/** Files that stay pure wherever they are, with everything that they reach: `session.ts`, `<what>-session.ts`, `wire.ts`. */
export const pureFile = /(^|\/)(([a-z]+-)?session|wire)\.ts$/;

/** What a pure file of a plane may reach besides its own folder. */
export const pureReach = new Set(["base", "contracts", "records", "reconcile", "framing"]);

/** Public entries that reach neither Node's modules nor a package by any import. */
export const portableEntries = [
  "ts/core.ts",
  "ts/records/index.ts",
  "ts/reconcile/index.ts",
  "ts/framing/index.ts",
];

/** Where tests and benches may name files inside the package. */
export const innerTests = /^(test\/(unit|fuzz|constant-time)|bench\/micro)\//;

/**
 * What pure code gets through its Host instead, and how it shows in code without comments and strings.
 * Members (`.process`) and keys (`process:`) are not meant; `Date.parse` and `Date.UTC` read no clock.
 */
export const runtimeUses = Object.fromEntries([
  ...[
    "Math.random",
    "setTimeout",
    "setInterval",
    "setImmediate",
    "process",
    "Buffer",
    "Deno",
    "Bun",
    "performance",
    "WebSocket",
  ].map((name) => [name, new RegExp(`(?<![.\\w$#])${name.replace(".", "\\.")}\\b(?!\\s*\\??:)`, "g")]),
  ["Date", /(?<![.\w$#])Date\b(?!\.(?:parse|UTC)\b)(?!\s*\??:)/g],
  // A call; a method of that name is a definition.
  ["fetch", /(?:(?<=\b(?:await|return)\s+)|(?<=[=(,>]\s*))fetch\(/g],
]);

/** @param {string} path @returns {string | undefined} */
export function layerOf(path) {
  const [top, second, ...rest] = path.split("/");
  if (top === "assembly" || top === "bindings") return top;
  if (top !== "ts") return undefined;
  return rest.length === 0 ? "entry" : second;
}
