/**
 * Writes one valid record a kind to test/vectors/records-<kind>.json; then `python3 test/vectors/records.py
 * --fill test/vectors/records-*.json` adds what is expected. Run once a change of the format, for the kinds that
 * changed: `node --import=tsx test/vectors/records-generate.ts [kind…]`. Signatures are hedged, so every run gives
 * other bytes.
 */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { buildOwnRecord, createKinds } from "waxwing/records";
import { alice, engine, recordOf, signableTokens } from "../support/records.js";

const kinds = createKinds();
const note = kinds.define({ token: "note", naturalKey: ["signer_key_id", "id"] });
const records = [
  ...(await Promise.all([...signableTokens, "key_grant"].map((token) => recordOf(token)))),
  await buildOwnRecord(engine, kinds, note, { id: "1", text: "né — 😀", n: 1.5 }, alice),
];
const wanted = process.argv.slice(2);
for (const { kind, bytes } of records) {
  if (wanted.length > 0 && !wanted.includes(kind)) continue;
  const { ed25519, mlDsa65 } = alice.publicKeys;
  const vector = {
    kind,
    about: `a valid ${kind} record, signed by the key below`,
    signer: {
      keyId: alice.keyId,
      ed25519Hex: Buffer.from(ed25519).toString("hex"),
      mlDsa65Hex: Buffer.from(mlDsa65).toString("hex"),
    },
    bytesHex: Buffer.from(bytes).toString("hex"),
  };
  writeFileSync(
    fileURLToPath(new URL(`records-${kind}.json`, import.meta.url)),
    `${JSON.stringify(vector, null, 1)}\n`,
  );
}
