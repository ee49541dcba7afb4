/**
 * Writes one valid record a kind to test/vectors/records-<kind>.json; then `python3 test/vectors/records.py
 * --fill test/vectors/records-*.json` adds what is expected. Run once a change of the format, for the kinds that
 * changed: `node --import=tsx test/vectors/records-generate.ts [kind…]`. Signatures are hedged, so every run gives
 * other bytes.
 */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { buildOwnRecord, createKinds } from "waxwing/records";
import {
  accordOf,
  alice,
  bob,
  engine,
  identityOf,
  partnerOf,
  recordOf,
  signableTokens,
} from "../support/records.js";

const kinds = createKinds();
const note = kinds.define({ token: "note", naturalKey: ["signer_key_id", "id"] });
const people = [alice, bob, identityOf(3)];
/** Kinds of a quorum are signed by several, over the same bytes. */
const make = (token: string) => {
  if (token === "partner_record") return partnerOf(people, {}, 2);
  return token === "accord_quorum_evidence" ? accordOf(people) : recordOf(token);
};
const records = [
  ...(await Promise.all([...signableTokens, "key_grant"].map(make))),
  await buildOwnRecord(engine, kinds, note, { id: "1", text: "né — 😀", n: 1.5 }, alice),
];
const wanted = process.argv.slice(2);
const keysOf = (keyId: string) => {
  const { ed25519, mlDsa65 } = people.find((person) => person.keyId === keyId)!.publicKeys;
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
  return { keyId, ed25519Hex: hex(ed25519), mlDsa65Hex: hex(mlDsa65) };
};
for (const { kind, bytes, signatures } of records) {
  if (wanted.length > 0 && !wanted.includes(kind)) continue;
  const [signer, ...further] = signatures.map(({ keyId }) => keysOf(keyId));
  const vector = {
    kind,
    about: `a valid ${kind} record, signed by ${further.length > 0 ? "the keys" : "the key"} below`,
    signer,
    ...(further.length > 0 ? { further } : {}),
    bytesHex: Buffer.from(bytes).toString("hex"),
  };
  writeFileSync(
    fileURLToPath(new URL(`records-${kind}.json`, import.meta.url)),
    `${JSON.stringify(vector, null, 1)}\n`,
  );
}
