import test from "ava";
import {
  createSoftwareIdentity,
  decodeIdentityFile,
  encodeIdentityFile,
  generateIdentitySeeds,
  wipeSeeds,
} from "waxwing/trust";
import { alice, engine } from "../../support/records.js";

const seeds = () => ({ ed25519Seed: new Uint8Array(32).fill(1), mlDsa65Seed: new Uint8Array(32).fill(101) });

test("an identity file gives back the identity that was written", (t) => {
  const file = decodeIdentityFile(encodeIdentityFile({ keyId: alice.keyId, seeds: seeds() }));
  t.is(file.keyId, alice.keyId);
  t.deepEqual(createSoftwareIdentity(engine, file.seeds, { keyId: file.keyId }).publicKeys, alice.publicKeys);
});

test("decodeIdentityFile() refuses damage without quoting the file", (t) => {
  const text = new TextDecoder().decode(encodeIdentityFile({ keyId: alice.keyId, seeds: seeds() }));
  const secret = JSON.parse(text).ed25519SeedBase64.slice(0, 20);
  const damaged = [
    "",
    text.slice(0, -5),
    "[]",
    text.replace('"version": 1', '"version": 2'),
    text.replace('"version": 1', '"version": 1, "extra": true'),
    text.replace("AQEB", "AQE"),
    text.replace(/"ed25519SeedBase64": "[^"]*"/, '"ed25519SeedBase64": "AAAA"'),
    text.replace(/"keyId": "[^"]*"/, '"keyId": 5'),
  ];
  for (const bad of damaged) {
    const error = t.throws(() => decodeIdentityFile(new TextEncoder().encode(bad)), {
      code: "identity_invalid",
    });
    t.false(error?.message.includes(secret));
  }
});

test("createSoftwareIdentity() copies its seeds, and refuses an id that is not theirs", (t) => {
  const given = seeds();
  const identity = createSoftwareIdentity(engine, given);
  wipeSeeds(given);
  t.deepEqual(given.ed25519Seed, new Uint8Array(32));
  t.is(identity.keyId, alice.keyId);
  t.throws(() => createSoftwareIdentity(engine, seeds(), { keyId: `wx1${"0".repeat(64)}` }), {
    instanceOf: RangeError,
  });
  t.throws(() => createSoftwareIdentity(engine, { ...seeds(), ed25519Seed: new Uint8Array(31) }), {
    instanceOf: RangeError,
  });
  t.is(createSoftwareIdentity(engine, seeds(), { keyId: "steward" }).keyId, "steward");
});

test("generateIdentitySeeds() takes its bytes from the host", (t) => {
  let calls = 0;
  const random = { bytes: (length: number) => new Uint8Array(length).fill(++calls) };
  const made = generateIdentitySeeds(random);
  t.deepEqual([made.ed25519Seed, made.mlDsa65Seed], [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)]);
});
