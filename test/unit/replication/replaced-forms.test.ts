/** Which fuller forms a peer is shown, and when no more. */
import test from "ava";
import { createMemoryStore } from "waxwing/store";
import { limits } from "#dist/base/limits.js";
import { FormsSweep, ReplacedForms } from "#dist/replication/replaced-forms.js";
import { createTestAdmission, recordBytes, sha256 } from "../../support/replication-store.js";

const open = { closed: false, needsRecord: false, admits: () => true };

async function withRecords(count: number) {
  const store = createMemoryStore();
  const records = Array.from({ length: count }, (_, index) => recordBytes(`record ${index}`));
  await createTestAdmission(store).admit("note", records, {});
  const forms = new ReplacedForms();
  const hashes = records.map(sha256);
  return { forms, hashes, sweep: new FormsSweep(forms, "note"), source: { store, gate: open } };
}

test("a peer is shown each form once, the oldest first, as many as a round holds", async (t) => {
  const { forms, hashes, sweep, source } = await withRecords(limits.formsPerRoundMax + 2);
  t.false(sweep.isPending);
  for (const hash of [...hashes, ...hashes]) forms.add("note", hash);
  forms.add("other", hashes[0]!);
  const first = await sweep.page(source, 1000);
  t.deepEqual(
    first.refs.map(({ hash }) => hash),
    hashes.slice(0, limits.formsPerRoundMax),
  );
  t.true(sweep.isPending, "shown, and not answered");
  sweep.settle(first, [], []);
  const second = await sweep.page(source, 1000);
  t.is(second.refs.length, 2);
  sweep.settle(first, [], []);
  t.true(sweep.isPending, "an answer to another page");
  sweep.settle(second, [hashes.at(-2)!], [hashes.at(-1)!]);
  t.true(sweep.isPending, "what did not fit is shown again");
  const third = await sweep.page(source, 1000);
  t.deepEqual(
    third.refs.map(({ hash }) => hash),
    [hashes.at(-1)],
  );
  sweep.settle(third, [], []);
  t.false(sweep.isPending);
  t.true(new FormsSweep(forms, "note").isPending, "another peer was shown nothing");
});

test("a closed gate and records that are gone show nothing, and are done with", async (t) => {
  const { forms, hashes, sweep, source } = await withRecords(1);
  forms.add("note", hashes[0]!);
  forms.add("note", sha256(recordBytes("gone")));
  const closed = await new FormsSweep(forms, "note").page({ ...source, gate: { ...open, closed: true } }, 10);
  t.deepEqual(closed.refs, []);
  const page = await sweep.page(source, 10);
  t.is(page.refs.length, 1);
  sweep.settle(page, [], []);
  t.false(sweep.isPending);
});

test("the oldest forms of a kind are forgotten", async (t) => {
  const forms = new ReplacedForms();
  const hashOf = (index: number) => sha256(recordBytes(String(index)));
  for (let index = 0; index <= limits.replacedFormsMax; index++) forms.add("note", hashOf(index));
  const kept = forms.above("note", 0, Number.POSITIVE_INFINITY);
  t.is(kept.length, limits.replacedFormsMax);
  t.deepEqual(kept[0]!.hash, hashOf(1));
});
