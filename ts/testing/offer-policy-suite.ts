/**
 * Compliance suite of `OfferPolicy` (laws in contracts/offer-policy.ts): run it with a policy that permits
 * some record to a peer, or with one that permits nothing.
 */
import type { KeyId, KindToken } from "../base/ids.js";
import type { OfferPolicy } from "../contracts/offer-policy.js";
import type { StoredRecord } from "../contracts/store.js";
import { assert, assertEqual, type SuiteReport } from "./suite.js";

export interface OfferPolicyCase {
  readonly policy: OfferPolicy;
  readonly peer: KeyId;
  readonly kind: KindToken;
  /** Federation-visible records of the kind, and whether the peer may see each. */
  readonly records: readonly {
    readonly record: StoredRecord;
    readonly permitted: boolean;
    /** Whether it is shown unasked; as `permitted` when absent. */
    readonly advertised?: boolean;
  }[];
  /** Makes every decision of the policy fail from now on, where it depends on anything that can. */
  breakDecisions?(): void;
}

export function offerPolicySuite(
  name: string,
  implementation: { create(): OfferPolicyCase | Promise<OfferPolicyCase> },
  report: SuiteReport,
): void {
  const check = (law: string, run: (subject: OfferPolicyCase) => Promise<void>) =>
    report.check(`${name}: ${law}`, async () => run(await implementation.create()));

  check("a gate answers for each record whether the peer may see it", async (subject) => {
    const { gate, admits } = await open(subject);
    for (const { record, permitted } of subject.records) {
      assertEqual(!gate.closed && admits(record), permitted, `record ${record.position}`);
    }
  });

  check("law 2: what is not federation-visible passes no gate that looks at records", async (subject) => {
    const { gate, admits } = await open(subject);
    if (!gate.needsRecord) return;
    for (const { record } of subject.records) {
      const local = { ...record, visibility: "local" } as const;
      assert(!admits(local) && gate.advertises?.(local) !== true, `record ${record.position}`);
    }
  });

  check(
    "law 4: what is advertised is admitted, and a gate that shows all advertises all",
    async (subject) => {
      const { gate, admits } = await open(subject);
      for (const { record, permitted, advertised = permitted } of subject.records) {
        const shown = !gate.closed && (gate.advertises?.(record) ?? admits(record));
        assertEqual(shown, advertised, `record ${record.position}`);
        assert(!shown || admits(record), `record ${record.position} is advertised and not admitted`);
        assert(!gate.showsAll || shown, `record ${record.position} is not shown by a gate that shows all`);
      }
    },
  );

  check("a gate that shows all is open and admits each record", async (subject) => {
    const { gate, admits } = await open(subject);
    if (!gate.showsAll) return;
    assert(!gate.closed, "open");
    for (const { record } of subject.records) assert(admits(record), `record ${record.position}`);
  });

  check("law 2: a closed gate admits nothing, whoever asks it", async (subject) => {
    const { gate, admits } = await open(subject);
    if (gate.closed) for (const { record } of subject.records) assert(!admits(record), "closed");
  });

  check("law 2: a gate that needs the record says no to a mere ref", async (subject) => {
    const { gate } = await open(subject);
    for (const { record } of subject.records) {
      const { hash, recordId } = record;
      if (gate.needsRecord) assert(!gate.admits({ hash, recordId }), "undecidable is no");
      else assertEqual(gate.admits({ hash, recordId }), gate.admits(record), "refs are enough");
    }
  });

  check("law 2: decisions that fail close the gate and are no error", async (subject) => {
    if (!subject.breakDecisions) return;
    subject.breakDecisions();
    const { gate, admits } = await open(subject);
    for (const { record } of subject.records) assert(gate.closed || !admits(record), "fails closed");
  });

  check(
    "law 5: the same gate decides the same way again, so what is not offered is not served",
    async (subject) => {
      const [first, second] = [await open(subject), await open(subject)];
      for (const { record } of subject.records)
        assertEqual(second.admits(record), first.admits(record), "same");
    },
  );
}

async function open({ policy, peer, kind }: OfferPolicyCase) {
  const gate = await policy.gate(peer, kind);
  return { gate, admits: (record: StoredRecord) => gate.admits(record) };
}
