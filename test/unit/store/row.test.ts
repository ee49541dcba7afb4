/** The rows of an LMDB store: exact both ways, and every flipped bit is noticed. */
import test from "ava";
import fc from "fast-check";
import { suiteHash, suiteRecord } from "waxwing/testing";
import {
  decodeOfferRow,
  decodeRecordRow,
  encodeOfferRow,
  encodeRecordRow,
  seal,
  unseal,
} from "#dist/store/lmdb/row.js";

const record = suiteRecord(7, {
  bytes: Uint8Array.of(1, 2, 3),
  source: "wx1ü",
  signatureIds: [suiteHash("sig", 1), suiteHash("sig", 2)],
  seq: Number.MIN_SAFE_INTEGER,
  receivedAtMs: Number.MAX_SAFE_INTEGER,
  visibility: "local",
});

test("encodeRecordRow() lays a record out as the header draws it", (t) => {
  const row = Buffer.from(encodeRecordRow(record));
  t.is(row.length, 128 + 64 + 5 + 3);
  t.is(row[4], 0, "local");
  t.is(row.readUInt16BE(6), 2);
  t.is(row.readDoubleBE(8), Number.MIN_SAFE_INTEGER);
  t.is(row.readDoubleBE(16), Number.MAX_SAFE_INTEGER);
  t.is(row.readUInt16BE(24), 5);
  t.is(row.readUInt32BE(28), 3);
  t.deepEqual(row.subarray(32, 64), Buffer.from(record.hash));
  t.deepEqual(row.subarray(64, 96), Buffer.from(record.recordId));
  t.deepEqual(row.subarray(96, 128), Buffer.from(record.naturalKey));
  t.deepEqual([...row.subarray(-3)], [1, 2, 3]);
});

test("decodeRecordRow() gives back what encodeRecordRow() took", (t) => {
  const { record: stored, naturalKey, signatureIds } = decodeRecordRow(encodeRecordRow(record), "note", 9);
  const { naturalKey: key, signatureIds: ids, ...rest } = record;
  t.deepEqual(stored, { ...rest, position: 9 });
  t.deepEqual(naturalKey, key);
  t.deepEqual(signatureIds, ids);
  const plain = suiteRecord(1, { bytes: new Uint8Array(0), signatureIds: [] });
  const decoded = decodeRecordRow(encodeRecordRow(plain), "note", 1).record;
  t.false("source" in decoded);
  t.is(decoded.visibility, "federation");
  const named = decodeRecordRow(encodeRecordRow({ ...plain, source: "" }), "note", 1).record;
  t.is(named.source, "", "an empty source is a source");
});

test("decodeOfferRow() gives back what encodeOfferRow() took", (t) => {
  t.deepEqual(decodeOfferRow(encodeOfferRow(record), 4), {
    hash: record.hash,
    recordId: record.recordId,
    seq: record.seq,
    position: 4,
    bytes: 3,
  });
});

test("every flipped bit and every cut of a row is store_corrupt", (t) => {
  const rows: [Uint8Array, (row: Uint8Array) => unknown][] = [
    [encodeRecordRow(record), (row) => decodeRecordRow(row, "note", 1)],
    [encodeOfferRow(record), (row) => decodeOfferRow(row, 1)],
    [seal(Uint8Array.of(1, 2, 3)), unseal],
  ];
  for (const [row, decode] of rows) {
    for (let bit = 0; bit < row.length * 8; bit++) {
      const damaged = row.slice();
      damaged[bit >> 3]! ^= 1 << (bit & 7);
      t.like(
        t.throws(() => decode(damaged)),
        { code: "store_corrupt" },
        `bit ${bit}`,
      );
    }
    for (let length = 0; length < row.length; length++)
      t.like(
        t.throws(() => decode(row.subarray(0, length))),
        { code: "store_corrupt" },
        `cut at ${length}`,
      );
  }
});

test("bytes that are no row are store_corrupt, whatever they are", (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      for (const decode of [
        (row: Uint8Array) => decodeRecordRow(row, "note", 1),
        (row: Uint8Array) => decodeRecordRow(seal(row), "note", 1),
      ]) {
        try {
          decode(bytes);
        } catch (error) {
          if ((error as { code?: string }).code !== "store_corrupt") throw error;
        }
      }
    }),
    { numRuns: 500 },
  );
  t.pass();
});
