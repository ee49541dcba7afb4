/** Keys and index values of an LMDB store. */
import test from "ava";
import { suiteHash } from "waxwing/testing";
import { tableNames } from "#dist/store/check-operations.js";
import {
  decodeHashEntry,
  decodeRecordIdEntry,
  encodeHashEntry,
  encodeRecordIdEntry,
  keyAfterPrefix,
  kindPrefix,
  positionBytes,
  positionFrom,
  tableKey,
} from "#dist/store/lmdb/layout.js";

test("positionBytes() sorts as positions do, on every width", (t) => {
  const positions = [0, 1, 127, 128, 255, 256, 2 ** 16, 2 ** 31, 2 ** 32, Number.MAX_SAFE_INTEGER];
  const encoded = positions.map(positionBytes);
  t.deepEqual([...encoded].sort(Buffer.compare), encoded);
  t.deepEqual(
    encoded.map((bytes) => positionFrom(bytes)),
    positions,
  );
});

test("kindPrefix() keeps a kind apart from one that begins with its name", (t) => {
  t.deepEqual(Buffer.from(kindPrefix("key")).toString("latin1"), "key\0");
  t.false(
    Buffer.from(kindPrefix("keys"))
      .subarray(0, 4)
      .equals(Buffer.from(kindPrefix("key"))),
  );
});

test("the numbers of the tables are frozen", (t) => {
  t.deepEqual(
    tableNames,
    [
      "cursors",
      "marks",
      "peers",
      "keys",
      "quarantine",
      "mailboxes",
      "outbox",
      "audit",
      "meta",
      "facts",
      "tags",
    ],
    "append only: the number is on the disk",
  );
  t.deepEqual(tableKey("peers", Uint8Array.of(9)), Uint8Array.of(2, 9));
});

test("keyAfterPrefix() is the first key behind all that begin with the prefix", (t) => {
  t.deepEqual(keyAfterPrefix(Uint8Array.of(1, 2)), Uint8Array.of(1, 3));
  t.deepEqual(keyAfterPrefix(Uint8Array.of(1, 255, 255)), Uint8Array.of(2));
  t.is(keyAfterPrefix(Uint8Array.of(255)), undefined);
});

test("index entries come back as they were, and damaged ones are store_corrupt", (t) => {
  const stored = { type: "stored", position: 2 ** 40 } as const;
  const alias = { type: "alias", recordId: suiteHash("id", 1) } as const;
  t.deepEqual(decodeHashEntry(encodeHashEntry(stored)), stored);
  t.deepEqual(decodeHashEntry(encodeHashEntry(alias)), alias);
  const entry = { position: 5, aliases: [suiteHash("a", 1), suiteHash("a", 2)] };
  t.deepEqual(decodeRecordIdEntry(encodeRecordIdEntry(entry)), entry);
  for (const bytes of [[], [1], [3, 0, 0, 0, 0, 0, 0, 0, 0], [2, 1, 1]])
    t.like(
      t.throws(() => decodeHashEntry(Uint8Array.from(bytes))),
      { code: "store_corrupt" },
    );
  t.like(
    t.throws(() => decodeRecordIdEntry(new Uint8Array(9))),
    { code: "store_corrupt" },
  );
  t.like(
    t.throws(() => decodeRecordIdEntry(new Uint8Array(7))),
    { code: "store_corrupt" },
  );
});
