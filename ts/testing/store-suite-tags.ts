/** The laws of the store contract that concern tags: what records are found by beside their names. */
import { utf8Encode } from "../base/bytes.js";
import { limits } from "../base/limits.js";
import type { RecordInput, Store, TagPage } from "../contracts/store.js";
import { lastTimeTag, subjectTag, timeTag } from "../records/tags.js";
import { admit, type StoreCheck, statuses, suiteHash, suiteRecord } from "./store-samples.js";
import type { StoreSuiteTarget } from "./store-suite.js";
import { assertEqual, assertThrows } from "./suite.js";

const about = (number: number, ...subjects: string[]): RecordInput =>
  suiteRecord(number, { tags: subjects.map(subjectTag) });
const at = (number: number, seq: number): RecordInput => suiteRecord(number, { seq, tags: [timeTag(seq)] });

async function found(store: Store, subject: string, after = 0, limit = 100): Promise<number[]> {
  const refs = await store.tagPage("note", { tag: subjectTag(subject), after, limit });
  return refs.map(({ position }) => position);
}

export function checkTags(check: StoreCheck, target: StoreSuiteTarget): void {
  check("a record is found by each of its tags, with its whole ref, by position and page", async (store) => {
    await store.commit([
      admit(about(1, "alice", "bob")),
      admit(about(2, "alic")),
      admit(about(3, "alice")),
      admit({ ...about(4, "alice"), kind: "notes" }),
      admit(suiteRecord(5)),
    ]);
    assertEqual(await found(store, "alice"), [1, 3], "alice");
    assertEqual(await found(store, "bob"), [1], "bob");
    assertEqual(await found(store, "alic"), [2], "a name that begins another");
    assertEqual(await found(store, "nobody"), [], "nobody");
    assertEqual(await found(store, "alice", 1), [3], "behind a position");
    assertEqual(await found(store, "alice", 0, 1), [1], "a page");
    const [ref] = await store.tagPage("note", { tag: subjectTag("bob"), limit: 9 });
    assertEqual(ref, (await store.offerPage("note", { after: 0, limit: 1 }))[0], "the ref of its Summary");
  });

  check("a local record is found by nothing, however it comes by its tags", async (store) => {
    const local = { ...about(1, "alice"), visibility: "local" as const };
    await store.commit([admit(local)]);
    const tag = { op: "tag", kind: "note", hash: local.hash, tags: [subjectTag("alice")] } as const;
    assertEqual(await store.commit([tag]), [false], "tagged later");
    assertEqual((await store.scan(everyTag)).length, 0, "table");
  });

  check("tags go with their record: removed, replaced, and not written by what is refused", async (store) => {
    await store.commit([admit(about(1, "alice")), admit(about(2, "alice"))]);
    await store.commit([{ op: "remove", kind: "note", hash: suiteHash("hash", 1) }]);
    assertEqual(await found(store, "alice"), [2], "removed");
    const better = {
      ...about(2, "alice"),
      hash: suiteHash("form", 2),
      signatureIds: [suiteHash("sig", 2), suiteHash("sig", 9)],
    };
    assertEqual(statuses(await store.commit([admit(better)])), ["replaced"], "a better form");
    assertEqual(await found(store, "alice"), [3], "at its new position alone");
    const newer = { ...about(3, "erin"), naturalKey: suiteHash("natural", 2) };
    const [outcome] = await store.commit([{ op: "admit", record: newer, supersedes: better.hash }]);
    assertEqual(statuses([outcome!]), ["superseded"], "a newer record");
    assertEqual([await found(store, "alice"), await found(store, "erin")], [[], [4]], "with its own tags");
    const conflict = { ...about(7, "carol"), naturalKey: suiteHash("natural", 2) };
    const form = { ...about(3, "dave"), naturalKey: newer.naturalKey, hash: suiteHash("form", 3) };
    const refused = statuses(await store.commit([admit(conflict), admit(form)]));
    assertEqual(refused, ["conflict", "duplicate"], "refused");
    assertEqual([...(await found(store, "carol")), ...(await found(store, "dave"))], [], "wrote nothing");
    await store.commit([{ op: "remove", kind: "note", hash: newer.hash }]);
    assertEqual((await store.scan(everyTag)).length, 0, "table");
  });

  check("op tag gives a held record other tags", async (store) => {
    await store.commit([admit(about(1, "alice"))]);
    const tag = (number: number, ...subjects: string[]) =>
      ({ op: "tag", kind: "note", hash: suiteHash("hash", number), tags: subjects.map(subjectTag) }) as const;
    assertEqual(await store.commit([tag(1, "bob"), tag(2, "bob")]), [true, false], "results");
    assertEqual([await found(store, "alice"), await found(store, "bob")], [[], [1]], "found");
  });

  check("a span of tags is found in order of tag and position, from either end", async (store) => {
    await store.commit([admit(at(1, 3000)), admit(at(2, 1000)), admit(at(3, 2 ** 41)), admit(at(4, 1000))]);
    const found = async (page: Partial<TagPage> & { tag: Uint8Array }, kind = "note") =>
      (await store.tagPage(kind, { through: lastTimeTag, limit: 9, ...page })).map(
        ({ position }) => position,
      );
    assertEqual(await found({ tag: timeTag(0) }), [2, 4, 1, 3], "all");
    assertEqual(await found({ tag: timeTag(1000) }), [2, 4, 1, 3], "from a tag on");
    assertEqual(await found({ tag: timeTag(1001) }), [1, 3], "from the next");
    assertEqual(await found({ tag: timeTag(0), through: timeTag(3000) }), [2, 4, 1], "through a tag");
    assertEqual(await found({ tag: timeTag(0), limit: 2 }), [2, 4], "a page");
    assertEqual(await found({ tag: timeTag(1000), after: 2 }), [4, 1, 3], "behind a position of the first");
    assertEqual(await found({ tag: timeTag(0), limit: 1, reverse: true }), [3], "the last");
    const reverse = { tag: timeTag(1001), through: timeTag(3000), reverse: true } as const;
    assertEqual(await found(reverse), [1], "the last of a span");
    assertEqual(await found({ tag: timeTag(0), reverse: true }, "other"), [], "of another kind");
    await store.commit([admit({ ...at(9, -5), kind: "old" })]);
    const [old] = await store.tagPage("old", { tag: timeTag(0), limit: 1 });
    assertEqual(old?.seq, -5, "before 1970");
  });

  check("tags are bounded", async (store) => {
    const tagged = (tags: Uint8Array[]) => store.commit([admit({ ...suiteRecord(1), tags })]);
    const isRange = (error: unknown) => error instanceof RangeError;
    const many = Array.from({ length: limits.tagsPerRecordMax + 1 }, (_, i) => subjectTag(`k${i}`));
    await assertThrows(() => tagged(many), isRange, "too many");
    await assertThrows(() => tagged([new Uint8Array(limits.tagBytesMax + 1)]), isRange, "too long");
    await assertThrows(() => tagged([new Uint8Array(0)]), isRange, "empty");
    const widest = "x".repeat(limits.keyIdBytesMax);
    await tagged([subjectTag(widest), ...many.slice(3), utf8Encode("S")]);
    assertEqual((await found(store, widest)).length, 1, "the widest");
  });

  if (!target.reopen) return;
  check("tags survive closing", async (store) => {
    await store.commit([admit(about(1, "alice"))]);
    const again = await target.reopen!(store);
    try {
      assertEqual(await found(again, "alice"), [1], "found");
    } finally {
      await again.close();
    }
  });
}

const everyTag = { table: "tags", prefix: new Uint8Array(0), limit: 9 } as const;
