/** One valid record a kind: names and hashes as a second implementation gives them, signatures on every engine. */
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { createKinds, isRefusal, parseRecord, persistRowHash } from "waxwing/records";
import { allEngines } from "../support/engines.js";
import { ownVectors, readJson } from "../support/vectors.js";

interface Signer {
  readonly keyId: string;
  readonly ed25519Hex: string;
  readonly mlDsa65Hex: string;
}

interface RecordVector {
  readonly kind: string;
  readonly signer: Signer;
  /** Others who signed the same bytes, in the record's order. */
  readonly further?: readonly Signer[];
  readonly bytesHex: string;
  readonly expect: Readonly<Record<"wireHash" | "messageHash" | "recordId" | "naturalKey", string>> & {
    readonly rowHash: string | null;
  };
}

const files = readdirSync(ownVectors).filter((name) => /^records-.*\.json$/.test(name));
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, "hex"));
const kinds = createKinds();
kinds.define({ token: "note", naturalKey: ["signer_key_id", "id"] });

const engines = await allEngines();

test("there is a vector for every kind that is admitted", (t) => {
  const tokens = files.map((name) => name.slice("records-".length, -".json".length));
  t.deepEqual(tokens.sort(), [...kinds.admittedTokens()].sort());
});

for (const { name: engineName, engine } of engines) {
  for (const file of files) {
    test(`${engineName}: ${file}`, (t) => {
      const vector = readJson<RecordVector>(join(ownVectors, file));
      const named = kinds.get(vector.kind)?.onlyByName ? vector.kind : undefined;
      const parsed = parseRecord(engine, kinds, named, bytesOf(vector.bytesHex));
      if (isRefusal(parsed)) return t.fail(`${parsed.code}: ${parsed.message}`);
      t.is(parsed.kind, vector.kind);
      t.is(hex(parsed.hash), vector.expect.wireHash);
      t.is(hex(engine.sha256(parsed.signedBytes)), vector.expect.messageHash);
      t.is(hex(parsed.recordId), vector.expect.recordId);
      t.is(hex(parsed.naturalKey), vector.expect.naturalKey);
      t.is(parsed.value.persist_row_hash ?? null, vector.expect.rowHash);
      const signers = [vector.signer, ...(vector.further ?? [])];
      t.is(parsed.signatures.length, signers.length);
      for (const [index, { keyId, ed25519, mlDsa65 }] of parsed.signatures.entries()) {
        const signer = signers[index]!;
        t.is(keyId, signer.keyId);
        const publicKeys = { ed25519: bytesOf(signer.ed25519Hex), mlDsa65: bytesOf(signer.mlDsa65Hex) };
        t.true(engine.hybrid.verify({ ed25519, mlDsa65: mlDsa65! }, parsed.signedBytes, publicKeys));
      }
    });
  }

  test(`${engineName}: the derived row hash of the fact sheet`, (t) => {
    const at = '"2026-01-01T00:00:00Z"';
    const row = `{"revocation_id":"rev-1","revoked_key_id":"alice","revoking_key_id":"alice","reason":"rotated — now","revoked_at":${at},"effective_at":${at},"revocation_envelope":{"z":1.5,"a":"é"},"original_content_hash":"${"0".repeat(64)}","scrub_signature_classical":"AA==","scrub_key_id":"alice","scrub_timestamp":${at}}`;
    t.is(
      hex(persistRowHash(engine, new TextEncoder().encode(row))),
      "92c6e4dea40c4ed5f0f8c6f9bf4bb9d55e723e75861cae2e6f432d27a821e967",
    );
  });
}

const python = process.env.WAXWING_PYTHON ?? "python3";
const hasPython = spawnSync(python, ["--version"]).status === 0;
const pythonTest = hasPython ? test : test.skip;

pythonTest("records.py, which shares no code with the package, gives the same names (needs python3)", (t) => {
  const script = join(ownVectors, "records.py");
  const run = spawnSync(python, [script, "--check", ...files.map((name) => join(ownVectors, name))], {
    encoding: "utf8",
  });
  t.is(run.status, 0, run.stdout + run.stderr);
});
