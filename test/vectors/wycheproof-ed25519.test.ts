/**
 * Wycheproof's Ed25519 vectors on every engine. All 151 verdicts are those of the file: none of its cases
 * lies where strictness and the RFC's freedom part.
 */
import { allEngines } from "../support/engines.js";
import { readJson, vectorTest } from "../support/vectors.js";

interface Vectors {
  readonly numberOfTests: number;
  readonly testGroups: readonly {
    readonly publicKey: { readonly pk: string };
    readonly tests: readonly {
      readonly tcId: number;
      readonly comment: string;
      readonly msg: string;
      readonly sig: string;
      readonly result: "valid" | "invalid";
    }[];
  }[];
}

const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, "hex"));
const verifying = vectorTest("wycheproof/ed25519_test.json");

for (const { name, engine } of await allEngines()) {
  verifying.test(`${name} gives Wycheproof's verdict on every Ed25519 signature${verifying.note}`, (t) => {
    const vectors = readJson<Vectors>(verifying.path);
    let seen = 0;
    for (const { publicKey, tests } of vectors.testGroups)
      for (const { tcId, comment, msg, sig, result } of tests) {
        const item = { signature: bytes(sig), message: bytes(msg), publicKey: bytes(publicKey.pk) };
        const single = engine.ed25519.verify(item.signature, item.message, item.publicKey);
        const [batched] = engine.verifyBatch([{ algorithm: "ed25519", ...item }]);
        t.is(single, result === "valid", `tcId ${tcId}: ${comment}`);
        t.is(batched === 1, single, `tcId ${tcId} in a batch`);
        seen++;
      }
    t.is(seen, vectors.numberOfTests);
  });
}
