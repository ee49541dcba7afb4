import test from "ava";
import { encodeFloat, encodeJson } from "waxwing/records";

test("encodeJson() sorts keys by UTF-8 bytes, astral keys behind U+E000 to U+FFFF", (t) => {
  t.is(
    encodeJson({ "😀": 1, "\ue000": 2, b: { z: 1, a: [] }, a: null }),
    '{"a":null,"b":{"a":[],"z":1},"\ue000":2,"😀":1}',
  );
});

test("encodeFloat() writes doubles in Rust's form", (t) => {
  const cases: [number, string][] = [
    [0, "0.0"],
    [1, "1.0"],
    [-2.5, "-2.5"],
    [0.1, "0.1"],
    [1e15, "1000000000000000.0"],
    [1e16, "1e16"],
    [1.5e300, "1.5e300"],
    [1e-5, "0.00001"],
    [1e-6, "1e-6"],
    [1.25e-7, "1.25e-7"],
  ];
  for (const [value, text] of cases) t.is(encodeFloat(value), text);
});

test("encodeJson() refuses what JSON cannot say and integers that doubles do not keep apart", (t) => {
  for (const value of [undefined, Number.NaN, Number.POSITIVE_INFINITY, "\ud800", 1n, () => 1])
    t.throws(() => encodeJson(value), { instanceOf: TypeError });
  t.throws(() => encodeJson(2 ** 53 + 2), { instanceOf: RangeError });
});
