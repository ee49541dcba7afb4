/** Both offer policies keep the contract; `ciris` in every way in which consent can be absent. */
import { type ConsentSource, cirisOfferPolicy, openOfferPolicy } from "waxwing/replication";
import { offerPolicySuite } from "waxwing/testing";
import type { StoredRecord } from "#contracts/index.js";
import { avaReport } from "../support/ava-report.js";

const record = (position: number): StoredRecord => ({
  kind: "note",
  hash: new Uint8Array(32).fill(position),
  bytes: new Uint8Array([position]),
  recordId: new Uint8Array(32).fill(position + 100),
  position,
  seq: position,
  visibility: "federation",
  receivedAtMs: 0,
});
const records = (permitted: (position: number) => boolean) =>
  [1, 2, 3, 4].map((position) => ({ record: record(position), permitted: permitted(position) }));
const report = avaReport("offer policy");
const at = { peer: "P", kind: "note" };

offerPolicySuite(
  "open",
  { create: () => ({ ...at, policy: openOfferPolicy(), records: records(() => true) }) },
  report,
);

const nothing = records(() => false);
const ciris = (name: string, consent: ConsentSource) =>
  offerPolicySuite(
    `ciris, ${name}`,
    { create: () => ({ ...at, policy: cirisOfferPolicy({ self: "S", consent }), records: nothing }) },
    report,
  );

ciris("no consent", { consentFor: async () => undefined });
ciris("a source that fails", {
  consentFor: async () => {
    throw new Error("the consent store is down");
  },
});
ciris("a source that throws at once", {
  consentFor: () => {
    throw new Error("not even a promise");
  },
});
ciris("a decision that fails", {
  consentFor: async () => ({
    permits: () => {
      throw new Error("undecidable");
    },
  }),
});
ciris("an answer that is not yes", {
  consentFor: async () => ({ permits: () => "yes" as unknown as boolean }),
});

offerPolicySuite(
  "ciris, consent for some",
  {
    create: () => {
      let broken = false;
      const consent: ConsentSource = {
        async consentFor(peer) {
          if (broken) throw new Error("down");
          return peer === "P" ? { permits: ({ position }) => position % 2 === 0 } : undefined;
        },
      };
      return {
        ...at,
        policy: cirisOfferPolicy({ self: "S", consent }),
        records: records((position) => position % 2 === 0),
        breakDecisions: () => {
          broken = true;
        },
      };
    },
  },
  report,
);

const row = (position: number, kind: string, value: object): StoredRecord => ({
  ...record(position),
  kind,
  bytes: new TextEncoder().encode(JSON.stringify(value)),
});
const attestation = (position: number, more: object) =>
  row(position, "attestation", {
    attestation_type: "scores",
    attesting_key_id: "author",
    attested_key_id: "somebody",
    ...more,
  });

offerPolicySuite(
  "ciris, attestations row by row",
  {
    create: () => {
      let broken = false;
      const orBroken = <Answer>(answer: Answer): Answer => {
        if (broken) throw new Error("down");
        return answer;
      };
      return {
        peer: "P",
        kind: "attestation",
        policy: cirisOfferPolicy({
          self: "S",
          consent: { consentFor: async () => orBroken({ permits: () => true }) },
          cohorts: { cohortOf: async () => new Set(["friend"]) },
          roots: new Set(["root"]),
        }),
        records: [
          { record: attestation(1, { attesting_key_id: "root" }), permitted: true },
          {
            record: attestation(2, { attesting_key_id: "friend", cohort_scope: "community" }),
            permitted: true,
          },
          {
            record: attestation(3, { attesting_key_id: "root", cohort_scope: "community" }),
            permitted: false,
          },
          {
            record: attestation(4, { attesting_key_id: "friend", cohort_scope: "family" }),
            permitted: false,
          },
          { record: attestation(5, { attested_key_id: "P" }), permitted: true, advertised: false },
          {
            record: attestation(6, { attesting_key_id: "root", attestation_type: "trace:x" }),
            permitted: false,
          },
          { record: attestation(7, {}), permitted: false },
          { record: row(8, "attestation", []), permitted: false },
        ],
        breakDecisions: () => {
          broken = true;
        },
      };
    },
  },
  report,
);

offerPolicySuite(
  "ciris, keys",
  {
    create: () => ({
      peer: "P",
      kind: "key",
      policy: cirisOfferPolicy({ self: "S", consent: { consentFor: async () => undefined } }),
      records: [
        { record: row(1, "key", { record: { key_id: "S" } }), permitted: true },
        { record: row(2, "key", { record: { key_id: "other" } }), permitted: true, advertised: false },
        { record: row(3, "key", { record: "S" }), permitted: false },
      ],
    }),
  },
  report,
);

offerPolicySuite(
  "ciris, revocations",
  {
    create: () => ({
      peer: "P",
      kind: "revocation",
      policy: cirisOfferPolicy({ self: "S", consent: { consentFor: async () => undefined } }),
      records: records(() => true),
    }),
  },
  report,
);
