/**
 * Signing and honest keys: every build makes the reference's keys and signatures and accepts them on every path, and
 * where the runtime's own crypto has the algorithm, each side says what the other says of any signature.
 */
import { createHash } from "node:crypto";
import type { Engine, VerifyItem } from "waxwing/core";
import { createReferenceEngine } from "#dist/engine/index.js";
import { allCores } from "../../support/engines.js";
import { type NodeSigner, nodeEd25519, nodeMlDsa65 } from "../../support/node-crypto.js";
import { singleVerdict } from "../../support/verify-items.js";
import { demand, type FuzzTarget } from "../target.js";

const engines = [...(await allCores()), ...(await allCores({ cacheBytes: 0 }))];
const reference = createReferenceEngine();
const signatureBytes = { ed25519: 64, "ml-dsa-65": 3309 } as const;

/** A verdict of no, told to the rig as a refusal: it wants to see both kinds of input. */
class NotValid extends Error {}
const refusals = (error: unknown) => error instanceof NotValid;

const same = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;

/** Twice alone, then in a batch beside itself: on a core with a cache the key gets known on the way, if it can. */
export function everyPathSays(engine: Engine, valid: boolean, item: VerifyItem): void {
  const { engine: name } = engine.features;
  for (let call = 0; call < 2; call++)
    demand(singleVerdict(engine, item) === Number(valid), `single calls agree (${name})`);
  demand(
    engine.verifyBatch([item, item]).every((verdict) => verdict === Number(valid)),
    `batches agree (${name})`,
  );
}

/** A few signers that recur, so that their keys are known, each made by node:crypto. */
interface Signer {
  readonly node: NodeSigner;
  readonly publicKey: Uint8Array;
}
const seeds = Array.from(
  { length: 4 },
  (_, i) => new Uint8Array(createHash("sha256").update(`${i}`).digest()),
);

/** Which signer (1 byte) ‖ signature ‖ message, judged by node:crypto. */
function honest(algorithm: "ed25519" | "ml-dsa-65", make: (seed: Uint8Array) => NodeSigner): FuzzTarget {
  const signers: Signer[] = seeds.map((seed) => ({ node: make(seed), publicKey: make(seed).publicKey }));
  const length = signatureBytes[algorithm];
  return {
    name: `${algorithm} as node:crypto says, honest keys: signer ‖ signature ‖ message`,
    seeds: signers.map(({ node }, index) => {
      const message = Buffer.from("seen ".repeat(index));
      return new Uint8Array([index, ...node.sign(message), ...message]);
    }),
    run(input) {
      if (input.length < 1 + length) throw new NotValid();
      const { node, publicKey } = signers[input[0]! % signers.length]!;
      const signature = input.slice(1, 1 + length);
      const message = input.slice(1 + length);
      const valid = node.verify(signature, message);
      for (const engine of engines)
        everyPathSays(engine, valid, { algorithm, signature, message, publicKey });
      if (!valid) throw new NotValid();
    },
    refusals,
  };
}

const signing: FuzzTarget = {
  name: "mlDsa65.sign: seed ‖ entropy ‖ message",
  seeds: [new Uint8Array(64), new Uint8Array(200).fill(255), Uint8Array.from({ length: 90 }, (_, i) => i)],
  run(input) {
    if (input.length < 64) throw new NotValid();
    const [seed, random, message] = [input.slice(0, 32), input.slice(32, 64), input.slice(64)];
    const expected = reference.mlDsa65.keygen(seed);
    const options = { random: random[0]! % 2 === 0 ? random : false } as const;
    const signature = reference.mlDsa65.sign(message, expected.secretKey, options);
    const { publicKey } = expected;
    const item = { algorithm: "ml-dsa-65", signature, message, publicKey } as const;
    const forged = { ...item, signature: signature.slice() };
    forged.signature[input.length % signature.length]! ^= 1 << (input.length % 8);
    for (const engine of engines) {
      const { features, mlDsa65 } = engine;
      const keys = mlDsa65.keygen(seed);
      demand(same(keys.publicKey, publicKey), `public keys agree (${features.engine})`);
      demand(same(keys.secretKey, expected.secretKey), `secret keys agree (${features.engine})`);
      demand(
        same(mlDsa65.sign(message, keys.secretKey, options), signature),
        `signatures agree (${features.engine})`,
      );
      everyPathSays(engine, true, item);
      everyPathSays(engine, false, forged);
    }
    const node = nodeMlDsa65?.(seed);
    if (node === undefined) return;
    demand(same(node.publicKey, publicKey), "node:crypto makes the same public key");
    demand(node.verify(signature, message), "node:crypto accepts our signature");
    demand(!node.verify(forged.signature, message), "node:crypto refuses the forged one");
    demand(
      singleVerdict(engines[0]!, { ...item, signature: node.sign(message) }) === 1,
      "its signatures hold here",
    );
  },
  refusals,
};

export const honestTargets: readonly FuzzTarget[] = [
  honest("ed25519", nodeEd25519),
  ...(nodeMlDsa65 ? [honest("ml-dsa-65", nodeMlDsa65)] : []),
  signing,
];
