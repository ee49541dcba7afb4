/**
 * Keys and R with parts of small order: on every path and build, a signature holds exactly where these parts cancel.
 * Each pair of parts in turn, under secrets and messages drawn at random.
 */
import test from "ava";
import fc from "fast-check";
import { createReferenceEngine } from "#dist/engine/index.js";
import { allCores } from "../support/engines.js";
import { signMixedOrder } from "../support/torsion.js";

const reference = createReferenceEngine();
const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
const engines = [...(await allCores()), ...(await allCores({ cacheBytes: 0 }))];

for (let keyPart = 0; keyPart < 8; keyPart++) {
  test(`a key with part ${keyPart} of order 8 has valid signatures where R's part cancels it, and no other`, (t) => {
    let held = 0;
    fc.assert(
      fc.property(bytes32, bytes32, fc.uint8Array({ maxLength: 80 }), (seed, nonce, message) => {
        for (let rPart = 0; rPart < 8; rPart++) {
          const { valid, ...item } = signMixedOrder(seed, nonce, message, keyPart, rPart);
          held += Number(valid);
          const wanted = Number(valid);
          const found = [reference, ...engines].flatMap((engine) => [
            Number(engine.ed25519.verify(item.signature, item.message, item.publicKey)),
            ...engine.verifyBatch([item, item].map((each) => ({ algorithm: "ed25519", ...each }))),
          ]);
          if (found.some((verdict) => verdict !== wanted)) return false;
        }
        return true;
      }),
      { numRuns: 12 },
    );
    t.true(held > 0, "some hold");
    t.true(held < 96, "and some do not");
  });
}
