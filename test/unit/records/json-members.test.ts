import test from "ava";
import { findUnsafeInteger, memberValue, readMembers, withoutMembers } from "waxwing/records";

const bytesOf = (text: string) => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array | undefined) => bytes && new TextDecoder().decode(bytes);

test("readMembers() yields names decoded and values as written", (t) => {
  const json = bytesOf(' {"a" : 1.0 ,"\\u0062\\"": [1, {"x":"]}"}],"c":{}, "d":"\\\\" } ');
  t.deepEqual(
    readMembers(json)?.map(({ name, value }) => [name, textOf(value)]),
    [
      ["a", "1.0"],
      ['b"', '[1, {"x":"]}"}]'],
      ["c", "{}"],
      ["d", '"\\\\"'],
    ],
  );
  t.deepEqual(readMembers(bytesOf("{}")), []);
  t.is(readMembers(bytesOf("[1]")), undefined);
});

test("withoutMembers() keeps the other members as written", (t) => {
  const json = bytesOf('{"a": 1e3, "b":2 ,"c":[ ]}');
  t.is(textOf(withoutMembers(json, ["b"])), '{"a": 1e3,"c":[ ]}');
  t.is(textOf(withoutMembers(json, ["a", "b", "c"])), "{}");
  t.is(textOf(memberValue(json, "c")), "[ ]");
  t.is(memberValue(json, "z"), undefined);
});

test("findUnsafeInteger() finds integer tokens outside strings only", (t) => {
  t.is(findUnsafeInteger(bytesOf('{"a":[1,-9007199254740993]}')), "-9007199254740993");
  t.is(findUnsafeInteger(bytesOf('{"9007199254740993":"9007199254740993"}')), undefined);
  t.is(findUnsafeInteger(bytesOf("[9007199254740992,1e400,18446744073709551616,1.5]")), undefined);
  t.is(findUnsafeInteger(bytesOf("18446744073709551615")), "18446744073709551615");
});

test("readMembers() ends strings at their own quote, at every length and run of backslashes", (t) => {
  for (let length = 0; length < 70; length++) {
    for (const tail of ["", "\\", "\\\\", '"', '\\"', '"\\', '\\\\"', "é", '""']) {
      const text = "x".repeat(length) + tail;
      const json = bytesOf(JSON.stringify({ [text]: text, after: [text, 1], [`${text}z`]: { text } }));
      t.deepEqual(
        readMembers(json)?.map(({ name, value }) => [name, textOf(value)]),
        [
          [text, JSON.stringify(text)],
          ["after", JSON.stringify([text, 1])],
          [`${text}z`, JSON.stringify({ text })],
        ],
        `${length} and ${tail}`,
      );
    }
  }
});
