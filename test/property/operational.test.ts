/**
 * What operators and stewards said, in whatever order it came, in whatever batches: every node ends with the same
 * records, and the same statement counts.
 */
import test from "ava";
import fc from "fast-check";
import type { DecodedRecord } from "waxwing/records";
import { createOperationalView } from "waxwing/trust";
import {
  alice,
  authoritiesOf,
  bob,
  engine,
  keyOf,
  organizationOf,
  partnerOf,
  startMs,
} from "../support/records.js";
import { openTrust, outcomes } from "../support/trust.js";

const keys = [await keyOf(alice), await keyOf(bob)];
const authorities = authoritiesOf(alice, bob);

/** Two ids, two signers, equal and different times, some withdrawn: everything that can tie or form a circle. */
const organizations: DecodedRecord[] = [];
for (const attestationId of ["a", "b"])
  for (const assertedAtMs of [startMs, startMs + 1])
    for (const name of ["One", "Two"])
      for (const withdrawn of [false, true])
        organizations.push(
          await organizationOf(name === "One" ? alice : bob, {
            attestationId,
            assertedAtMs,
            name,
            ...(withdrawn ? { withdrawnAtMs: startMs } : {}),
          }),
        );

const partners: DecodedRecord[] = [];
for (const attestationId of ["a", "b"])
  for (const revision of [1, 2])
    for (const status of ["active", "suspended", "revoked"] as const)
      partners.push(await partnerOf([alice, bob], { attestationId, revision, status }));
partners.push(await partnerOf([alice, bob], { attestationId: "a", withdrawnAtMs: startMs }));

const anyOrder = (records: readonly DecodedRecord[]) =>
  fc.tuple(
    fc.uniqueArray(fc.nat({ max: records.length - 1 }), { minLength: 1 }),
    fc.integer({ min: 1, max: 6 }),
  );

async function holdAll(records: readonly DecodedRecord[], batch: number) {
  const trust = openTrust({ admission: { authorities } });
  await outcomes(trust, keys);
  const seen: string[] = [];
  for (let at = 0; at < records.length; at += batch)
    seen.push(...(await outcomes(trust, records.slice(at, at + batch))));
  const held = await trust.store.list(records[0]!.kind, { after: 0, limit: 100 });
  const ids = held.map(({ recordId }) => Buffer.from(recordId).toString("hex")).sort();
  return {
    trust,
    seen,
    ids,
    view: createOperationalView({ engine, store: trust.store, kinds: trust.kinds }),
  };
}

const isDecided = (outcome: string) => outcome === "admitted" || outcome === "duplicate";

for (const [name, records] of [
  ["organization", organizations],
  ["partner_record", partners],
] as const) {
  test(`${name}: the order of arrival changes neither what is held nor what counts`, async (t) => {
    await fc.assert(
      fc.asyncProperty(anyOrder(records), async ([order, batch]) => {
        const chosen = order.map((index) => records[index]!);
        const sorted = [...order].sort((a, b) => a - b).map((index) => records[index]!);
        const [one, two] = [await holdAll(chosen, batch), await holdAll(sorted, 1)];
        t.true([...one.seen, ...two.seen].every(isDecided), `${one.seen} / ${two.seen}`);
        t.deepEqual(one.ids, two.ids);
        const last = ({ view }: typeof one) =>
          name === "organization" ? view.organization("org-1", startMs) : view.partner("license-1", startMs);
        const [a, b] = [await last(one), await last(two)];
        t.deepEqual(a?.record.recordId, b?.record.recordId);
        t.is(a?.standing, b?.standing);
        // What was pushed out is not wanted again: it comes back as a duplicate.
        t.true((await outcomes(one.trust, chosen)).every((outcome) => outcome === "duplicate"));
      }),
      { numRuns: 25 },
    );
  });
}
