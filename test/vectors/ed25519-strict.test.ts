/**
 * The crafted Ed25519 set: one verdict on every path of every engine. Where the vectors come from:
 * SOURCES.md; how they are made: ed25519-strict/generate.ts.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import test from "ava";
import type { Engine, VerifyItem } from "waxwing/core";
import { allEngines } from "../support/engines.js";
import { ownVectors } from "../support/vectors.js";
import { format, generate, type StrictVector } from "./ed25519-strict/generate.js";

const path = join(ownVectors, "ed25519-strict.json");
const vectors = JSON.parse(readFileSync(path, "utf8")) as StrictVector[];
const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, "hex"));
const cases = vectors.map((vector) => ({
  ...vector,
  item: {
    algorithm: "ed25519",
    signature: bytes(vector.signature),
    message: bytes(vector.message),
    publicKey: bytes(vector.publicKey),
  } as const,
}));
const expected = cases.map(({ strict }) => Number(strict));

/** The Ed25519 vector as one half of a hybrid whose other half is honest. */
function hybridOf(engine: Engine) {
  const { publicKey, secretKey } = engine.mlDsa65.keygen(new Uint8Array(32).fill(9));
  return ({ signature, message, publicKey: edKey }: (typeof cases)[number]["item"]) => {
    const covered = Buffer.concat([message, signature]);
    const mlDsa65 = engine.mlDsa65.sign(covered, secretKey, { random: false });
    return {
      algorithm: "hybrid",
      signatures: { ed25519: signature, mlDsa65 },
      message,
      publicKeys: { ed25519: edKey, mlDsa65: publicKey },
    } as const satisfies VerifyItem;
  };
}

const engines = await allEngines();
const fastest = engines[0]!.engine;
const hybrids = cases.map(({ item }) => hybridOf(fastest)(item));

for (const { name, engine } of engines) {
  test(`${name} gives the strict verdict on every crafted signature, one by one`, (t) => {
    for (const { name: title, strict, item } of cases) {
      const verify = () => engine.ed25519.verify(item.signature, item.message, item.publicKey);
      if (item.publicKey.length === 32) t.is(verify(), strict, title);
      else t.throws(verify, { instanceOf: RangeError }, title);
    }
  });

  test(`${name} gives the same verdicts in a batch, in either order`, (t) => {
    const items = cases.map(({ item }) => item);
    t.deepEqual([...engine.verifyBatch(items)], expected);
    t.deepEqual([...engine.verifyBatch([...items].reverse())], [...expected].reverse());
  });

  test(`${name} gives the same verdicts as halves of hybrids, single and batched`, (t) => {
    // The reference engine takes milliseconds a hybrid: every fifth will do for it, all for the product.
    const chosen = hybrids
      .map((item, i) => ({ item, i }))
      .filter(({ i }) => engine === fastest || i % 5 === 0);
    for (const { item, i } of chosen) {
      const { signatures, message, publicKeys } = item;
      const verify = () => engine.hybrid.verify(signatures, message, publicKeys);
      if (publicKeys.ed25519.length === 32) t.is(verify(), cases[i]!.strict, cases[i]!.name);
      else t.throws(verify, { instanceOf: RangeError }, cases[i]!.name);
    }
    t.deepEqual(
      [...engine.verifyBatch(chosen.map(({ item }) => item))],
      chosen.map(({ i }) => expected[i]!),
    );
  });
}

test("the set tells strict verification from the bare equations, cofactored and not", (t) => {
  const differing = (equation: "cofactorless" | "cofactored") =>
    new Set(
      vectors.filter((vector) => vector[equation] === true && !vector.strict).map(({ group }) => group),
    );
  t.deepEqual([...differing("cofactorless")], ["small-order A", "small-order R", "S out of range"]);
  t.deepEqual(
    [...differing("cofactored")],
    ["small-order A", "small-order R", "mixed-order A", "mixed-order R", "S out of range"],
  );
  const groups = new Set(vectors.filter(({ strict }) => strict).map(({ group }) => group));
  t.deepEqual([...groups], ["honest", "mixed-order A", "mixed-order R"]);
});

test("the committed set is what the generator makes", (t) => {
  t.is(readFileSync(path, "utf8"), format(generate()));
});

const python = hasPython();
(python ? test : test.skip)(
  `the Python oracle confirms every verdict of the set${python ? "" : " (needs python3)"}`,
  (t) => {
    const script = fileURLToPath(new URL("ed25519-strict/confirm.py", import.meta.url));
    t.is(execFileSync("python3", [script, path], { encoding: "utf8" }), `${vectors.length} confirmed\n`);
  },
);

function hasPython(): boolean {
  try {
    execFileSync("python3", ["-c", "pow(3, -1, 7)"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
