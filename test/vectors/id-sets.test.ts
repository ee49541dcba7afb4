/** Heads, fingerprints and coded symbols of sets, as another program computes them from docs/protocol.md. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import test from "ava";
import { idSetMakers } from "../support/id-sets.js";
import { ownVectors, readJson } from "../support/vectors.js";

interface Vector {
  readonly ids: "hashed" | "counted";
  readonly count: number;
  readonly head: string;
  readonly fingerprint: string;
  readonly fingerprintFromThird: string;
  readonly firstSymbols: string;
  readonly symbols2048: string;
}

const { sets } = readJson<{ sets: Vector[] }>(join(ownVectors, "id-sets.json"));
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const sha256 = (data: string | Uint8Array) => createHash("sha256").update(data).digest();

function idOf(ids: Vector["ids"], number: number): Uint8Array {
  if (ids === "hashed") return sha256(String(number));
  const id = Buffer.alloc(32);
  id.writeUInt32BE(number, 28);
  return id;
}

for (const { name, make } of idSetMakers)
  for (const vector of sets) {
    const { ids, count } = vector;
    test(`${name}: ${count} ${ids} ids have the head, fingerprints and symbols of the vectors`, async (t) => {
      const set = (await make({ capacity: 5000 })).create();
      set.insert(Buffer.concat(Array.from({ length: count }, (_, number) => idOf(ids, number))));
      t.is(hex(set.head()), vector.head);
      t.is(hex(set.fingerprint(0, count)), vector.fingerprint);
      t.is(hex(set.fingerprint(Math.floor(count / 3), count)), vector.fingerprintFromThird);
      t.is(hex(set.symbols(0, 4)), vector.firstSymbols);
      t.is(hex(sha256(set.symbols(0, 2048))), vector.symbols2048);
    });
  }
