/** Hashes and set difference: every build against node:crypto and the reference engine on any bytes. */
import { createHash } from "node:crypto";
import type { Engine } from "waxwing/core";
import { createReferenceEngine } from "#dist/engine/index.js";
import { allCores } from "../../support/engines.js";
import { nodeSha256 } from "../../support/node-crypto.js";
import { demand, type FuzzTarget } from "../target.js";

/** With the core's own SHA-256, and with the runtime's from some size on. */
const cores = [...(await allCores({ cacheBytes: 0 })), ...(await allCores({ sha256: { afterBytes: 0 } }))];
const reference = createReferenceEngine();
const same = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;
const pattern = (length: number) => Uint8Array.from({ length }, (_, i) => i * 7);

const fixed = [
  ["sha256", "sha256"],
  ["sha512", "sha512"],
  ["sha3_256", "sha3-256"],
  ["sha3_512", "sha3-512"],
] as const;
const extendable = ["shake128", "shake256"] as const;

function demandHashes(core: Engine, input: Uint8Array): void {
  const { engine } = core.features;
  for (const [ours, theirs] of fixed)
    demand(same(core[ours](input), createHash(theirs).update(input).digest()), `${ours} (${engine})`);
  const outputLength = 1 + (input.length % 400);
  for (const name of extendable) {
    const expected = createHash(name, { outputLength }).update(input).digest();
    demand(same(core[name](input, outputLength), expected), `${name} (${engine})`);
  }
}

/** Each byte is the length of the message behind it, so that lanes get unequal ones. */
function messagesOf(input: Uint8Array): Uint8Array[] {
  const messages: Uint8Array[] = [];
  for (let at = 0; at < input.length; at += 1 + input[at]!)
    messages.push(input.slice(at + 1, at + 1 + input[at]!));
  return messages;
}

const sides = ["both", "local", "remote", "in turns"] as const;

/**
 * Two sets made of runs of ids, 4 bytes a run: whose it is ‖ how long ‖ the place where its ids differ ‖ what fills
 * the rest. So sets share blocks, have gaps, and differ in early and late words.
 */
function setsOf(input: Uint8Array): [Uint8Array, Uint8Array] {
  const [local, remote] = [new Set<string>(), new Set<string>()];
  for (let at = 0; at + 4 <= Math.min(input.length, 256); at += 4) {
    const side = sides[input[at]! % 4]!;
    const [length, place, fill] = [1 + (input[at + 1]! % 40), input[at + 2]! % 31, input[at + 3]!];
    for (let i = 0; i < length; i++) {
      const id = Buffer.alloc(32, fill);
      id.writeUInt16BE(at * 64 + i, place);
      if (side !== "remote" && (side !== "in turns" || i % 2 === 0)) local.add(id.toString("hex"));
      if (side !== "local" && (side !== "in turns" || i % 2 === 1)) remote.add(id.toString("hex"));
    }
  }
  const sorted = (ids: Set<string>) => new Uint8Array(Buffer.from([...ids].sort().join(""), "hex"));
  return [sorted(local), sorted(remote)];
}

function answer({ diff }: Engine, local: Uint8Array, remote: Uint8Array): string {
  const { missing, extra } = diff(local, remote);
  return `${Buffer.from(missing).toString("hex")}/${Buffer.from(extra).toString("hex")}`;
}

class Empty extends Error {}

export const hashTargets: readonly FuzzTarget[] = [
  {
    name: "sha256, sha512, sha3, shake: any bytes",
    // Where blocks, padding and rates begin and end.
    seeds: [0, 1, 55, 56, 64, 72, 111, 112, 128, 136, 168, 1000, 9000].map(pattern),
    run(input) {
      if (input.length === 0) throw new Empty();
      for (const core of cores) demandHashes(core, input);
    },
    refusals: (error) => error instanceof Empty,
  },
  {
    name: "sha256Batch: messages by length",
    seeds: [
      Uint8Array.from({ length: 2000 }, (_, i) => (i % 61) * 4),
      new Uint8Array(40),
      Uint8Array.from({ length: 650 }, () => 64),
    ],
    run(input) {
      const messages = messagesOf(input);
      if (messages.length === 0) throw new Empty();
      const expected = messages.map(nodeSha256);
      for (const core of cores) {
        const found = core.sha256Batch(messages);
        demand(
          found.length === expected.length && found.every((hash, i) => same(hash, expected[i]!)),
          `hashes agree (${core.features.engine})`,
        );
      }
    },
    refusals: (error) => error instanceof Empty,
  },
  {
    name: "diff: two sets by runs",
    seeds: [
      Uint8Array.of(0, 39, 0, 0, 3, 39, 0, 0, 0, 5, 30, 9),
      Uint8Array.of(1, 20, 8, 1, 2, 20, 8, 1, 3, 7, 15, 255, 0, 39, 16, 7),
    ],
    run(input) {
      const [local, remote] = setsOf(input);
      if (local.length + remote.length === 0) throw new Empty();
      const expected = answer(reference, local, remote);
      for (const core of cores)
        demand(answer(core, local, remote) === expected, `differences agree (${core.features.engine})`);
    },
    refusals: (error) => error instanceof Empty,
  },
  {
    name: "diff: any bytes",
    seeds: [new Uint8Array(65), Uint8Array.from({ length: 129 }, (_, i) => i)],
    tokens: [new Uint8Array(32), new Uint8Array(32).fill(255)],
    run(input) {
      const cut = 32 * (input[0] ?? 0);
      const [local, remote] = [input.slice(1, 1 + cut), input.slice(1 + cut)];
      const outcomes = [reference, ...cores].map((engine) => {
        try {
          return answer(engine, local, remote);
        } catch (error) {
          if (error instanceof RangeError) return error;
          throw error;
        }
      });
      const [first] = outcomes;
      for (const outcome of outcomes)
        demand(
          typeof outcome === typeof first && (typeof first !== "string" || outcome === first),
          "engines agree",
        );
      if (typeof first !== "string") throw first;
    },
    refusals: (error) => error instanceof RangeError,
  },
];
