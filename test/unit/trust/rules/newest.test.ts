/** Rules by which the later of two records stays: keys, occurrences, destinations, locations, kinds of one's own. */
import test from "ava";
import type { DecodedRecord } from "waxwing/records";
import { buildOwnRecord, persistRowHash } from "waxwing/records";
import {
  alice,
  attestationOf,
  bob,
  changed,
  engine,
  identityOf,
  keyOf,
  occurrenceOf,
} from "../../../support/records.js";
import {
  at,
  destinationOf,
  keyAt,
  locationOf,
  occurrenceAt,
  occurrenceRevocationOf,
} from "../../../support/rules.js";
import { openTrust, outcomes, pinOf } from "../../../support/trust.js";

/** What became of each, one after the other, in a node that knows alice and bob. */
async function inTurn(records: readonly { readonly bytes: Uint8Array }[], trust = openTrust()) {
  await outcomes(trust, [await keyOf(alice), await keyOf(bob)]);
  const all: string[] = [];
  for (const record of records) all.push(...(await outcomes(trust, [record])));
  return all;
}

interface Pair {
  readonly older: () => Promise<DecodedRecord>;
  readonly newer: () => Promise<DecodedRecord>;
}

const pairs: Record<string, Pair> = {
  "key: valid from later": { older: () => keyAt(bob, -9), newer: () => keyAt(bob, -8) },
  "key: one that signs what it stands for": {
    older: () => keyAt(bob, -9, { registration: {} }),
    newer: () => keyAt(bob, -8, { registration: { note: "anew" } }),
  },
  "identity_occurrence: asserted later": {
    older: () => occurrenceAt(bob, alice.keyId, -9),
    newer: () => occurrenceAt(bob, alice.keyId, -8),
  },
  "transport_destination: a later epoch, though asserted earlier": {
    older: () => destinationOf(bob, 3, -8),
    newer: () => destinationOf(bob, 4, -9),
  },
  "transport_destination: the same epoch, asserted later": {
    older: () => destinationOf(bob, 3, -9),
    newer: () => destinationOf(bob, 3, -8),
  },
  "location_proof: withdrawn": {
    older: () => locationOf(bob),
    newer: () => locationOf(bob, { withdrawn_at: at(-1) }),
  },
  "location_proof: withdrawn earlier": {
    older: () => locationOf(bob, { withdrawn_at: at(-1) }),
    newer: () => locationOf(bob, { withdrawn_at: at(-2) }),
  },
};

for (const [name, { older, newer }] of Object.entries(pairs)) {
  test(`${name}, stays, whichever came first`, async (t) => {
    for (const newestFirst of [false, true]) {
      const trust = openTrust();
      await outcomes(trust, [await keyOf(alice)]);
      if (!name.startsWith("key")) await outcomes(trust, [await keyOf(bob)]);
      const [a, b] = [await older(), await newer()];
      const order = newestFirst ? [b, a] : [a, b];
      const verdicts = [...(await outcomes(trust, [order[0]!])), ...(await outcomes(trust, [order[1]!]))];
      t.deepEqual(verdicts, ["admitted", newestFirst ? "duplicate" : "admitted"]);
      const ids = await trust.store.recordIds(a.kind, undefined, 10);
      const others = a.kind === "key" ? 1 : 0;
      t.is(ids.length, 1 + others);
      t.true(ids.some((id) => Buffer.compare(id, b.recordId) === 0));
      t.deepEqual(await trust.store.holds(a.kind, [a.hash, b.hash]), [true, true], "neither is wanted again");
      t.deepEqual(await trust.store.holdsRecordIds(a.kind, [a.recordId, b.recordId]), [true, true]);
      t.deepEqual(await outcomes(trust, [a, b]), ["duplicate", "duplicate"]);
    }
  });
}

test("of the same time and other content is refused, and the first stays", async (t) => {
  const cases: [string, DecodedRecord, DecodedRecord][] = [
    ["key", await keyAt(bob, -9), await keyAt(bob, -9, { registration: { note: "other" } })],
    [
      "key with another identity_ref",
      await keyAt(bob, -9, { identityRef: "one" }),
      await keyAt(bob, -8, { identityRef: "two" }),
    ],
    ["destination", await destinationOf(bob, 3, -9), await destinationOf(bob, 3, -9, { retired_at: at(-1) })],
    ["location", await locationOf(bob), await locationOf(bob, { valid_until: at(99) })],
    ["occurrence", await occurrenceOf(bob), await occurrenceOf(bob, { valid_until: at(99) })],
  ];
  for (const [name, first, second] of cases) {
    const trust = openTrust();
    if (first.kind !== "key") await outcomes(trust, [await keyOf(bob)]);
    t.deepEqual(await outcomes(trust, [first]), ["admitted"], name);
    t.deepEqual(await outcomes(trust, [second]), ["conflicting_version"], name);
    t.deepEqual((await trust.store.getByNaturalKey(first.kind, first.naturalKey))?.hash, first.hash, name);
  }
});

test("destinations that differ in kind or place stand beside each other", async (t) => {
  const other = "00000000000000000000000000000000";
  t.deepEqual(
    await inTurn([
      await destinationOf(bob, 3, -9),
      await destinationOf(bob, 2, -9, { transport_kind: "http" }),
      await destinationOf(bob, 1, -9, { destination: other }),
    ]),
    ["admitted", "admitted", "admitted"],
  );
});

test("many epochs in one batch come to the newest alone", async (t) => {
  const trust = openTrust();
  await outcomes(trust, [await keyOf(bob)]);
  const records = await Promise.all([2, 5, 1, 4, 3].map((epoch) => destinationOf(bob, epoch, -9)));
  t.deepEqual(await outcomes(trust, records), [
    "admitted",
    "admitted",
    "duplicate",
    "duplicate",
    "duplicate",
  ]);
  t.deepEqual(await trust.store.recordIds("transport_destination", undefined, 9), [records[1]!.recordId]);
});

test("only the device itself says where it is reached, and the subject where it is", async (t) => {
  t.deepEqual(await inTurn([await destinationOf(bob, 3, -9, {}, alice), await locationOf(bob, {}, alice)]), [
    "third_party_row",
    "third_party_row",
  ]);
});

test("a destination without a signature, or whose clock is not signed, is refused", async (t) => {
  const { value } = await destinationOf(bob, 3, -9);
  const bare = Buffer.from(JSON.stringify({ transport_destination: value }));
  const trust = openTrust();
  await outcomes(trust, [await keyOf(bob)]);
  const [unsigned] = await trust.admission.admit("transport_destination", [bare], {});
  t.like(unsigned, { status: "refused", refusal: { code: "signature_missing", transient: false } });
  // biome-ignore lint/suspicious/noExplicitAny: tests reach into untyped JSON on purpose.
  const unbound = changed(await destinationOf(bob, 3, -9), (json: any) => delete json.signed_envelope.epoch);
  t.deepEqual(await outcomes(trust, [{ bytes: unbound }]), ["member_unbound"]);
});

test("a location finer than resolution 7, or that hides a finer cell, is refused", async (t) => {
  const finer = { cell_id: "88283472b1fffff", cell_resolution: 8 };
  t.deepEqual(await inTurn([await locationOf(bob, finer)]), ["location_too_precise"]);
  for (const change of [
    { ...finer, cell_resolution: 7 },
    { cell_id: "87283472BFFFFFF" },
    { cell_id: "Berlin" },
    { cell_resolution: 6 },
  ])
    await t.throwsAsync(locationOf(bob, change), { code: "record_schema" }, JSON.stringify(change));
  t.deepEqual(await inTurn([await locationOf(bob, { cell_id: "087283472bffffff" })]), ["admitted"]);
});

test("a withdrawn location never comes back", async (t) => {
  t.deepEqual(
    await inTurn([
      await locationOf(bob, { withdrawn_at: at(-1) }),
      await locationOf(bob),
      await locationOf(bob, { asserted_at: at(-5) }),
    ]),
    ["admitted", "duplicate", "admitted"],
  );
});

test("a key record with other keys, or without the half that is known, is refused", async (t) => {
  const foreign = identityOf(5, "steward");
  const trust = openTrust({ pins: [pinOf(foreign)] });
  const { publicKeys } = identityOf(6);
  const swapped = await keyOf({ ...identityOf(6), keyId: "steward", publicKeys });
  t.deepEqual(await outcomes(trust, [swapped]), ["key_id_mismatch"]);
  const json = JSON.parse(Buffer.from((await keyOf(foreign)).bytes).toString("utf8"));
  for (const row of [json.record, json.record.registration_envelope]) delete row.pubkey_ml_dsa_65_base64;
  delete json.record.scrub_signature_pqc;
  const envelope = Buffer.from(JSON.stringify(json.record.registration_envelope));
  json.record.original_content_hash = Buffer.from(engine.envelopeHash(envelope)).toString("hex");
  const row = Buffer.from(JSON.stringify(json.record));
  json.record.persist_row_hash = Buffer.from(persistRowHash(engine, row)).toString("hex");
  t.deepEqual(await outcomes(trust, [{ bytes: Buffer.from(JSON.stringify(json)) }]), ["key_downgrade"]);
});

test("a post-quantum half comes to a pinned classical key by a record that the key signed, and stays", async (t) => {
  const foreign = identityOf(5, "steward");
  const pins = [{ keyId: "steward", ed25519: foreign.publicKeys.ed25519 }];
  const trust = openTrust({ pins });
  const attestation = await attestationOf(foreign, "a");
  t.deepEqual(await outcomes(trust, [attestation]), ["pqc_fields_must_be_both"]);
  t.deepEqual(await outcomes(trust, [await keyOf(foreign), attestation]), ["admitted", "admitted"]);
  const again = openTrust({ pins, store: trust.store });
  t.deepEqual((await again.directory.lookup("steward"))?.mlDsa65, foreign.publicKeys.mlDsa65);
  t.is((await openTrust({ store: trust.store }).directory.lookup("steward"))?.standing, "unproven");
  const other = { ...identityOf(6), keyId: "steward" };
  const mixed = { ...other, publicKeys: { ...other.publicKeys, ed25519: foreign.publicKeys.ed25519 } };
  t.deepEqual(await outcomes(again, [await keyOf(mixed)]), ["key_id_mismatch"]);
});

test("an occurrence asserted anew after its revocation is live again", async (t) => {
  t.deepEqual(
    await inTurn([
      await occurrenceAt(bob, alice.keyId, -9),
      await occurrenceRevocationOf(bob, bob.keyId, alice.keyId, -5),
      await occurrenceAt(bob, alice.keyId, -2),
    ]),
    ["admitted", "admitted", "admitted"],
  );
});

test("own kinds say which of two records stays, for one signer", async (t) => {
  const trust = openTrust();
  const spec = trust.admission.defineKind({
    token: "profile",
    naturalKey: ["id"],
    fields: { version: "uint" },
    supersedes: (record, held) => Number(record.version) > Number(held.version),
  });
  const version = (number: number, signer = bob, text = "") =>
    buildOwnRecord(engine, trust.kinds, spec, { id: "me", version: number, text }, signer);
  t.deepEqual(
    await inTurn(
      [
        await version(2),
        await version(1),
        await version(3),
        await version(3, bob, "other"),
        await version(4, alice),
      ],
      trust,
    ),
    ["admitted", "duplicate", "admitted", "natural_key_conflict", "natural_key_conflict"],
  );
  const throwing = trust.admission.defineKind({
    token: "careless",
    naturalKey: ["id"],
    supersedes: () => {
      throw new Error("oops");
    },
  });
  const careless = (value: object) =>
    buildOwnRecord(engine, trust.kinds, throwing, { id: "1", ...value }, bob);
  t.deepEqual(await inTurn([await careless({}), await careless({ more: true })], trust), [
    "admitted",
    "natural_key_conflict",
  ]);
});
