/** JSON bytes → canonical bytes → SHA-256, numbers, and the difference of two sets of ids. */
import { createHash } from "node:crypto";
import { SeededRandom } from "waxwing/testing";
import { type Bench, type Case, turns } from "../case.js";
import { canonicalText, idWords, mergeDiff } from "./strong-js.js";

const decoder = new TextDecoder();
const encoder = new TextEncoder();

export function jsonCases(bench: Bench): Case[] {
  const random = new SeededRandom("bench/json");
  const documents = (make: () => unknown, count = turns) =>
    Array.from({ length: count }, () => encoder.encode(JSON.stringify(make())));
  const canonical = documents(() => smallRecord(random)).map((json) =>
    encoder.encode(canonicalText(JSON.parse(decoder.decode(json)))),
  );
  return [
    hashCase(
      bench,
      "json/envelope-hash/550",
      documents(() => smallRecord(random)),
    ),
    hashCase(bench, "json/envelope-hash-canonical/550", canonical),
    hashCase(
      bench,
      "json/envelope-hash/8k",
      documents(() => signedRecord(random)),
    ),
    hashCase(
      bench,
      "json/envelope-hash/1m",
      documents(() => listOfRecords(random), 2),
    ),
    numberCase(
      bench,
      documents(() => doubles(random)),
    ),
  ];
}

function hashCase({ core, peers }: Bench, id: string, inputs: Uint8Array[]): Case {
  const viaText = (canonicalize: (value: unknown) => string) => (turn: number) =>
    createHash("sha256")
      .update(canonicalize(JSON.parse(decoder.decode(inputs[turn % inputs.length]))))
      .digest();
  return {
    id,
    contenders: {
      waxwing: (turn) => core.envelopeHash(inputs[turn % inputs.length]!),
      ...(peers.canonicalize && { canonicalize: viaText(peers.canonicalize) }),
      "strong-js": viaText(canonicalText),
    },
  };
}

function numberCase({ core, peers }: Bench, inputs: Uint8Array[]): Case {
  const viaText = (stringify: (value: unknown) => string) => (turn: number) =>
    encoder.encode(stringify(JSON.parse(decoder.decode(inputs[turn]))));
  return {
    id: "json/doubles/1000",
    contenders: {
      waxwing: (turn) => core.canonicalize(inputs[turn]!),
      "json-parse-stringify": viaText(JSON.stringify),
      ...(peers.canonicalize && { canonicalize: viaText(peers.canonicalize) }),
    },
  };
}

const base64 = (random: SeededRandom, length: number) => Buffer.from(random.bytes(length)).toString("base64");

/** About 550 B, its members in the order of the wire and not sorted. */
function smallRecord(random: SeededRandom) {
  return {
    edge_schema_version: "v2_0_0",
    signing_key_id: `node-${random.uint32()}`,
    destination_key_id: `node-${random.uint32()}`,
    message_type: "OpaqueEvent",
    sent_at: "2026-01-01T00:00:00Z",
    nonce: [...random.bytes(16)],
    body: { kind: "scores", score: random.fraction(), weights: [1, 2.5, 0.125], note: "né — 😀" },
    signature: base64(random, 64),
    cohort_scope: null,
    more: base64(random, 60),
  };
}

function signedRecord(random: SeededRandom) {
  return { ...smallRecord(random), signature_pqc: base64(random, 3309), attachment: base64(random, 2300) };
}

function listOfRecords(random: SeededRandom) {
  return Array.from({ length: 1000 }, () => ({ ...smallRecord(random), detail: base64(random, 330) }));
}

function doubles(random: SeededRandom): number[] {
  return Array.from({ length: 1000 }, () => random.fraction() * 10 ** random.integer(-3, 3));
}

export function setCases({ core, quick }: Bench): Case[] {
  const sizes = { "10k": 10_000, "100k": 100_000, ...(quick ? {} : { "1m": 1_000_000 }) };
  return Object.entries(sizes).map(([name, count]) => {
    const ids = sortedIds(new SeededRandom(`bench/set/${count}`), count);
    const [local, remote] = [without(ids, 0), without(ids, 100)];
    const flat = [local, remote].map((bytes) => ({ bytes, words: idWords(bytes) }));
    return {
      id: `set/diff/${name}`,
      contenders: {
        waxwing: () => core.diff(local, remote),
        "strong-js": () => mergeDiff(flat[0]!, flat[1]!),
      },
      comparable: (output) => {
        const { missing, extra } = output as { missing: Uint8Array; extra: Uint8Array };
        return [missing, extra].map((found) => Buffer.from(found).toString("hex"));
      },
    };
  });
}

/** Ascending 32-byte ids: a counter spread over the first four bytes, random bytes behind. */
export function sortedIds(random: SeededRandom, count: number): Uint8Array {
  const ids = random.bytes(32 * count);
  const view = new DataView(ids.buffer);
  const step = Math.floor(2 ** 32 / count);
  for (let i = 0; i < count; i++) view.setUint32(32 * i, i * step + random.integer(0, step - 1));
  return ids;
}

/** One id in two hundred left out: two such sets are one in a hundred apart. */
export function without(ids: Uint8Array, rest: number): Uint8Array {
  const count = ids.length / 32;
  const left = new Uint8Array(32 * (count - Math.ceil((count - rest) / 200)));
  for (let i = 0, to = 0; i < count; i++) {
    if (i % 200 === rest) continue;
    left.set(ids.subarray(32 * i, 32 * i + 32), to);
    to += 32;
  }
  return left;
}
