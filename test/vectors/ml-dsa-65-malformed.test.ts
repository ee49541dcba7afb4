/**
 * Our own ML-DSA-65 vectors: signatures that are just valid and those that just are not. Most are kept as a
 * deterministic signature to make again and the bytes to change in it (SOURCES.md says how they came about).
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import test from "ava";
import type { Engine } from "waxwing/core";
import { allEngines } from "../support/engines.js";
import { ownVectors, readJson } from "../support/vectors.js";

type Patch = readonly [offset: number, hex: string];
interface Base {
  readonly message: string;
  readonly context: string;
  readonly signatureSha256: string;
}
interface Derived {
  readonly name: string;
  readonly base: string;
  readonly valid: boolean;
  /** Applied in this order: every byte this value; patches; cut, or zeros appended. */
  readonly fill?: number;
  readonly patches?: readonly Patch[];
  readonly length?: number;
  readonly message?: string;
  readonly context?: string;
  readonly publicKeyPatches?: readonly Patch[];
  readonly publicKeyZeroFrom?: number;
}
interface Vectors {
  readonly seed: string;
  readonly publicKeySha256: string;
  readonly bases: Readonly<Record<string, Base>>;
  readonly derived: readonly Derived[];
  readonly whole: readonly { name: string; message: string; signature: string; valid: boolean }[];
}

const vectors = readJson<Vectors>(join(ownVectors, "ml-dsa-65-malformed.json"));
const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, "hex"));
const sha256 = (data: Uint8Array) => createHash("sha256").update(data).digest("hex");

for (const { name, engine } of await allEngines()) {
  const { publicKey, secretKey } = engine.mlDsa65.keygen(bytes(vectors.seed));

  test(`${name} makes the signatures that the malformed ones derive from`, (t) => {
    t.is(sha256(publicKey), vectors.publicKeySha256);
    for (const [title, base] of Object.entries(vectors.bases))
      t.is(sha256(signBase(engine, base, secretKey)), base.signatureSha256, title);
  });

  test(`${name} gives the recorded verdict on ML-DSA-65 signatures at the edge of validity`, (t) => {
    for (const derived of vectors.derived) {
      const base = vectors.bases[derived.base]!;
      const signature = derive(signBase(engine, base, secretKey), derived);
      const key = patched(publicKey, derived.publicKeyPatches ?? []);
      if (derived.publicKeyZeroFrom !== undefined) key.fill(0, derived.publicKeyZeroFrom);
      const message = bytes(derived.message ?? base.message);
      const context = bytes(derived.context ?? base.context);
      t.is(engine.mlDsa65.verify(signature, message, key, { context }), derived.valid, derived.name);
    }
    for (const whole of vectors.whole) {
      const signature = new Uint8Array(Buffer.from(whole.signature, "base64"));
      t.is(engine.mlDsa65.verify(signature, bytes(whole.message), publicKey), whole.valid, whole.name);
    }
  });
}

test("the vectors hold verdicts of both kinds, and names that tell cases apart", (t) => {
  const all = [...vectors.derived, ...vectors.whole];
  t.true(all.filter(({ valid }) => valid).length >= 7);
  t.true(all.filter(({ valid }) => !valid).length >= 80);
  t.is(new Set(all.map(({ name }) => name)).size, all.length);
});

function signBase(engine: Engine, base: Base, secretKey: Uint8Array): Uint8Array {
  return engine.mlDsa65.sign(bytes(base.message), secretKey, { random: false, context: bytes(base.context) });
}

function derive(
  signature: Uint8Array,
  { fill, patches = [], length = signature.length }: Derived,
): Uint8Array {
  if (fill !== undefined) signature.fill(fill);
  const resized = new Uint8Array(length);
  resized.set(patched(signature, patches).subarray(0, length));
  return resized;
}

function patched(data: Uint8Array, patches: readonly Patch[]): Uint8Array {
  const copy = data.slice();
  for (const [offset, hex] of patches) copy.set(bytes(hex), offset);
  return copy;
}
