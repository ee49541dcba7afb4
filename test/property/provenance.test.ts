/** Chains of delegations against an oracle that tries every chain, over small graphs full of cycles and dead ends. */
import test from "ava";
import fc from "fast-check";
import {
  type Delegation,
  type DelegationView,
  delegationOf,
  findProvenance,
  type Provenance,
} from "waxwing/trust";
import { limits } from "#dist/base/limits.js";
import { alice, attestationOf, bob, startMs } from "../support/records.js";

const atMs = 1000;
const keyNames = ["a", "b", "c", "d", "e", "f", "g", "h"];

interface Graph {
  readonly delegations: readonly Delegation[];
  readonly trustedUntil: ReadonlyMap<string, number>;
}

const viewOf = ({ delegations, trustedUntil }: Graph): DelegationView => ({
  delegationsTo: async (keyIds) => delegations.filter(({ to }) => keyIds.includes(to)),
  trustedUntilMs: async (keyId) => trustedUntil.get(keyId) ?? Infinity,
});

const anyKey = fc.constantFrom(...keyNames);
const anyDelegation = fc.record({
  attestationId: fc.string({ maxLength: 3 }),
  from: anyKey,
  to: anyKey,
  fromMs: fc.constantFrom(0, 0, 0, atMs, atMs + 1),
  untilMs: fc.constantFrom(Infinity, Infinity, Infinity, atMs, atMs + 1),
});
const anyGraph = fc.record({
  delegations: fc.array(anyDelegation, { maxLength: 16 }),
  trustedUntil: fc
    .dictionary(anyKey, fc.constantFrom(-Infinity, atMs, atMs + 1))
    .map((entries) => new Map(Object.entries(entries))),
});
const anyQuestion = fc.record({
  signers: fc.array(anyKey, { maxLength: 3 }),
  roots: fc.array(anyKey, { minLength: 1, maxLength: 2 }).map((keys) => new Set(keys)),
  linksMax: fc.integer({ min: 0, max: 5 }),
});

/** Length of the shortest chain, by trying all of them; undefined where there is none. */
function shortest(graph: Graph, signers: readonly string[], roots: ReadonlySet<string>, linksMax: number) {
  const believed = (key: string) => atMs < (graph.trustedUntil.get(key) ?? Infinity);
  const go = (key: string, left: number): number => {
    if (!believed(key)) return Infinity;
    if (roots.has(key)) return 0;
    if (left === 0) return Infinity;
    const steps = graph.delegations
      .filter((link) => link.to === key && link.fromMs <= atMs && atMs < link.untilMs)
      .map((link) => 1 + go(link.from, left - 1));
    return Math.min(Infinity, ...steps);
  };
  return Math.min(Infinity, ...signers.map((signer) => go(signer, linksMax)));
}

test("findProvenance() finds a shortest chain exactly where there is one, and every link of it holds", async (t) => {
  await fc.assert(
    fc.asyncProperty(anyGraph, anyQuestion, async (graph, { signers, roots, linksMax }) => {
      const found = await findProvenance(viewOf(graph), { signers, roots, linksMax, atMs });
      const length = shortest(graph, signers, roots, linksMax);
      if (!found.rooted) return t.is(length, Infinity, found.why);
      t.is(found.chain.length, length);
      t.true(signers.includes(found.signer) && roots.has(found.root));
      const keys = [found.signer, ...found.chain.map(({ from }) => from)];
      t.is(keys.at(-1), found.root);
      t.deepEqual(
        found.chain.map(({ to }) => to),
        keys.slice(0, -1),
      );
      for (const link of found.chain) t.true(graph.delegations.includes(link));
    }),
    { numRuns: 2000 },
  );
});

test("findProvenance(): neither the order of delegations nor that of signers changes the chain", async (t) => {
  await fc.assert(
    fc.asyncProperty(anyGraph, anyQuestion, async (graph, question) => {
      const turned = { ...graph, delegations: [...graph.delegations].reverse() };
      const again = { ...question, signers: [...question.signers, ...question.signers].reverse() };
      const strip = (provenance: Provenance) =>
        provenance.rooted ? provenance.chain.map(({ from, to }) => [from, to]) : provenance.why;
      t.deepEqual(
        strip(await findProvenance(viewOf(turned), { ...again, atMs })),
        strip(await findProvenance(viewOf(graph), { ...question, atMs })),
      );
    }),
    { numRuns: 500 },
  );
});

const link = (from: string, to: string): Delegation => ({
  attestationId: `${from}>${to}`,
  from,
  to,
  fromMs: 0,
  untilMs: Infinity,
});
const ask = (delegations: readonly Delegation[], root: string, more = {}) =>
  findProvenance(viewOf({ delegations, trustedUntil: new Map() }), {
    signers: ["k0"],
    roots: new Set([root]),
    atMs,
    ...more,
  });

test("a chain has at most provenanceLinksMax links, and one link more is too deep", async (t) => {
  const line = Array.from({ length: 9 }, (_, i) => link(`k${i + 1}`, `k${i}`));
  t.like(await ask(line, `k${limits.provenanceLinksMax}`), { rooted: true });
  t.deepEqual(await ask(line, `k${limits.provenanceLinksMax + 1}`), { rooted: false, why: "too_deep" });
  t.deepEqual(await ask(line, "elsewhere", { linksMax: 20 }), { rooted: false, why: "no_chain" });
  t.deepEqual(await ask([link("k0", "k1"), link("k1", "k0")], "elsewhere"), {
    rooted: false,
    why: "no_chain",
  });
});

test("a key to which a crowd delegates ends the search, and not the node", async (t) => {
  const crowd = Array.from({ length: limits.provenanceKeysMax }, (_, i) => link(`x${i}`, "k0"));
  t.deepEqual(await ask(crowd, "elsewhere"), { rooted: false, why: "too_wide" });
});

test("delegationOf() reads delegations with both halves, of the federation tier, and signed ends only", async (t) => {
  const delegation = { attestationType: "delegates_to", attestedKeyId: bob.keyId };
  const record = await attestationOf(alice, "d", { ...delegation, expiresAtMs: startMs + 1000 });
  t.deepEqual(delegationOf(record), {
    attestationId: "d",
    from: alice.keyId,
    to: bob.keyId,
    fromMs: startMs,
    untilMs: startMs + 1000,
  });
  t.is(delegationOf(await attestationOf(alice, "d", delegation))?.untilMs, Infinity);
  const unsigned = new Set([...record.bound].filter((name) => name !== "expires_at"));
  t.is(delegationOf({ ...record, bound: unsigned })?.untilMs, Infinity);
  t.is(delegationOf(await attestationOf(alice, "d")), undefined);
  t.is(delegationOf(await attestationOf(alice, "d", { ...delegation, cohortScope: "self" })), undefined);
  const [{ mlDsa65: _, ...classical }] = record.signatures as [(typeof record.signatures)[0]];
  t.is(delegationOf({ ...record, signatures: [classical] }), undefined);
});
