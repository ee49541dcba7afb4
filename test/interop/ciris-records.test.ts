/**
 * Records, canonical forms and hybrid signatures against ciris-persist and ciris-verify, both ways and as
 * black boxes. What was confirmed, with which versions, stands in docs/protocol.md.
 */
import test from "ava";
import { createKinds, isRefusal, parseRecord, persistRowHash } from "waxwing/records";
import { howToRun, type Oracle, python, startOracle } from "../support/ciris.js";
import { alice, attestationOf, bob, engine, keyOf, kinds, recordOf } from "../support/records.js";

const oracleTest = python === undefined ? test.skip : test;
const note = python === undefined ? ` (${howToRun})` : "";

/** biome-ignore lint/suspicious/noExplicitAny: foreign JSON. */
type Any = any;

const utf8 = (text: string) => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString("utf8");
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const b64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");
const epoch = "1970-01-01T00:00:00Z";
let attestations = 0;
const attestationId = () => `00000000-0000-4000-8000-${String(++attestations).padStart(12, "0")}`;
/** A dimension that the reference's vocabulary admits, and content whose canonical forms differ. */
const content = { dimension: "trust:interop:v1", text: "né — 😀", number: 1e21, "\ue000": 1, "😀": 2 };

async function withOracle(run: (oracle: Oracle) => Promise<void>): Promise<void> {
  const oracle = startOracle();
  try {
    await run(oracle);
  } finally {
    oracle.close();
  }
}

const documents = [
  '{"b":1.50,"a":"é\\u007f😀","\\ue000":1,"😀":2,"e":1E5}',
  '{"numbers":[0,-0.0,1e21,1e20,5e-324,0.30000000000000004,1.0,333333333.33333329,1E30,4.50,2e-3,1e-27]}',
  '{"escapes":"\\u0000\\b\\t\\n\\f\\r\\"\\\\\\/\\u001f\\u2028"}',
  '{"nested":{"z":[{"y":null,"x":[true,false]}],"a":{}}, "empty":[] }',
  '{"long":123456789012345678,"small":-1}',
];

oracleTest(
  `canonicalize() gives the bytes of ciris-verify's JCS and of ciris-persist's${note}`,
  async (t) => {
    await withOracle(async (oracle) => {
      for (const json of documents) {
        const ours = textOf(engine.canonicalize(utf8(json)));
        t.is(textOf((await oracle.ask("jcs", json)) as Uint8Array), ours);
        t.is(textOf((await oracle.ask("canonicalize_envelope", json)) as Uint8Array), ours);
      }
    });
  },
);

oracleTest(`canonicalizePython() gives the bytes of ciris-persist's V1Python form${note}`, async (t) => {
  await withOracle(async (oracle) => {
    const ask = async (json: string) =>
      textOf((await oracle.ask("canonicalize_envelope_for_signing", json)) as Uint8Array);
    const served = documents.map((json) =>
      json
        .replace("1E5", "1e+5")
        .replace("1E30", "1e+30")
        .replace(/1e(?=2[01])/g, "1e+"),
    );
    for (const json of served) t.is(await ask(json), textOf(engine.canonicalizePython(utf8(json))));
    // Its parser rewrites some number tokens before they are canonicalized. Bytes that it has served hold
    // only the rewritten ones, so row hashes over them agree.
    t.is(await ask("[1E5,1e5,-0,1.50]"), "[1e+5,1e+5,0,1.50]");
    t.is(textOf(engine.canonicalizePython(utf8("[1E5,1e5,-0,1.50]"))), "[1E5,1e5,-0,1.50]");
  });
});

oracleTest(`hybrid signatures verify both ways, and swapped halves on neither side${note}`, async (t) => {
  await withOracle(async (oracle) => {
    const message = utf8("one message");
    const [ours, other] = [await alice.sign(message), await alice.sign(utf8("another"))];
    const ask = (pair: typeof ours, policy = "strict") =>
      oracle.ask(
        "verify_hybrid",
        message,
        b64(pair.ed25519),
        b64(pair.mlDsa65),
        b64(alice.publicKeys.ed25519),
        b64(alice.publicKeys.mlDsa65),
        policy,
      );
    t.like(await ask(ours), { outcome: "hybrid_verified" });
    const swapped = { ed25519: ours.ed25519, mlDsa65: other.mlDsa65 };
    for (const policy of ["strict", "ed25519_fallback"]) await t.throwsAsync(ask(swapped, policy));
    t.false(engine.hybrid.verify(swapped, message, alice.publicKeys));
  });
});

oracleTest(`a signature made by ciris-persist verifies here${note}`, async (t) => {
  await withOracle(async (oracle) => {
    const message = utf8("their message");
    const made = (await oracle.ask("local_sign_hybrid", message)) as Any;
    const keyOfOracle = async (call: string) => Buffer.from((await oracle.ask(call)) as string, "base64");
    const publicKeys = {
      ed25519: new Uint8Array(await keyOfOracle("local_public_key_b64")),
      mlDsa65: new Uint8Array(await keyOfOracle("local_pqc_public_key_b64")),
    };
    const pair = { ed25519: made.classical_sig, mlDsa65: made.pqc_sig };
    t.true(engine.hybrid.verify(pair, message, publicKeys));
    t.false(engine.hybrid.verify(pair, utf8("another"), publicKeys));
  });
});

oracleTest(`ciris-persist admits our records over JCS and serves them byte for byte${note}`, async (t) => {
  await withOracle(async (oracle) => {
    const keys = [await keyOf(alice), await keyOf(bob)];
    for (const key of keys) await oracle.ask("put_public_key", textOf(key.bytes));
    const listed = async (call: string, ...args: unknown[]) => (await oracle.ask(call, ...args)) as string;
    const served = await listed("list_signed_key_records_since", epoch, 100);
    for (const key of keys) t.true(served.includes(textOf(key.bytes)), "key");

    const attestation = await attestationOf(alice, attestationId(), { content, weight: 1 });
    await oracle.ask("put_attestation", `{"attestation":${textOf(attestation.bytes)}}`);
    t.true(
      (await listed("list_attestations_since", epoch, 10)).includes(textOf(attestation.bytes)),
      "attestation",
    );

    const revocation = textOf((await recordOf("revocation")).bytes);
    await oracle.ask("put_revocation", revocation);
    const row = revocation.slice('{"revocation":'.length, -1);
    t.true((await listed("list_revocations", "{}", null, 10, alice.keyId)).includes(row), "revocation");

    const family = textOf((await recordOf("family")).bytes);
    const { family: record, ...proof } = JSON.parse(family);
    await oracle.ask("put_family_json", JSON.stringify({ ...record, ...proof }));
    t.true((await listed("list_signed_families_since", epoch, 10)).includes(family), "family");
  });
});

oracleTest(
  `ciris-persist refuses what we refuse: a borrowed signature, a changed envelope${note}`,
  async (t) => {
    await withOracle(async (oracle) => {
      await oracle.ask("put_public_key", textOf((await keyOf(alice)).bytes));
      const good = await attestationOf(alice, attestationId(), { content });
      const other = await attestationOf(alice, attestationId(), { content });
      const forge = (change: Any) => {
        const row = { ...good.value, ...change };
        row.persist_row_hash = hex(persistRowHash(engine, utf8(JSON.stringify(row))));
        return JSON.stringify({ attestation: row });
      };
      const { scrub_signature_classical, scrub_signature_pqc } = other.value;
      await t.throwsAsync(
        oracle.ask("put_attestation", forge({ scrub_signature_classical, scrub_signature_pqc })),
      );
      const envelope = { ...(good.value.attestation_envelope as object), text: "changed" };
      await t.throwsAsync(oracle.ask("put_attestation", forge({ attestation_envelope: envelope })));
      await t.notThrowsAsync(oracle.ask("put_attestation", forge({})));
    });
  },
);

oracleTest(
  `the key records that ciris-persist ships parse here, hashes and signatures included${note}`,
  async (t) => {
    await withOracle(async (oracle) => {
      await oracle.ask("register_self_federation_key", "agent", "reference");
      const text = (await oracle.ask("list_signed_key_records_since", epoch, 100)) as string;
      const records = (JSON.parse(text) as unknown[]).map((record) => {
        const parsed = parseRecord(engine, createKinds(), "key", utf8(JSON.stringify(record)));
        if (isRefusal(parsed)) throw new Error(`${parsed.code}: ${parsed.message}`);
        return parsed;
      });
      const keys = new Map(
        records.map(({ value }: Any) => [
          value.key_id,
          {
            ed25519: new Uint8Array(Buffer.from(value.pubkey_ed25519_base64, "base64")),
            mlDsa65: new Uint8Array(Buffer.from(value.pubkey_ml_dsa_65_base64, "base64")),
          },
        ]),
      );
      let signatures = 0;
      for (const record of records) {
        for (const { keyId, ed25519, mlDsa65 } of record.signatures) {
          const publicKeys = keys.get(keyId);
          if (!publicKeys || !mlDsa65) continue;
          t.true(engine.hybrid.verify({ ed25519, mlDsa65 }, record.signedBytes, publicKeys), keyId);
          signatures++;
        }
      }
      t.true(
        records.length >= 5 && signatures > records.length,
        "self-signed ones, and several on one record",
      );
    });
  },
);

oracleTest(
  `an attestation of ciris-persist 22, made before the row was bound, is refused as unbound${note}`,
  async (t) => {
    await withOracle(async (oracle) => {
      await oracle.ask("register_self_federation_key", "agent", "reference");
      const input = { attestation_type: "scores", attestation_envelope: { dimension: "trust:interop:v1" } };
      await oracle.ask("emit_attestation_self", JSON.stringify(input));
      const [row] = JSON.parse((await oracle.ask("list_attestations_since", epoch, 10)) as string);
      const parsed = parseRecord(engine, kinds, "attestation", utf8(JSON.stringify(row)));
      t.is(isRefusal(parsed) ? parsed.code : "parsed", "member_unbound");
      t.is(hex(persistRowHash(engine, utf8(JSON.stringify(row)))), row.persist_row_hash);
    });
  },
);
