/**
 * What a gate refuses never leaves: over random records, policies and peers, every frame that an honest node sends
 * is decoded and held against the policy of its sender (FrameWitness), while one peer asks for everything by name.
 */
import test from "ava";
import { type CirisOfferPolicyOptions, cirisOfferPolicy, openOfferPolicy } from "waxwing/replication";
import { createMemoryStore } from "waxwing/store";
import { SeededRandom, simulate, World } from "waxwing/testing";
import type { OfferedRecord, OfferGate, OfferPolicy } from "#contracts/index.js";
import { FrameWitness } from "../support/frame-witness.js";
import { nosyPeer } from "../support/nosy-peer.js";
import { replicationNode } from "../support/replication-node.js";
import { recordBytes, recordIdOf, sha256 } from "../support/replication-store.js";
import { seedsToRun } from "../support/seeds.js";

const names = ["A", "B", "C"];
const everybody = [...names, "N"];
const kinds = [
  ...["key", "attestation", "revocation", "family", "location_proof", "transport_destination"],
  ...["accord_quorum_evidence", "note"],
];
const replay = "npx ava test/sim/offers.test.ts";

/** A row of its kind, of a random owner, scope and visibility; `marker` is a text that nothing else contains. */
function randomRecord(random: SeededRandom, kind: string, id: string): Uint8Array {
  const pick = <Of>(list: readonly Of[]): Of => list[random.integer(0, list.length - 1)]!;
  const owner = pick([...everybody, "stranger"]);
  const extra: Record<string, unknown> = {
    marker: `<${id} ${random.uint32()} ${random.uint32()}>`,
    about: random.chance(0.5) ? [pick(everybody)] : [],
    ...(random.chance(0.2) ? { visibility: "local" } : {}),
    ...(kind === "accord_quorum_evidence" ? { at: "2026-01-01T00:00:00Z" } : {}),
  };
  const rows: Record<string, object> = {
    key: { record: { key_id: owner } },
    attestation: {
      attesting_key_id: owner,
      attested_key_id: pick(everybody),
      attestation_type: pick(["scores", "trace:x"]),
      cohort_scope: pick(["self", "family", "community", "federation", "species", "new"]),
    },
    family: {
      family: { family_key_id: owner, members: [{ key_id: pick(everybody) }] },
      authority_key_id: owner,
    },
    location_proof: { location_proof: { subject_key_id: owner }, authority_key_id: owner },
    transport_destination: { transport_destination: { occurrence_key_id: owner } },
  };
  return recordBytes(id, { ...extra, ...rows[kind] });
}

/** Open, the product's `ciris` with random sources, or gates that decide by chance and always alike. */
function randomPolicy(random: SeededRandom, self: string): OfferPolicy {
  const turn = random.integer(0, 9);
  if (turn === 0) return openOfferPolicy();
  return turn < 6 ? cirisOfferPolicy(randomSources(random, self)) : chancePolicy(String(random.uint32()));
}

function randomSources(random: SeededRandom, self: string): CirisOfferPolicyOptions {
  const some = (list: readonly string[]) => new Set(list.filter(() => random.chance(0.5)));
  const [consented, serving, cohort, roots] = [
    some(everybody),
    some(everybody),
    some(everybody),
    some(everybody),
  ];
  return {
    self,
    roots,
    consent: {
      consentFor: async (peer) =>
        consented.has(peer)
          ? { permits: ({ hash }) => hash[0]! % 4 > 0, hasCapability: () => serving.has(peer) }
          : undefined,
    },
    cohorts: { cohortOf: async (peer) => (cohort.has(peer) ? cohort : undefined) },
  };
}

function chancePolicy(seed: string): OfferPolicy {
  return {
    name: "chance",
    async gate(peer, kind): Promise<OfferGate> {
      const random = new SeededRandom(`${seed} ${peer} ${kind}`);
      const [admit, advertise] = [random.integer(0, 7), random.integer(0, 7)];
      const admits = ({ hash }: OfferedRecord) => hash[1]! % 8 < admit;
      const advertises = (record: OfferedRecord) => admits(record) && record.hash[2]! % 8 < advertise;
      switch (random.integer(0, 4)) {
        case 0:
          return { closed: true, needsRecord: false, admits: () => false };
        case 1:
          return { closed: false, needsRecord: false, showsAll: true, admits: () => true };
        case 2:
          return { closed: false, needsRecord: false, admits };
        case 3:
          return { closed: false, needsRecord: false, admits, advertises };
        default:
          return {
            closed: false,
            needsRecord: true,
            admits: (record) => record.bytes !== undefined && admits(record),
            advertises: (record) => record.bytes !== undefined && advertises(record),
          };
      }
    },
  };
}

/** `judgedBy`: what the witness believes the policies to be. */
async function runFederation(
  seed: number,
  judgedBy = (policy: OfferPolicy) => policy,
): Promise<FrameWitness> {
  const random = new SeededRandom(`offers ${seed}`);
  const witness = new FrameWitness();
  const world = new World({ seed, createStore: createMemoryStore });
  await simulate(world, replay, async () => {
    const known: Parameters<typeof nosyPeer>[0]["known"] = new Map();
    const nodes = names.map((name) => {
      const offerPolicy = randomPolicy(random, name);
      return world.addNode(
        name,
        replicationNode({
          peers: everybody,
          kinds,
          cadenceSeconds: 3,
          offerPolicy,
          onSend: (peer, bytes, store) =>
            witness.watch(name, peer, bytes, { policy: judgedBy(offerPolicy), store, mayPull: peer === "N" }),
          ...(random.chance(0.3) ? { framing: random.chance(0.5) ? "v3" : "legacy" } : {}),
        }),
        { waxwing: random.chance(0.8) },
      );
    });
    await world.start(world.addNode("N", nosyPeer({ victims: names, kinds, known })));
    for (const node of nodes) await world.start(node);
    for (let i = 0; i < 60; i++) {
      const kind = kinds[i % kinds.length]!;
      const bytes = randomRecord(random, kind, `r${i}`);
      const { id, ...extra } = JSON.parse(new TextDecoder().decode(bytes)) as { id: string };
      known.set(kind, [...(known.get(kind) ?? []), { hash: sha256(bytes), recordId: recordIdOf(bytes) }]);
      await world.complete(nodes[random.integer(0, 2)]!.current.put(kind, id, extra));
    }
    await world.runFor(30_000);
  });
  return witness;
}

const witnesses: FrameWitness[] = [];

for (const seed of seedsToRun(8))
  test.serial(`offers: no frame carries what the gate refuses (seed ${seed})`, async (t) => {
    const witness = await runFederation(seed);
    t.deepEqual(witness.violations.slice(0, 5), []);
    t.true(witness.disclosed > 0 && witness.searched > 0);
    witnesses.push(witness);
  });

test.serial(
  "offers: the federations did show, bring, reconcile and answer pulls, and had much to hide",
  (t) => {
    if (witnesses.length < 8) return t.pass("one seed shows not everything");
    const total = (type: string) => witnesses.reduce((sum, { counts }) => sum + (counts[type] ?? 0), 0);
    for (const type of ["summary", "diff", "deliver", "reconcile", "bodies", "heads", "headsAnswer"])
      t.true(total(type) > 0, type);
    return undefined;
  },
);

test.serial("offers: a witness that believes in stricter gates sees what leaves", async (t) => {
  const stricter = (policy: OfferPolicy): OfferPolicy => ({
    name: "stricter",
    async gate(peer, kind) {
      const { showsAll: _, ...gate } = await policy.gate(peer, kind);
      return {
        ...gate,
        needsRecord: false,
        admits: (record) => record.hash[5]! % 2 === 0 && gate.admits(record),
      };
    },
  });
  const witness = await runFederation(3, stricter);
  const seen = new Set(witness.violations.map(({ type }) => type));
  for (const type of ["summary", "deliver"]) t.true(seen.has(type), type);
  t.true(witness.violations.some(({ what }) => what.endsWith("stands in the frame")));
});
