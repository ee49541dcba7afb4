/**
 * The primitives of the core, by size and engine: every build that runs here, the reference engine, and
 * node:crypto where it has the operation. Contenders of one case get the same input and must give the same output; that
 * is asserted before anything is timed.
 */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type JsonWebKey,
  sign as nodeSign,
  verify as nodeVerify,
} from "node:crypto";
import { type Engine, loadCore } from "waxwing/core";
import { SeededRandom } from "waxwing/testing";
import { wasmBuilds } from "#bindings/wasm/load.js";
import { createReferenceEngine } from "#dist/engine/index.js";
import { ed25519Cases } from "./ed25519.js";

export interface MicroCase {
  /** `<area>/<operation>/<size>`. */
  readonly id: string;
  /** By engine name. Each call does the whole operation and returns its output. */
  readonly contenders: Readonly<Record<string, () => unknown>>;
}

type Rivals = Readonly<Record<string, () => unknown>>;

export async function microCases(): Promise<MicroCase[]> {
  const cores = await Promise.all(wasmBuilds().map((build) => loadCore({ build })));
  const engines = [...cores, createReferenceEngine()];
  const random = new SeededRandom("bench");
  const cases = (id: string, run: (engine: Engine) => unknown, rivals: Rivals = {}): MicroCase => ({
    id,
    contenders: {
      ...Object.fromEntries(engines.map((engine) => [engine.features.engine, () => run(engine)])),
      ...rivals,
    },
  });
  return [
    ...hashCases(random, cases),
    ...jsonCases(cases),
    ...(await ed25519Cases(random)),
    ...latticeCases(engines[0]!, random, cases),
    ...setCases(random, cases),
  ];
}

type MakeCase = (id: string, run: (engine: Engine) => unknown, rivals?: Rivals) => MicroCase;

function hashCases(random: SeededRandom, makeCase: MakeCase): MicroCase[] {
  const batches = [64, 300, 1024].map((size) => {
    const messages = Array.from({ length: 64 }, () => random.bytes(size));
    return makeCase(
      `hash/sha256-batch-64/${size}`,
      (engine) => engine.sha256Batch(messages).map((digest) => Buffer.from(digest)),
      { "node-crypto": () => messages.map((data) => createHash("sha256").update(data).digest()) },
    );
  });
  const singles = [32, 300, 1024, 65_536].flatMap((size) => {
    const data = random.bytes(size);
    const node = (name: string) => ({ "node-crypto": () => createHash(name).update(data).digest() });
    return [
      makeCase(`hash/sha256/${size}`, (engine) => engine.sha256(data), node("sha256")),
      makeCase(`hash/sha512/${size}`, (engine) => engine.sha512(data), node("sha512")),
      makeCase(`hash/sha3-256/${size}`, (engine) => engine.sha3_256(data), node("sha3-256")),
    ];
  });
  return [...singles, ...batches];
}

/** Records as they are: text, numbers, nesting; and a list of them for the larger size. */
function jsonCases(makeCase: MakeCase): MicroCase[] {
  const record = {
    attestation_id: "a-1",
    attestation_type: "scores",
    asserted_at: "2026-01-01T00:00:00Z",
    score: 0.125,
    weights: [1, 2.5, 1e-7, 1e21],
    note: "né — 😀",
    nested: { z: null, a: [true, false, { k: "v" }] },
  };
  return [1, 256].flatMap((count) => {
    const json = new TextEncoder().encode(
      JSON.stringify(
        Array.from({ length: count }, () => record),
        null,
        1,
      ),
    );
    return [
      makeCase(`json/canonicalize/${json.length}`, (engine) => engine.canonicalize(json)),
      makeCase(`json/envelope-hash/${json.length}`, (engine) => engine.envelopeHash(json)),
    ];
  });
}

/** Keys turn: one key's branches and cache lines would flatter. A key is new where it has just been forgotten. */
function latticeCases(engine: Engine, random: SeededRandom, makeCase: MakeCase): MicroCase[] {
  const message = random.bytes(512);
  const signers = Array.from({ length: 8 }, () => {
    const seed = random.bytes(32);
    const { publicKey, secretKey } = engine.mlDsa65.keygen(seed);
    const signature = engine.mlDsa65.sign(message, secretKey, { random: false });
    return { seed, publicKey, secretKey, signature, node: nodeLatticeKeys(seed, publicKey) };
  });
  type Signer = (typeof signers)[number];
  const turning = <T>(run: (signer: Signer) => T) => {
    let turn = 0;
    return () => run(signers[turn++ % signers.length]!);
  };
  const next = turning((signer) => signer);
  // Rounds of signing differ from message to message; every engine signs the same ones in the same order.
  const messages = Array.from({ length: 64 }, () => random.bytes(512));
  const turns = new Map<Engine, number>();
  const nextMessage = (each: Engine) => {
    const turn = turns.get(each) ?? 0;
    turns.set(each, turn + 1);
    return messages[turn % messages.length]!;
  };
  const hasNode = signers[0]!.node !== undefined;
  const verifyByNode = turning(({ node, signature }) =>
    nodeVerify(null, message, node!.publicKey, signature),
  );
  const node = (run: () => unknown): Rivals => (hasNode ? { "node-crypto": run } : {});
  const items = Array.from({ length: 64 }, (_, index) => {
    const { publicKey, signature } = signers[index % signers.length]!;
    return { algorithm: "ml-dsa-65", publicKey, signature, message } as const;
  });
  return [
    makeCase(
      "ml-dsa-65/verify-new-key/512",
      ({ keyCache, mlDsa65 }) => {
        const { publicKey, signature } = next();
        keyCache?.forget(publicKey);
        return mlDsa65.verify(signature, message, publicKey);
      },
      node(verifyByNode),
    ),
    makeCase(
      "ml-dsa-65/verify-known-key/512",
      ({ mlDsa65 }) => {
        const { publicKey, signature } = next();
        return mlDsa65.verify(signature, message, publicKey);
      },
      node(verifyByNode),
    ),
    makeCase(
      "ml-dsa-65/verify-known-key-batch/64x512",
      (engine) => engine.verifyBatch(items),
      node(() => Uint8Array.from(items, () => (verifyByNode() ? 1 : 0))),
    ),
    makeCase("ml-dsa-65/sign/512", (engine) =>
      engine.mlDsa65.sign(nextMessage(engine), signers[0]!.secretKey, { random: false }),
    ),
    // Hedged signatures differ from call to call: of them only the size is compared.
    makeCase(
      "ml-dsa-65/sign-hedged/512",
      ({ mlDsa65 }) => mlDsa65.sign(message, next().secretKey).length,
      node(turning(({ node }) => nodeSign(null, message, node!.privateKey).length)),
    ),
    makeCase("ml-dsa-65/keygen/32", ({ mlDsa65 }) => mlDsa65.keygen(signers[0]!.seed).publicKey),
    makeCase(
      "ml-dsa-65/keygen-random/32",
      ({ mlDsa65 }) => mlDsa65.keygen(random.bytes(32)).publicKey.length,
      node(() => {
        const { publicKey } = generateKeyPairSync("ml-dsa-65" as "ed25519");
        return Buffer.from(publicKey.export({ format: "jwk" }).pub as string, "base64url").length;
      }),
    ),
  ];
}

/** Where node:crypto knows the algorithm: from Node 24 on. */
function nodeLatticeKeys(seed: Uint8Array, publicKey: Uint8Array) {
  const pub = Buffer.from(publicKey).toString("base64url");
  const jwk = { kty: "AKP", alg: "ML-DSA-65", pub, priv: Buffer.from(seed).toString("base64url") };
  try {
    return {
      publicKey: createPublicKey({ key: { ...jwk, priv: undefined } as JsonWebKey, format: "jwk" }),
      privateKey: createPrivateKey({ key: jwk as JsonWebKey, format: "jwk" }),
    };
  } catch {
    return undefined;
  }
}

/** Two sets of ids that differ in one of a hundred. */
function setCases(random: SeededRandom, makeCase: MakeCase): MicroCase[] {
  const ids = Array.from({ length: 10_000 }, () => random.bytes(32)).sort(Buffer.compare);
  const without = (rest: number) => Buffer.concat(ids.filter((_, index) => index % 200 !== rest));
  const [local, remote] = [new Uint8Array(without(0)), new Uint8Array(without(100))];
  return [makeCase("set/diff/10000", (engine) => engine.diff(local, remote))];
}
