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
    { create: () => ({ ...at, policy: cirisOfferPolicy({ consent }), records: nothing }) },
    report,
  );

ciris("no consent", { consentFor: async () => undefined });
ciris("a source that fails", {
  consentFor: async () => {
    throw new Error("the consent store is down");
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
        policy: cirisOfferPolicy({ consent }),
        records: records((position) => position % 2 === 0),
        breakDecisions: () => {
          broken = true;
        },
      };
    },
  },
  report,
);
