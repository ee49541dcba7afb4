/** Set difference of an engine: shapes of two sets, order of results, and what is no set. */
import { concatBytes } from "../../base/bytes.js";
import type { Engine } from "../../contracts/engine.js";
import { assertEqual, assertThrows, type SuiteReport } from "../suite.js";
import { assertBytesOnly, isRangeError } from "./check.js";

/** The id whose first and last bytes count to `value`, so that both ends of an id decide somewhere. */
function id(value: number, tail = 0): Uint8Array {
  const bytes = new Uint8Array(32);
  new DataView(bytes.buffer).setUint32(0, value);
  bytes[31] = tail;
  return bytes;
}

const ids = (...values: number[]) => concatBytes(...values.map((value) => id(value)));

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}

const shapes: readonly [
  name: string,
  local: number[],
  remote: number[],
  missing: number[],
  extra: number[],
][] = [
  ["two empty sets", [], [], [], []],
  ["an empty local set", [], [1, 2], [1, 2], []],
  ["an empty remote set", [1, 2], [], [], [1, 2]],
  ["equal sets", [1, 2, 3], [1, 2, 3], [], []],
  ["sets apart, local below", [1, 2], [3, 4], [3, 4], [1, 2]],
  ["sets apart, remote below", [3, 4], [1, 2], [1, 2], [3, 4]],
  ["interleaved sets", [1, 3, 5], [2, 4, 6], [2, 4, 6], [1, 3, 5]],
  ["one more at the end", [1, 2], [1, 2, 3], [3], []],
  ["one more at the start", [1, 2], [0, 1, 2], [0], []],
  ["high first bytes", [0x7fffffff, 0x80000000], [0x80000000, 0xffffffff], [0xffffffff], [0x7fffffff]],
  ["127 against 128", range(0, 127), range(0, 128), [127], []],
  ["one id among a thousand", [500], range(0, 1000), range(0, 1000).filter((value) => value !== 500), []],
];

export function diffSuite({ diff }: Pick<Engine, "diff">, report: SuiteReport): void {
  for (const [name, local, remote, missing, extra] of shapes)
    report.check(`diff of ${name}`, () => {
      assertEqual(
        diff(ids(...local), ids(...remote)),
        { missing: ids(...missing), extra: ids(...extra) },
        "difference",
      );
    });

  report.check("diff tells ids apart that differ in their last byte alone", () => {
    const local = concatBytes(id(7, 1), id(7, 3));
    const remote = concatBytes(id(7, 1), id(7, 2), id(7, 4));
    assertEqual(
      diff(local, remote),
      { missing: concatBytes(id(7, 2), id(7, 4)), extra: id(7, 3) },
      "difference",
    );
  });

  report.check("diff returns fresh arrays and leaves its arguments", () => {
    const local = ids(1, 2);
    const { extra } = diff(local, ids());
    extra.fill(0xff);
    assertEqual(local, ids(1, 2), "argument");
  });

  report.check("diff takes views into larger arrays", () => {
    const padded = concatBytes(Uint8Array.of(9, 9, 9), ids(1, 2), Uint8Array.of(9));
    assertEqual(diff(padded.subarray(3, 67), ids(2)), { missing: ids(), extra: ids(1) }, "difference");
  });

  report.check("law 3: diff throws TypeError for what is not bytes", async () => {
    await assertBytesOnly((value) => diff(value, ids()), "local");
    await assertBytesOnly((value) => diff(ids(), value), "remote");
  });

  const wrong: readonly [name: string, set: Uint8Array][] = [
    ["31 bytes", new Uint8Array(31)],
    ["33 bytes", new Uint8Array(33)],
    ["an id twice", ids(1, 2, 2)],
    ["descending ids", ids(1, 3, 2)],
    ["ids that descend in their last byte", concatBytes(id(1, 2), id(1, 1))],
    ["disorder behind the end of the other set", ids(1, 2, 900, 899)],
  ];
  for (const [name, set] of wrong)
    report.check(`diff throws RangeError for ${name}, on either side`, async () => {
      await assertThrows(() => diff(set, ids(5)), isRangeError, "local");
      await assertThrows(() => diff(ids(5), set), isRangeError, "remote");
      await assertThrows(() => diff(set, ids()), isRangeError, "local against nothing");
    });
}
