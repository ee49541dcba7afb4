/** The verify pool: batches of hybrid items of known signers, by one thread and by two, taking turns. */
import type { Engine, VerifyItem } from "waxwing/core";
import { SeededRandom } from "waxwing/testing";
import { createVerifyPool } from "#dist/engine/index.js";
import type { Measured } from "../case.js";
import { ratioByRound } from "../measure.js";

const signers = 16;
const batchItems = 512;
const rounds = 41;

export async function measurePool(engine: Engine, quick: boolean): Promise<Measured[]> {
  const items = hybridItems(engine);
  const pools = [1, 2].map((workers) => ({
    name: `pool-${workers}`,
    pool: createVerifyPool({ engine, workers }),
    samples: [] as number[],
  }));
  try {
    for (const { pool } of pools) {
      await pool.warmUp();
      for (let i = 0; i < (quick ? 1 : 5); i++) await pool.verifyBatch(items);
    }
    for (let round = 0; round < (quick ? 1 : rounds); round++) {
      for (const { name, pool, samples } of pools) {
        const startMs = performance.now();
        const verdicts = await pool.verifyBatch(items);
        samples.push((1000 * items.length) / (performance.now() - startMs));
        if (!verdicts.every((verdict) => verdict === 1))
          throw new Error(`${name}: a good signature was refused`);
      }
    }
  } finally {
    for (const { pool } of pools) await pool.close();
  }
  const [one, two] = pools as [(typeof pools)[0], (typeof pools)[0]];
  const row = { id: `flow/verify-pool/${batchItems}`, unit: "operations/s" } as const;
  return [
    { ...row, engine: "waxwing", samples: two.samples },
    { ...row, engine: "one-worker", samples: one.samples, ratio: ratioByRound(two.samples, one.samples) },
  ];
}

export function hybridItems(engine: Engine): VerifyItem[] {
  const random = new SeededRandom("bench/pool");
  const keys = Array.from({ length: signers }, () => {
    const seed = random.bytes(32);
    return {
      seed,
      classic: engine.ed25519.publicKey(seed),
      lattice: engine.mlDsa65.keygen(random.bytes(32)),
    };
  });
  return Array.from({ length: batchItems }, (_, index) => {
    const { seed, classic, lattice } = keys[index % signers]!;
    const message = random.bytes(300);
    const ed25519 = engine.ed25519.sign(message, seed);
    const bound = new Uint8Array([...message, ...ed25519]);
    return {
      algorithm: "hybrid",
      message,
      signatures: { ed25519, mlDsa65: engine.mlDsa65.sign(bound, lattice.secretKey, { random: false }) },
      publicKeys: { ed25519: classic, mlDsa65: lattice.publicKey },
    };
  });
}
