/** By what records are found: who may pull them, and in which order they are served by time. */
import test from "ava";
import { createKinds, lastTimeTag, recordTags, subjectTag, timeTag } from "waxwing/records";
import { limits } from "#dist/base/limits.js";

const kinds = createKinds();
const subjects = (...keyIds: string[]) => keyIds.map(subjectTag);
const tagsOf = (kind: string, value: Record<string, unknown>) => recordTags(kinds.get(kind)!, value, 1000);

test("recordTags(): the subjects of the five pullable kinds, each once, and no others", (t) => {
  t.deepEqual(tagsOf("key", { key_id: "a", scrub_key_id: "b" }), subjects("a"));
  const attestation = { attesting_key_id: "b", attested_key_id: "a", subject_key_ids: ["c", "a", "d"] };
  t.deepEqual(tagsOf("attestation", attestation), subjects("a", "b", "c", "d"));
  t.deepEqual(tagsOf("attestation", { attesting_key_id: "a", attested_key_id: "a" }), subjects("a"));
  const occurrence = { identity_key_id: "a", occurrence_key_id: "b" };
  t.deepEqual(tagsOf("identity_occurrence", occurrence), subjects("a", "b"));
  t.deepEqual(tagsOf("identity_occurrence_revocation", occurrence), subjects("a", "b"));
  t.deepEqual(tagsOf("transport_destination", { occurrence_key_id: "b" }), subjects("b"));
  for (const { token, subjectPullable, cursorServed, subjects: members } of kinds.all()) {
    t.is(members !== undefined, subjectPullable, token);
    if (!subjectPullable && !cursorServed) t.deepEqual(tagsOf(token, attestation), [], token);
  }
});

test("recordTags(): the time of kinds that are served by it", (t) => {
  t.deepEqual(tagsOf("accord_quorum_evidence", {}), [timeTag(1000)]);
});

test("recordTags(): what is no key id or does not fit is left out, the first stay", (t) => {
  const many = Array.from({ length: 100 }, (_, index) => `k${index}`);
  const value = { attested_key_id: "", attesting_key_id: 7, subject_key_ids: many };
  t.deepEqual(tagsOf("attestation", value), subjects(...many.slice(0, limits.tagsPerRecordMax)));
});

test("timeTag(): in the order of times; before 1970 counts as 1970", (t) => {
  const hex = [-1, 0, 1, 2 ** 41, Number.MAX_SAFE_INTEGER].map((ms) =>
    Buffer.from(timeTag(ms)).toString("hex"),
  );
  t.is(hex[0], hex[1]);
  t.deepEqual([...hex].sort(), hex);
  t.true(Buffer.from(lastTimeTag).toString("hex") > hex.at(-1)!);
  t.is(subjectTag("x".repeat(limits.keyIdBytesMax)).length, limits.tagBytesMax);
});
