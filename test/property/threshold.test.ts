/**
 * M of N, whatever the signers do: the verdict is a count of distinct members with both halves, in any order,
 * with repetitions, strangers, stripped halves and swapped signatures among them.
 */
import test from "ava";
import fc from "fast-check";
import { checkQuorum, isMajority, type Quorum, verifyThresholds } from "waxwing/trust";
import type { DirectoryEntry, RecordSignature } from "#contracts/index.js";
import { engine, identityOf } from "../support/records.js";

const message = new TextEncoder().encode("the one message");
const other = new TextEncoder().encode("another message");
const people = Array.from({ length: 7 }, (_, index) => identityOf(index + 1));
const strangers = people.slice(5);
const members = people.slice(0, 5);
const pairs = await Promise.all(people.map(({ sign }) => sign(message)));
const wrongPairs = await Promise.all(people.map(({ sign }) => sign(other)));
const directory = new Map<string, DirectoryEntry>(
  people.map(({ keyId, publicKeys }) => [keyId, { keyId, ...publicKeys, standing: "native" }]),
);
const lookup = async (keyId: string) => directory.get(keyId);
const verifier = {
  verifyBatch: async (items: Parameters<typeof engine.verifyBatch>[0]) => engine.verifyBatch(items),
};

/** What a signer may hand in, and whether it counts. */
const forms = {
  good: (who: number) => ({ keyId: people[who]!.keyId, ...pairs[who]! }),
  stripped: (who: number) => ({ keyId: people[who]!.keyId, ed25519: pairs[who]!.ed25519 }),
  "another message": (who: number) => ({ keyId: people[who]!.keyId, ...wrongPairs[who]! }),
  "another's classical half": (who: number) => ({
    keyId: people[who]!.keyId,
    ed25519: pairs[(who + 1) % people.length]!.ed25519,
    mlDsa65: pairs[who]!.mlDsa65,
  }),
  "another's name": (who: number) => ({ keyId: people[(who + 1) % people.length]!.keyId, ...pairs[who]! }),
  "half of another message": (who: number) => ({
    keyId: people[who]!.keyId,
    ed25519: pairs[who]!.ed25519,
    mlDsa65: wrongPairs[who]!.mlDsa65,
  }),
} satisfies Record<string, (who: number) => RecordSignature>;
type Form = keyof typeof forms;

const anySigning = fc.record({
  who: fc.nat({ max: people.length - 1 }),
  form: fc.constantFrom(...(Object.keys(forms) as Form[]), "good" as Form, "good" as Form),
});
const anySignings = fc.array(anySigning, { maxLength: 12 });
const anyQuorum = fc.integer({ min: 1, max: members.length }).chain((size) =>
  fc.record({
    keyIds: fc.constant(members.slice(0, size).map(({ keyId }) => keyId)),
    threshold: fc.integer({ min: Math.floor(size / 2) + 1, max: size }),
  }),
);

const ask = async (quorum: Quorum, signatures: readonly RecordSignature[]) =>
  (await verifyThresholds(verifier, [{ quorum, message, signatures }], lookup))[0]!;
const signaturesOf = (signings: readonly { who: number; form: Form }[]) =>
  signings.map(({ who, form }) => forms[form](who));

/** Signatures are the cost here, so cases are fewer than elsewhere. */
const runs = { numRuns: Math.ceil(Number(process.env.WAXWING_PROPERTY_RUNS || 300) / 5) };

test("verifyThresholds() counts the members with a good pair, each once, and names everybody else", async (t) => {
  await fc.assert(
    fc.asyncProperty(anyQuorum, anySignings, async (quorum, signings) => {
      const result = await ask(quorum, signaturesOf(signings));
      const good = new Set(
        signings.filter(({ form }) => form === "good").map(({ who }) => people[who]!.keyId),
      );
      const expected = quorum.keyIds.filter((keyId) => good.has(keyId));
      t.deepEqual(result.counted, expected);
      t.is(result.reached, expected.length >= quorum.threshold);
      const named = [...result.counted, ...result.uncounted.map(({ keyId }) => keyId)];
      const asked = new Set([...quorum.keyIds, ...signaturesOf(signings).map(({ keyId }) => keyId)]);
      t.deepEqual([...named].sort(), [...asked].sort());
    }),
    runs,
  );
});

test("verifyThresholds(): neither order nor repetition changes the answer", async (t) => {
  await fc.assert(
    fc.asyncProperty(anyQuorum, anySignings, fc.infiniteStream(fc.nat()), async (quorum, signings, draws) => {
      const signatures = signaturesOf(signings);
      const shuffled = [...signatures, ...signatures.slice(0, 4)]
        .map((signature) => ({ signature, at: draws.next().value as number }))
        .sort((a, b) => a.at - b.at)
        .map(({ signature }) => signature);
      t.deepEqual(await ask(quorum, shuffled), await ask(quorum, signatures));
    }),
    runs,
  );
});

test("verifyThresholds(): several questions in one batch get the answers that they get alone", async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(anyQuorum, anySignings), { maxLength: 4 }), async (asked) => {
      const questions = asked.map(([quorum, signings]) => ({
        quorum,
        message,
        signatures: signaturesOf(signings),
      }));
      let crossings = 0;
      const counting = {
        verifyBatch: (items: Parameters<typeof verifier.verifyBatch>[0]) => {
          crossings++;
          return verifier.verifyBatch(items);
        },
      };
      const together = await verifyThresholds(counting, questions, lookup);
      t.is(crossings, 1);
      const alone = await Promise.all(questions.map((q) => ask(q.quorum, q.signatures)));
      t.deepEqual(together, alone);
    }),
    { numRuns: 20 },
  );
});

test("verifyThresholds(): a quorum rule is valid exactly where two groups of that size must meet", (t) => {
  for (let members = 1; members <= 9; members++) {
    for (let threshold = -1; threshold <= members + 1; threshold++) {
      const valid = threshold >= 1 && threshold <= members && 2 * threshold > members;
      t.is(isMajority(threshold, members), valid, `${threshold} of ${members}`);
      const keyIds = Array.from({ length: members }, (_, index) => `k${index}`);
      if (valid) t.notThrows(() => checkQuorum({ keyIds, threshold }));
      else t.throws(() => checkQuorum({ keyIds, threshold }), { instanceOf: RangeError });
    }
  }
  t.false(isMajority(1.5, 2));
  t.throws(() => checkQuorum({ keyIds: ["a", "a", "b"], threshold: 2 }), { message: /twice/ });
  t.throws(() => checkQuorum({ keyIds: [], threshold: 1 }), { message: /1 to 32/ });
});

test("verifyThresholds() says why: silent, stranger, stripped, forged, unknown, not trusted, shared keys", async (t) => {
  const [a, b, c, d, e] = members.map(({ keyId }) => keyId) as [string, string, string, string, string];
  const twin = { ...directory.get(a)!, keyId: "twin", standing: "pinned" as const };
  const halfKey = { keyId: "half", ed25519: people[5]!.publicKeys.ed25519, standing: "pinned" as const };
  const known = new Map<string, DirectoryEntry>([...directory, ["twin", twin], ["half", halfKey]]);
  known.delete(d);
  known.set(e, { ...directory.get(e)!, standing: "revoked" });
  known.set("shy", { ...directory.get(b)!, keyId: "shy", standing: "unproven" });
  const quorum = { keyIds: [a, "twin", b, c, d, e, "shy", "half"], threshold: 5 };
  const signatures = [
    forms.good(0),
    { ...forms.good(0), keyId: "twin" },
    forms.stripped(1),
    forms.good(3),
    forms.good(4),
    { ...forms.good(1), keyId: "shy" },
    { ...forms.good(5), keyId: "half" },
    forms.good(6),
  ];
  const [result] = await verifyThresholds(verifier, [{ quorum, message, signatures }], async (id) =>
    known.get(id),
  );
  t.deepEqual(result?.counted, [a]);
  t.false(result?.reached);
  t.deepEqual(
    result?.uncounted.map(({ keyId, why }) => [keyId, why]),
    [
      ["twin", "shared_key"],
      [b, "pqc_missing"],
      [c, "silent"],
      [d, "key_unknown"],
      [e, "key_revoked"],
      ["shy", "key_not_trusted"],
      ["half", "pqc_fields_must_be_both"],
      [strangers[1]!.keyId, "not_a_member"],
    ],
  );
  t.deepEqual(result?.waiting, [d, "shy"]);
  const many = Array.from({ length: 33 }, () => forms.good(0));
  await t.throwsAsync(ask(quorum, many), { instanceOf: RangeError });
});
