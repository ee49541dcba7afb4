/**
 * Ed25519 of every engine against node:crypto, for honest keys only (it accepts some keys that we refuse),
 * and of the WASM engine against the reference on signatures changed at random.
 */
import { createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import test from "ava";
import fc from "fast-check";
import { allEngines } from "../support/engines.js";

const pkcs8 = Buffer.from("302e020100300506032b657004220420", "hex");
const spkiBytes = 12;

const seedBytes = fc.uint8Array({ minLength: 32, maxLength: 32 });
const message = fc.uint8Array({ maxLength: 400 });
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

function nodeKey(seed: Uint8Array) {
  const secret = createPrivateKey({ key: Buffer.concat([pkcs8, seed]), format: "der", type: "pkcs8" });
  const publicKey = createPublicKey(secret);
  const raw = publicKey.export({ format: "der", type: "spki" }).subarray(spkiBytes);
  return { secret, publicKey, raw: new Uint8Array(raw) };
}

const engines = await allEngines();

for (const { name, engine } of engines) {
  const runs = name === "reference" ? 20 : 300;

  test(`${name} makes the keys and signatures that node:crypto makes`, (t) => {
    fc.assert(
      fc.property(seedBytes, message, (seed, text) => {
        const { secret, raw } = nodeKey(seed);
        return (
          hex(engine.ed25519.publicKey(seed)) === hex(raw) &&
          hex(engine.ed25519.sign(text, seed)) === hex(sign(null, text, secret))
        );
      }),
      { numRuns: runs },
    );
    t.pass();
  });

  test(`${name} agrees with node:crypto on honest signatures and on any change of them`, (t) => {
    const change = fc.record({
      place: fc.integer({ min: 0, max: 63 }),
      bit: fc.integer({ min: -1, max: 7 }),
    });
    fc.assert(
      fc.property(seedBytes, message, change, (seed, text, { place, bit }) => {
        const { secret, publicKey, raw } = nodeKey(seed);
        const signature = new Uint8Array(sign(null, text, secret));
        if (bit >= 0) signature[place]! ^= 1 << bit;
        const verdict = engine.ed25519.verify(signature, text, raw);
        return verdict === bit < 0 && verdict === verify(null, text, publicKey, signature);
      }),
      { numRuns: runs },
    );
    t.pass();
  });
}

test("every engine gives one verdict on arbitrary keys and signatures", (t) => {
  // Half of all y are on the curve; S below 2^252 gets past the first check.
  const scalar = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => {
    bytes[31]! &= 0x0f;
    return bytes;
  });
  const point = fc.uint8Array({ minLength: 32, maxLength: 32 });
  fc.assert(
    fc.property(point, scalar, message, point, (r, s, text, key) => {
      const signature = Uint8Array.from([...r, ...s]);
      const verdicts = engines.map(({ engine }) => engine.ed25519.verify(signature, text, key));
      return verdicts.every((verdict) => verdict === verdicts[0]);
    }),
    { numRuns: 50 },
  );
  t.pass();
});
