/**
 * The apply rules on rows that no honest signer would make. The input is a JSON list of [kind, signer, row]; each
 * row is signed as it is (every signature counts as valid here) and admitted in turn. Whatever comes, every row gets a
 * verdict, the facts are those that follow from the held records, and what they come to can be asked.
 */
import {
  buildAttestation,
  buildKeyRecord,
  type DecodedRecord,
  isJsonObject,
  type JsonObject,
  type RecordDraft,
  signRecord,
} from "waxwing/records";
import { createStandings, deriveFacts } from "waxwing/trust";
import { WaxwingError } from "#dist/base/errors.js";
import type { Identity } from "#dist/contracts/identity.js";
import { engine, identityOf, kinds, startMs } from "../../support/records.js";
import {
  destinationOf,
  locationOf,
  occurrenceAt,
  occurrenceRevocationOf,
  removalOf,
  revocationOf,
  rosterOf,
} from "../../support/rules.js";
import { openTrust } from "../../support/trust.js";
import { demand, type FuzzTarget, texts } from "../target.js";

const [a, b, c] = ["a", "b", "c"].map((keyId, index) => identityOf(index + 1, keyId)) as [
  ReturnType<typeof identityOf>,
  ReturnType<typeof identityOf>,
  ReturnType<typeof identityOf>,
];
const identities = new Map([a, b, c].map((identity) => [identity.keyId, identity]));
const rowsMax = 12;

const sequence = async (...records: readonly Promise<DecodedRecord>[]) =>
  JSON.stringify(
    (await Promise.all(records)).map(({ kind, signatures, value }) => [kind, signatures[0]!.keyId, value]),
  );
const statement = (type: string, id: string, target?: string) =>
  buildAttestation(engine, a, {
    attestationId: id,
    attestationType: type,
    assertedAtMs: startMs,
    content: target === undefined ? {} : { target_attestation_id: target },
  });

const seeds = texts(
  await sequence(
    buildKeyRecord(engine, c, { validFromMs: startMs, identityType: "node", identityRef: "a" }),
    revocationOf(a, "c", { effective: 5, after: 1 }),
    revocationOf(b, "b", { effective: -5 }),
    statement("scores", "x"),
  ),
  await sequence(
    rosterOf("family", a, { members: [a, b, c], consensus: "quorum:1/3" }),
    removalOf("family", b, "c", { made: 1 }),
    removalOf("family", c, "b", { made: 1 }),
  ),
  await sequence(
    rosterOf("community", b, { groupId: "a", members: [b] }),
    rosterOf("community", a, { groupId: "a", members: [a, b], consensus: "reverse_quorum:1/2:60" }),
    removalOf("community", a, "b", { groupId: "a" }),
  ),
  await sequence(
    destinationOf(a, 3, 1),
    destinationOf(a, 4, 0),
    destinationOf(a, 4, 0, { retired_at: "2026-01-01T00:00:00Z" }),
  ),
  await sequence(
    locationOf(a),
    locationOf(a, { withdrawn_at: "2026-01-01T00:00:00Z" }),
    occurrenceAt(a, "b", -5),
    occurrenceAt(a, "b", -4),
    occurrenceRevocationOf(b, "a", "b", 0),
  ),
  await sequence(statement("scores", "x"), statement("recants", "y", "x"), statement("withdraws", "z", "y")),
);

/** Signs what it is given with bytes that stand for any signature. */
function signerOf(keyId: string): Identity {
  const identity = identities.get(keyId);
  if (!identity) throw new WaxwingError("key_unknown", "nobody of that name");
  return { ...identity, sign: async () => ({ ed25519: new Uint8Array(64), mlDsa65: new Uint8Array(3309) }) };
}

/** What is signed repeats the row, as honest signers have it. */
function draftOf(kind: string, row: JsonObject): RecordDraft {
  const spec = kinds.get(kind);
  if (!spec || spec.signatures?.all !== undefined) throw new WaxwingError("kind_unknown", "no such kind");
  if (spec.wrapperFields.some(({ name }) => name === "signed_envelope"))
    return { record: row, wrapper: { signed_envelope: row } };
  const {
    attestation_envelope: envelope,
    revocation_envelope: __,
    registration_envelope: ___,
    ...columns
  } = row;
  if (kind === "revocation") return { record: { ...row, revocation_envelope: columns } };
  if (kind === "key") return { record: { ...row, registration_envelope: columns } };
  if (kind !== "attestation") return { record: row };
  const content = typeof envelope === "object" && envelope !== null ? envelope : {};
  return {
    record: { ...row, attestation_envelope: { ...content, asserted_at: row.asserted_at, row: columns } },
  };
}

async function recordsOf(text: string): Promise<DecodedRecord[]> {
  const list: unknown = JSON.parse(text);
  if (!Array.isArray(list)) throw new SyntaxError("no list");
  const records: DecodedRecord[] = [];
  for (const entry of list.slice(0, rowsMax)) {
    const [kind, signer, row] = Array.isArray(entry) ? entry : [];
    if (!isJsonObject(row)) throw new SyntaxError("no row");
    const draft = draftOf(String(kind), row);
    records.push(await signRecord(engine, kinds, kinds.get(String(kind))!, draft, signerOf(String(signer))));
  }
  return records;
}

export const ruleTargets: readonly FuzzTarget[] = [
  {
    name: "applyRules",
    seeds,
    tokens: texts(
      ...'"a" "b" "c" "members" "consensus_protocol" quorum:1/2 majority weighted:x unanimous'.split(" "),
      ..."2026-01-01T00:00:00Z 0000-01-01T00:00:00Z 9999-12-31T23:59:59.999999999Z effective_at".split(" "),
      ..."revoked_after withdrawn_at epoch 9007199254740991 withdraws recants role founder []".split(" "),
    ),
    refusals: (error) =>
      error instanceof WaxwingError || error instanceof SyntaxError || error instanceof RangeError,
    async run(bytes) {
      engine.checkJson(bytes);
      const records = await recordsOf(new TextDecoder().decode(bytes));
      const verifier = {
        verifyBatch: async (items: readonly unknown[]) => new Uint8Array(items.length).fill(1),
      };
      const pins = [...identities.values()].map(({ keyId, publicKeys }) => ({ keyId, ...publicKeys }));
      const trust = openTrust({ pins, admission: { verifier } });
      const verdicts = await trust.admission.admit(
        undefined,
        records.map((record) => record.bytes),
        {},
      );
      await trust.admission.sweep();
      demand(verdicts.length === records.length, "every row gets a verdict");
      demand((await deriveFacts({ ...trust, engine })) === 0, "facts follow from the held records");
      const standings = createStandings({ ...trust, engine });
      for (const kind of ["family", "community"] as const)
        for (const groupId of ["a", `${kind}-1`]) await standings.members(kind, groupId, startMs);
      for (const keyId of identities.keys()) {
        const entry = await trust.directory.lookup(keyId);
        demand(entry !== undefined, "a pin stays");
        const isRevoked = entry.standing === "revoked";
        demand(isRevoked === (entry.withdrawn !== undefined), "what withdraws a pin is a record");
      }
    },
  },
];
