/**
 * The primitives of the core, by size and engine: WASM (the product), the reference engine, and node:crypto
 * where it has the operation. Contenders of one case get the same input and must give the same output; that
 * is asserted before anything is timed.
 */
import { createHash, createPublicKey, verify as nodeVerify } from "node:crypto";
import { type Engine, loadCore } from "waxwing/core";
import { SeededRandom } from "waxwing/testing";
import { createReferenceEngine } from "#dist/engine/index.js";

export interface MicroCase {
  /** `<area>/<operation>/<size>`. */
  readonly id: string;
  /** By engine name. Each call does the whole operation and returns its output. */
  readonly contenders: Readonly<Record<string, () => unknown>>;
}

type Rivals = Readonly<Record<string, () => unknown>>;

export async function microCases(): Promise<MicroCase[]> {
  const engines = [await loadCore(), createReferenceEngine()];
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
    ...signatureCases(engines[0]!, random, cases),
    ...setCases(random, cases),
  ];
}

type MakeCase = (id: string, run: (engine: Engine) => unknown, rivals?: Rivals) => MicroCase;

function hashCases(random: SeededRandom, makeCase: MakeCase): MicroCase[] {
  return [32, 1024, 65_536].flatMap((size) => {
    const data = random.bytes(size);
    const node = (name: string) => ({ "node-crypto": () => createHash(name).update(data).digest() });
    return [
      makeCase(`hash/sha256/${size}`, (engine) => engine.sha256(data), node("sha256")),
      makeCase(`hash/sha512/${size}`, (engine) => engine.sha512(data), node("sha512")),
      makeCase(`hash/sha3-256/${size}`, (engine) => engine.sha3_256(data), node("sha3-256")),
    ];
  });
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

function signatureCases(engine: Engine, random: SeededRandom, makeCase: MakeCase): MicroCase[] {
  const message = random.bytes(512);
  const secretKey = random.bytes(32);
  const publicKey = engine.ed25519.publicKey(secretKey);
  const signature = engine.ed25519.sign(message, secretKey);
  const key = createPublicKey({
    key: { kty: "OKP", crv: "Ed25519", x: Buffer.from(publicKey).toString("base64url") },
    format: "jwk",
  });
  const lattice = engine.mlDsa65.keygen(random.bytes(32));
  const latticeSignature = engine.mlDsa65.sign(message, lattice.secretKey, { random: false });
  return [
    makeCase("ed25519/verify/512", ({ ed25519 }) => ed25519.verify(signature, message, publicKey), {
      "node-crypto": () => nodeVerify(null, message, key, signature),
    }),
    makeCase("ed25519/sign/512", ({ ed25519 }) => ed25519.sign(message, secretKey)),
    makeCase("ml-dsa-65/verify/512", ({ mlDsa65 }) =>
      mlDsa65.verify(latticeSignature, message, lattice.publicKey),
    ),
    makeCase("ml-dsa-65/sign/512", ({ mlDsa65 }) =>
      mlDsa65.sign(message, lattice.secretKey, { random: false }),
    ),
  ];
}

/** Two sets of ids that differ in one of a hundred. */
function setCases(random: SeededRandom, makeCase: MakeCase): MicroCase[] {
  const ids = Array.from({ length: 10_000 }, () => random.bytes(32)).sort(Buffer.compare);
  const without = (rest: number) => Buffer.concat(ids.filter((_, index) => index % 200 !== rest));
  const [local, remote] = [new Uint8Array(without(0)), new Uint8Array(without(100))];
  return [makeCase("set/diff/10000", (engine) => engine.diff(local, remote))];
}
