/**
 * The Admission contract, law by law, with records that the suite builds itself: signed, tampered with,
 * re-serialised, stripped.
 */
import { equalBytes, hexEncode, utf8Decode, utf8Encode } from "../base/bytes.js";
import type { Engine } from "../contracts/engine.js";
import type { Identity } from "../contracts/identity.js";
import type { Admission, AdmitVerdict } from "../contracts/record.js";
import type { Store } from "../contracts/store.js";
import { buildAttestation, buildIdentityOccurrence, buildKeyRecord } from "../records/build.js";
import type { DecodedRecord } from "../records/parse-record.js";
import { persistRowHash } from "../records/signed-bytes.js";
import { assert, assertEqual, type SuiteReport } from "./suite.js";

export interface AdmissionUnderTest {
  readonly engine: Engine;
  /** Unix ms at which the records of the suite are made; the clock of `open` must stand at it or later. */
  readonly nowMs: number;
  /** Native identities, different each call of a different `seed`. */
  identity(seed: number): Promise<Identity>;
  /** Admission over an empty store. */
  open(): Promise<{ admission: Admission; store: Store }>;
}

export function admissionSuite(implementation: AdmissionUnderTest, report: SuiteReport): void {
  const { engine, nowMs, open } = implementation;
  const alice = () => implementation.identity(1);
  const key = async (identity: Identity) =>
    buildKeyRecord(engine, identity, { validFromMs: nowMs, identityType: "node" });
  const attestation = async (identity: Identity, attestationId: string) =>
    buildAttestation(engine, identity, {
      attestationId,
      attestationType: "scores",
      assertedAtMs: nowMs,
      content: { score: 1.5, text: "né" },
    });
  /** Admission that knows alice's key. */
  const openWithAlice = async () => {
    const opened = await open();
    const verdicts = await opened.admission.admit("key", [(await key(await alice())).bytes], {});
    assertEqual(statuses(verdicts), ["admitted"], "the key of the suite");
    return opened;
  };

  report.check(
    "a key, an occurrence and an attestation are admitted and read back byte for byte",
    async () => {
      const { admission, store } = await open();
      const signer = await alice();
      const records = [
        await key(signer),
        await buildIdentityOccurrence(engine, signer, { deviceClass: "server", assertedAtMs: nowMs }),
        await attestation(signer, "a"),
      ];
      for (const record of records) {
        const [verdict] = await admission.admit(record.kind, [record.bytes], {});
        assertEqual(verdict?.status, "admitted", record.kind);
        const stored = await store.get(record.kind, record.hash);
        assert(stored && equalBytes(stored.bytes, record.bytes), `${record.kind} reads back`);
      }
    },
  );

  report.check("law 1: verdicts come in input order, and a bad record changes no other's", async () => {
    const { admission } = await open();
    const signer = await alice();
    const good = await attestation(signer, "good");
    const verdicts = await admission.admit(
      undefined,
      [
        utf8Encode("not json"),
        good.bytes,
        tamper(engine, await attestation(signer, "bad")),
        utf8Encode("{}"),
        // The signer's key comes behind what it signed.
        (await key(signer)).bytes,
        good.bytes,
      ],
      {},
    );
    assertEqual(
      verdicts.map(describe),
      ["record_malformed", "admitted", "signature_invalid", "kind_unknown", "admitted", "duplicate"],
      "verdicts",
    );
  });

  report.check("law 2 and 3: many callers at once admit one record once, and it is there", async () => {
    const { admission, store } = await openWithAlice();
    const record = await attestation(await alice(), "a");
    const verdicts = await Promise.all(
      Array.from({ length: 6 }, () => admission.admit("attestation", [record.bytes], {})),
    );
    assertEqual(
      statuses(verdicts.flat()).sort(),
      ["admitted", "duplicate", "duplicate", "duplicate", "duplicate", "duplicate"],
      "verdicts",
    );
    assertEqual(await store.holds("attestation", [record.hash]), [true], "held");
  });

  report.check("a record of an unknown signer waits for its key and passes once it came", async () => {
    const { admission } = await open();
    const signer = await alice();
    const record = await attestation(signer, "a");
    const [refused] = await admission.admit("attestation", [record.bytes], {});
    assert(refused?.status === "refused", "refused first");
    assertEqual(
      [refused.refusal.code, refused.refusal.transient, refused.refusal.waitsForKey],
      ["key_unknown", true, signer.keyId],
      "refusal",
    );
    const [admittedKey] = await admission.admit("key", [(await key(signer)).bytes], {});
    assert(admittedKey?.status === "admitted" && admittedKey.admittedKey === signer.keyId, "names the key");
    assertEqual(statuses(await admission.admit("attestation", [record.bytes], {})), ["admitted"], "then");
  });

  report.check("tampered, unsigned and half-signed records are refused, each with its code", async () => {
    const { admission } = await openWithAlice();
    const record = await attestation(await alice(), "a");
    const cases: [string, Uint8Array, string][] = [
      ["content changed, hashes mended", tamper(engine, record), "signature_invalid"],
      [
        "signature removed",
        edit(engine, record, (json) => Reflect.deleteProperty(json, "scrub_signature_classical")),
        "signature_missing",
      ],
      [
        "post-quantum half removed",
        edit(engine, record, (json) => Reflect.deleteProperty(json, "scrub_signature_pqc")),
        "pqc_missing",
      ],
      [
        "another's signature",
        borrowSignature(engine, record, await attestation(await alice(), "b")),
        "signature_invalid",
      ],
      [
        "a column changed",
        edit(engine, record, (json) => Reflect.set(json, "attested_key_id", "x")),
        "member_mismatch",
      ],
    ];
    for (const [name, bytes, code] of cases)
      assertEqual((await admission.admit("attestation", [bytes], {})).map(describe), [code], name);
  });

  report.check("a re-serialised copy is a duplicate, and its hash is held afterwards", async () => {
    const { admission, store } = await openWithAlice();
    const record = await attestation(await alice(), "a");
    await admission.admit("attestation", [record.bytes], {});
    const copy = utf8Encode(JSON.stringify(JSON.parse(utf8Decode(record.bytes)), null, 1));
    const [verdict] = await admission.admit("attestation", [copy], {});
    assertEqual(verdict?.status, "duplicate", "verdict");
    assertEqual(await store.holds("attestation", [engine.sha256(copy)]), [true], "not wanted again");
    assertEqual((await store.stats()).records, 2, "records held: the key and one attestation");
  });

  report.check("another record for a natural key that is taken is refused", async () => {
    const { admission } = await openWithAlice();
    const signer = await alice();
    await admission.admit("attestation", [(await attestation(signer, "a")).bytes], {});
    const other = await buildAttestation(engine, signer, {
      attestationId: "a",
      attestationType: "scores",
      assertedAtMs: nowMs,
      content: { score: 2 },
    });
    assertEqual(
      (await admission.admit("attestation", [other.bytes], {})).map(describe),
      ["natural_key_conflict"],
      "code",
    );
  });

  report.check("a record signed by somebody who may not speak for the subject is refused", async () => {
    const { admission } = await openWithAlice();
    const mallory = await implementation.identity(2);
    await admission.admit("key", [(await key(mallory)).bytes], {});
    const occurrence = await buildIdentityOccurrence(engine, mallory, {
      deviceClass: "server",
      assertedAtMs: nowMs,
      more: {},
    });
    const signer = await alice();
    const text = utf8Decode(occurrence.bytes);
    // The row and the envelope name mallory; only the wrapper's signer is swapped.
    const swapped = text.replace(
      `"attesting_key_id":"${mallory.keyId}"`,
      `"attesting_key_id":"${signer.keyId}"`,
    );
    const [verdict] = await admission.admit("identity_occurrence", [utf8Encode(swapped)], {});
    assertEqual(verdict?.status, "refused", "verdict");
  });

  report.check("local records come from the node itself and never from a peer", async () => {
    const { admission, store } = await openWithAlice();
    const signer = await alice();
    const record = await buildAttestation(engine, signer, {
      attestationId: "own",
      attestationType: "scores",
      assertedAtMs: nowMs,
      content: {},
      cohortScope: "self",
    });
    const fromPeer = await admission.admit("attestation", [record.bytes], { peerKeyId: "peer" });
    assertEqual(fromPeer.map(describe), ["record_local"], "from a peer");
    assertEqual(
      statuses(await admission.admit("attestation", [record.bytes], {})),
      ["admitted"],
      "from here",
    );
    assertEqual((await store.offerPage("attestation", { after: 0, limit: 10 })).length, 0, "offered");
  });

  report.check("an unproven peer's records are kept apart and feed nothing", async () => {
    const { admission, store } = await open();
    const signer = await alice();
    const context = { unprovenPeer: true };
    const verdicts = [
      ...(await admission.admit("key", [(await key(signer)).bytes], context)),
      ...(await admission.admit("attestation", [(await attestation(signer, "a")).bytes], context)),
    ];
    assertEqual(verdicts.map(describe), ["key_not_trusted", "key_not_trusted"], "verdicts");
    assertEqual((await store.stats()).records, 0, "records held");
  });

  report.check("no records, no verdicts", async () => {
    const { admission } = await open();
    assertEqual(await admission.admit("key", [], {}), [], "verdicts");
  });
}

function describe(verdict: AdmitVerdict): string {
  return verdict.status === "refused" ? verdict.refusal.code : verdict.status;
}

function statuses(verdicts: readonly AdmitVerdict[]): string[] {
  return verdicts.map((verdict) => verdict.status);
}

type Json = Record<string, unknown>;

/** An attestation with a change made to it and both hashes made right again, as a forger would. */
function edit(engine: Engine, record: DecodedRecord, change: (json: Json) => unknown): Uint8Array {
  const json = JSON.parse(utf8Decode(record.bytes)) as Json;
  change(json);
  const envelope = utf8Encode(JSON.stringify(json.attestation_envelope));
  json.original_content_hash = hexEncode(engine.envelopeHash(envelope));
  json.persist_row_hash = hexEncode(persistRowHash(engine, utf8Encode(JSON.stringify(json))));
  return utf8Encode(JSON.stringify(json));
}

function tamper(engine: Engine, record: DecodedRecord): Uint8Array {
  return edit(engine, record, (json) => Reflect.set(json.attestation_envelope as Json, "score", 99));
}

function borrowSignature(engine: Engine, record: DecodedRecord, other: DecodedRecord): Uint8Array {
  return edit(engine, record, (json) => {
    for (const name of ["scrub_signature_classical", "scrub_signature_pqc"]) json[name] = other.value[name];
  });
}
