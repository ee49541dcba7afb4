/**
 * What the durability tests write, and how they check what is left of it. Batch n admits records 3n … 3n + size − 1,
 * sets a mark that names the batch, moves the cursor of its lane, and puts its own lead in the place of the lane's;
 * all follows from n, so that the checker needs nothing but the acknowledged numbers.
 */
import type { RecordInput, Store, StoredRecord, StoreOperation } from "waxwing/store";
import { suiteHash, suiteRecord } from "waxwing/testing";

export const lanes = 6;
export const kind = "note";
const leadKind = "lead";

const text = new TextEncoder();
const recordsPerBatchMax = 3;

export interface Acknowledged {
  readonly batch: number;
  readonly positions: readonly number[];
}

/** One to three records; their sizes go from a few bytes to several pages. */
export function batchSize(batch: number): number {
  return 1 + (batch % recordsPerBatchMax);
}

export function workRecord(number: number): RecordInput {
  const length = number % 5 === 0 ? 9000 + (number % 4000) : 40 + (number % 700);
  const bytes = new Uint8Array(length);
  for (let i = 0, state = number * 2654435761 + 1; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return suiteRecord(number, { kind, bytes });
}

/** One a lane: each supersedes the one before. */
function leadRecord(batch: number): RecordInput {
  const bytes = new Uint8Array(20 + (batch % 3) * 6000).fill(batch);
  return suiteRecord(batch, { kind: leadKind, naturalKey: leadKey(batch % lanes), bytes });
}

function leadKey(lane: number): Uint8Array {
  return suiteHash("lane", lane);
}

/** `lead`: the hash of the one that the lane has now. */
export function workBatch(batch: number, lead?: Uint8Array): StoreOperation[] {
  const numbers = Array.from({ length: batchSize(batch) }, (_, index) => batch * recordsPerBatchMax + index);
  return [
    ...numbers.map((number) => ({ op: "admit", record: workRecord(number) }) as const),
    { op: "put", table: "marks", key: text.encode(`batch ${batch}`), value: text.encode("applied") },
    {
      op: "put",
      table: "cursors",
      key: text.encode(`lane ${batch % lanes}`),
      value: text.encode(`${batch}`),
    },
    { op: "admit", record: leadRecord(batch), ...(lead ? { supersedes: lead } : {}) },
  ];
}

/** Runs batches from `first` on, each lane one after the other, until `goOn` says no. */
export async function work(
  store: Store,
  first: number,
  goOn: (batch: number) => boolean,
  acknowledge: (acknowledged: Acknowledged) => void,
): Promise<void> {
  const runLane = async (lane: number): Promise<void> => {
    for (let batch = first + lane; goOn(batch); batch += lanes) {
      const lead = await store.getByNaturalKey(leadKind, leadKey(lane));
      const results = await store.commit(workBatch(batch, lead?.hash));
      const positions = results
        .slice(0, batchSize(batch))
        .flatMap((result) =>
          typeof result === "object" && result?.status === "admitted" ? [result.position] : [],
        );
      acknowledge({ batch, positions });
    }
  };
  await Promise.all(Array.from({ length: lanes }, (_, lane) => runLane(lane)));
}

/** Every record is exact, every batch is there whole or not at all, every acknowledged one is there. Returns what is wrong. */
export async function findDamage(store: Store, acknowledged: readonly Acknowledged[]): Promise<string[]> {
  const damage: string[] = [];
  const claim = (condition: boolean, what: string) => {
    if (!condition) damage.push(what);
  };
  const records = await store.list(kind, { after: 0, limit: 65_536 });
  const byHash = new Map(records.map((record) => [hex(record.hash), record]));
  const marks = await store.scan({ table: "marks", prefix: new Uint8Array(0), limit: 65_536 });
  const batches = new Set(
    marks.map(({ key }) => Number(new TextDecoder().decode(key).slice("batch ".length))),
  );

  let expectedRecords = 0;
  const newest = new Map<number, number>();
  for (const batch of batches) {
    newest.set(batch % lanes, Math.max(newest.get(batch % lanes) ?? -1, batch));
    for (let index = 0; index < batchSize(batch); index++) {
      expectedRecords++;
      const number = batch * recordsPerBatchMax + index;
      const stored = byHash.get(hex(suiteHash("hash", number)));
      claim(stored !== undefined && isExact(stored, number), `record ${number} of batch ${batch}`);
    }
  }
  claim(
    records.length === expectedRecords,
    `${records.length} records for ${expectedRecords} of whole batches`,
  );
  for (let lane = 0; lane < lanes; lane++) {
    const cursor = await store.read("cursors", text.encode(`lane ${lane}`));
    const value = cursor && Number(new TextDecoder().decode(cursor));
    claim(value === newest.get(lane), `cursor of lane ${lane}: ${value}, newest batch ${newest.get(lane)}`);
    await checkLead(store, lane, newest.get(lane), claim);
  }
  const leads = await store.list(leadKind, { after: 0, limit: 65_536 });
  claim(leads.length === newest.size, `lead of ${newest.size} lanes: ${leads.length} are held`);
  for (const { batch, positions } of acknowledged) {
    claim(batches.has(batch), `acknowledged batch ${batch} is gone`);
    for (const [index, position] of positions.entries()) {
      const stored = byHash.get(hex(suiteHash("hash", batch * recordsPerBatchMax + index)));
      claim(stored?.position === position, `batch ${batch}: position ${stored?.position} for ${position}`);
    }
  }
  const stats = await store.stats();
  const offered = await store.offerPage(kind, { after: 0, limit: 65_536 });
  const ids = await store.recordIds(kind, undefined, 65_536);
  const held = [...records, ...leads];
  claim(stats.records === held.length, `stats count ${stats.records} of ${held.length}`);
  claim(offered.length === records.length, `offer has ${offered.length} of ${records.length}`);
  claim(ids.length === records.length, `record ids: ${ids.length} of ${records.length}`);
  claim(stats.lastPosition === Math.max(0, ...held.map(({ position }) => position)), "lastPosition");
  return damage;
}

/** The newest batch of a lane has its lead there, which knows the one before. */
async function checkLead(
  store: Store,
  lane: number,
  batch: number | undefined,
  claim: (condition: boolean, what: string) => void,
): Promise<void> {
  const lead = await store.getByNaturalKey(leadKind, leadKey(lane));
  const expected = batch === undefined ? undefined : hex(suiteHash("hash", batch));
  claim((lead && hex(lead.hash)) === expected, `lead of lane ${lane}: it is not of batch ${batch}`);
  if (batch === undefined || batch < 2 * lanes) return;
  const before = batch - lanes;
  const marked = await store.read("marks", text.encode(`batch ${before}`));
  if (marked === undefined) return;
  const [isHeld] = await store.holds(leadKind, [suiteHash("hash", before)]);
  const [isKnown] = await store.holdsRecordIds(leadKind, [suiteHash("id", before)]);
  claim(isHeld === true && isKnown === true, `lead of lane ${lane}: the one before is forgotten`);
}

function isExact(stored: StoredRecord, number: number): boolean {
  const expected = workRecord(number);
  return (
    Buffer.compare(stored.bytes, expected.bytes) === 0 &&
    Buffer.compare(stored.recordId, expected.recordId) === 0 &&
    stored.seq === expected.seq &&
    stored.receivedAtMs === expected.receivedAtMs
  );
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
