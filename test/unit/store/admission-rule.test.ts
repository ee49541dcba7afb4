/** The pure rules of a store: which form replaces which, which aliases stay, which condition fails. */
import test from "ava";
import { suiteHash } from "waxwing/testing";
import {
  aliasesAfterReplace,
  firstFailingCheck,
  outsigns,
  rememberAliases,
} from "#dist/store/admission-rule.js";

const ids = (...numbers: number[]) => numbers.map((number) => suiteHash("sig", number));

test("outsigns() holds for a strict superset alone, repeated ids counted once", (t) => {
  t.true(outsigns(ids(1), []));
  t.true(outsigns(ids(3, 1, 2), ids(1, 2)));
  t.true(outsigns(ids(1, 2), ids(1, 1, 1)));
  t.false(outsigns([], []));
  t.false(outsigns(ids(1, 2), ids(2, 1)));
  t.false(outsigns(ids(2, 3, 4), ids(1)));
  t.false(outsigns(ids(1, 1, 1), ids(1)));
});

test("rememberAliases() drops the oldest beyond sixteen", (t) => {
  const sixteen = Array.from({ length: 16 }, (_, number) => suiteHash("alias", number));
  const { kept, dropped } = rememberAliases(sixteen, [suiteHash("alias", 16)]);
  t.is(kept.length, 16);
  t.deepEqual(dropped, [suiteHash("alias", 0)]);
  t.deepEqual(kept.at(-1), suiteHash("alias", 16));
});

test("aliasesAfterReplace() trades the new hash for the old one", (t) => {
  const [a, b, c] = [1, 2, 3].map((number) => suiteHash("alias", number)) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  t.deepEqual(aliasesAfterReplace([a, b], a, c), { kept: [b, c], dropped: [] });
});

test("firstFailingCheck() sees what came before it in the batch, and says which one fails", (t) => {
  const key = Uint8Array.of(1);
  const value = Uint8Array.of(2);
  const check = (value: Uint8Array | null) => ({ op: "check", table: "marks", key, value }) as const;
  const put = { op: "put", table: "marks", key, value } as const;
  const none = () => undefined;
  t.is(firstFailingCheck([check(null), put, check(value)], none), -1);
  t.is(firstFailingCheck([put, check(null)], none), 1);
  t.is(
    firstFailingCheck([{ op: "delete", table: "marks", key }, check(null)], () => value),
    -1,
  );
  t.is(firstFailingCheck([{ ...put, table: "peers" }, check(value)], none), 1);
  t.is(
    firstFailingCheck([check(Uint8Array.of(2, 0))], () => value),
    0,
  );
});
