/** RFC 8785: the pairs of cyberphone/json-canonicalization, and the known answers of the fact sheet (ciris-edge §2.5, §7.5, §7.6). */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import avaTest from "ava";
import { allEngines } from "../support/engines.js";
import { vectorTest } from "../support/vectors.js";

const engines = await allEngines();
const utf8 = new TextEncoder();
const show = (bytes: Uint8Array) => Buffer.from(bytes).toString();
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

const { path, test, note } = vectorTest("jcs");
const files = existsSync(path) ? readdirSync(join(path, "input")) : ["the six pairs"];
for (const file of files) {
  test(`canonicalize() turns cyberphone's input into its output, byte for byte: ${file}${note}`, (t) => {
    const input = new Uint8Array(readFileSync(join(path, "input", file)));
    const output = readFileSync(join(path, "output", file));
    const outhex = readFileSync(join(path, "outhex", file.replace(".json", ".txt")), "utf8");
    for (const { name, engine } of engines) {
      t.is(show(engine.canonicalize(input)), output.toString(), name);
      t.is(hex(engine.canonicalize(input)), outhex.replace(/\s/g, ""), name);
      t.deepEqual(engine.envelopeHash(input), engine.sha256(new Uint8Array(output)), name);
    }
  });
}

avaTest("canonicalize() prints numbers as §7.6 of the fact sheet lists them", (t) => {
  const text = "[-0,1e21,1e20,5e-324,0.30000000000000004,1.0]";
  for (const { name, engine } of engines)
    t.is(
      show(engine.canonicalize(utf8.encode(text))),
      "[0,1e+21,100000000000000000000,5e-324,0.30000000000000004,1]",
      name,
    );
});

/** The cells of §2.5; kinds in the order of §2.2. */
const policyManifest = {
  contract: "replication_serve_advertise_policy",
  version: 2,
  policies: [
    policy("key", "self_own", "public", "subject_pull:data_subject; subject-only"),
    policy(
      "attestation",
      "per_record_projection",
      "trace:* → capability:infra:serve; else public",
      "subject_pull:data_subject+sender; subject-only; non-retainable scores-plane rows carved on data_subject axis (G2: attestation_type==scores AND !persist::is_subject_retainable(dimension))",
    ),
    policy("revocation", "global", "public", "none"),
    policy("identity_occurrence", "self_own", "public", "subject_pull:data_subject; subject-only"),
    policy("family", "cohort", "public", "none"),
    policy("community", "cohort", "public", "none"),
    policy("identity_occurrence_revocation", "global", "public", "subject_pull:data_subject; subject-only"),
    policy("family_membership_revocation", "global", "public", "none"),
    policy("community_membership_revocation", "global", "public", "none"),
    policy("location_proof", "cohort", "public", "none"),
    policy("organization", "bulk_since", "public", "none"),
    policy("org_membership", "bulk_since", "public", "none"),
    policy("partner_record", "bulk_since", "public", "none"),
    policy("transport_destination", "self_own", "public", "subject_pull:data_subject; subject-only"),
    policy(
      "accord_quorum_evidence",
      "cursor:evidence_at",
      "public",
      "cursor_pull:evidence_at; re-tally admit (apply_replicated_accord_evidence)",
    ),
  ],
};

function policy(kind: string, advertise: string, serve: string, receive: string) {
  return { kind, advertise, serve, receive };
}

avaTest("envelopeHash() of the serve policy manifest is the pinned one (§2.5)", (t) => {
  const text = utf8.encode(JSON.stringify(policyManifest, undefined, 2));
  for (const { name, engine } of engines) {
    t.is(engine.canonicalize(text).length, 1801, name);
    t.is(
      hex(engine.envelopeHash(text)),
      "20499cabaf1c0566b5a8d66f8d03c8a980b760c733e83444b7345a7733f22d74",
      name,
    );
  }
});

avaTest("canonicalizePython() of the revocation row has the derived hash (§7.5)", (t) => {
  const time = '"2026-01-01T00:00:00Z"';
  const row = `{
    "revocation_id": "rev-1", "revoked_key_id": "alice", "revoking_key_id": "alice",
    "reason": "rotated — now", "revoked_at": ${time}, "effective_at": ${time},
    "revocation_envelope": {"z": 1.5, "a": "é"},
    "original_content_hash": "${"0".repeat(64)}",
    "scrub_signature_classical": "AA==", "scrub_key_id": "alice", "scrub_timestamp": ${time}
  }`;
  for (const { name, engine } of engines) {
    const form = engine.canonicalizePython(utf8.encode(row));
    t.true(
      show(form).startsWith(
        `{"effective_at":${time},"original_content_hash":"${"0".repeat(64)}","reason":"rotated \\u2014 now","revocation_envelope":{"a":"\\u00e9","z":1.5},`,
      ),
      name,
    );
    t.is(hex(engine.sha256(form)), "92c6e4dea40c4ed5f0f8c6f9bf4bb9d55e723e75861cae2e6f432d27a821e967", name);
  }
});
