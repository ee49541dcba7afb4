/** What an LMDB store reads from its disk. Rows get a right checksum first, so that what lies behind it is reached. */
import { suiteHash, suiteRecord } from "waxwing/testing";
import { equalBytes } from "#dist/base/bytes.js";
import { decodeCounters, encodeCounters } from "#dist/store/lmdb/counters.js";
import {
  decodeHashEntry,
  decodeRecordIdEntry,
  encodeHashEntry,
  encodeRecordIdEntry,
} from "#dist/store/lmdb/layout.js";
import {
  decodeOfferRow,
  decodeRecordRow,
  encodeOfferRow,
  encodeRecordRow,
  seal,
} from "#dist/store/lmdb/row.js";
import { demand, type FuzzTarget } from "../target.js";

const plain = suiteRecord(1, { bytes: new Uint8Array(0), signatureIds: [] });
const full = suiteRecord(2, {
  source: "wx1é",
  signatureIds: [suiteHash("sig", 1), suiteHash("sig", 2)],
  seq: -1,
  visibility: "local",
});

export const storeTargets: readonly FuzzTarget[] = [
  {
    name: "decodeRecordRow",
    seeds: [encodeRecordRow(plain), encodeRecordRow(full)],
    run(bytes) {
      const row = seal(bytes.subarray(4));
      const { record, naturalKey, signatureIds } = decodeRecordRow(row, "note", 1);
      demand(equalBytes(encodeRecordRow({ ...record, naturalKey, signatureIds }), row), "rows are canonical");
    },
  },
  {
    name: "decodeOfferRow",
    seeds: [encodeOfferRow(plain), encodeOfferRow(full)],
    run: (bytes) => decodeOfferRow(seal(bytes.subarray(4)), 1),
  },
  {
    name: "decodeCounters",
    seeds: [encodeCounters({ records: 3, recordBytes: 2 ** 40 })],
    run: (bytes) => decodeCounters(seal(bytes.subarray(4))),
  },
  {
    name: "decodeHashEntry",
    seeds: [
      encodeHashEntry({ type: "stored", position: 7 }),
      encodeHashEntry({ type: "alias", recordId: suiteHash("id", 1) }),
    ],
    run(bytes) {
      const entry = decodeHashEntry(bytes);
      if (entry.type === "alias") demand(equalBytes(encodeHashEntry(entry), bytes), "entries are canonical");
    },
  },
  {
    name: "decodeRecordIdEntry",
    seeds: [encodeRecordIdEntry({ position: 1, aliases: [suiteHash("form", 1), suiteHash("form", 2)] })],
    run: (bytes) => decodeRecordIdEntry(bytes),
  },
];
