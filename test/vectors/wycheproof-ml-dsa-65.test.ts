/**
 * Wycheproof's ML-DSA-65 vectors on every engine: verification with contexts, and deterministic signing from
 * seeds, whose cases with a ready μ reach every reason for which a signing round is rejected.
 */
import { ml_dsa65 } from "@noble/post-quantum/ml-dsa.js";
import test from "ava";
import type { Engine } from "waxwing/core";
import { wasmBuilds } from "#bindings/wasm/load.js";
import { allEngines } from "../support/engines.js";
import { bindMlDsaCore } from "../support/ml-dsa-core.js";
import { readJson, vectorTest } from "../support/vectors.js";

interface Case {
  readonly tcId: number;
  readonly comment: string;
  readonly msg?: string;
  readonly mu?: string;
  readonly ctx?: string;
  readonly rnd?: string;
  readonly sig: string;
  readonly result: "valid" | "invalid";
}
interface Vectors<Group> {
  readonly numberOfTests: number;
  readonly testGroups: readonly (Group & { readonly tests: readonly Case[] })[];
}

const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, "hex"));
const engines = await allEngines();
const cores = new Map<string, Awaited<ReturnType<typeof bindMlDsaCore>>>(
  await Promise.all(
    wasmBuilds().map(async (build) => [`wasm-${build}`, await bindMlDsaCore(build)] as const),
  ),
);

const verifying = vectorTest("wycheproof/mldsa_65_verify_test.json");
const signing = vectorTest("wycheproof/mldsa_65_sign_seed_test.json");

for (const { name, engine } of engines) {
  verifying.test(`${name} gives Wycheproof's verdict on every ML-DSA-65 signature${verifying.note}`, (t) => {
    const vectors = readJson<Vectors<{ publicKey: string }>>(verifying.path);
    let seen = 0;
    for (const group of vectors.testGroups)
      for (const vector of group.tests) {
        const title = `tcId ${vector.tcId}: ${vector.comment}`;
        t.is(verdict(engine, vector, bytes(group.publicKey)), vector.result, title);
        seen++;
      }
    t.is(seen, vectors.numberOfTests);
  });

  signing.test(`${name} signs byte for byte as Wycheproof's ML-DSA-65 vectors${signing.note}`, (t) => {
    const vectors = readJson<Vectors<{ privateSeed: string; publicKey: string }>>(signing.path);
    let seen = 0;
    for (const group of vectors.testGroups) {
      for (const vector of group.tests) {
        const title = `tcId ${vector.tcId}: ${vector.comment}`;
        const sign = () => signCase(engine, vector, bytes(group.privateSeed));
        if (vector.result === "invalid") t.throws(sign, { instanceOf: RangeError }, title);
        else t.is(Buffer.from(sign()).toString("hex"), vector.sig, title);
        seen++;
      }
    }
    t.is(seen, vectors.numberOfTests);
  });
}

/** What the contract makes of the case: a mistake of the caller counts as invalid. */
function verdict(engine: Engine, vector: Case, publicKey: Uint8Array): "valid" | "invalid" {
  try {
    const options = vector.ctx === undefined ? {} : { context: bytes(vector.ctx) };
    const valid = engine.mlDsa65.verify(bytes(vector.sig), bytes(vector.msg!), publicKey, options);
    return valid ? "valid" : "invalid";
  } catch (error) {
    if (error instanceof RangeError) return "invalid";
    throw error;
  }
}

function signCase(engine: Engine, vector: Case, seed: Uint8Array): Uint8Array {
  const { secretKey } = engine.mlDsa65.keygen(seed);
  const random = vector.rnd === undefined ? (false as const) : bytes(vector.rnd);
  if (vector.msg === undefined) return signMu(engine, bytes(vector.mu!), secretKey);
  const context = bytes(vector.ctx ?? "");
  return engine.mlDsa65.sign(bytes(vector.msg), secretKey, { random, context });
}

/** The contract has no external μ: the part behind it is asked directly. */
function signMu(engine: Engine, mu: Uint8Array, secretKey: Uint8Array): Uint8Array {
  const core = cores.get(engine.features.engine);
  if (core !== undefined) return core.signMu(mu, secretKey);
  return ml_dsa65.internal.sign(mu, secretKey, { externalMu: true, extraEntropy: false });
}

test("the engines of these vectors are different ones", (t) => {
  t.is(new Set(engines.map(({ name }) => name)).size, engines.length);
});
