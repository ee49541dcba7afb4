/**
 * A witness of every frame that nodes send: decodes it and says what of it the sender's policy does not let that
 * peer see. It judges by the policy and the store alone, and knows nothing of how rounds are run.
 */
import { decodeFrame, type NativeMessage } from "waxwing/replication";
import type { OfferGate, OfferPolicy, Store, StoredRecord } from "#contracts/index.js";
import { testKinds } from "./replication.js";
import { sha256 } from "./replication-store.js";

export interface Witnessed {
  readonly from: string;
  readonly to: string;
  readonly type: string;
  readonly what: string;
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const idsOf = (packed: Uint8Array) =>
  Array.from({ length: packed.length / 32 }, (_, index) => packed.subarray(index * 32, index * 32 + 32));

export class FrameWitness {
  readonly violations: Witnessed[] = [];
  readonly counts: Record<string, number> = {};
  /** Records shown or brought, whatever the way. */
  disclosed = 0;
  /** Frames that were also searched for records that must not be in them. */
  searched = 0;

  /** `mayPull`: peers that ask for things, so that a Summary to them need not be unasked. */
  async watch(
    from: string,
    to: string,
    bytes: Uint8Array,
    { policy, store, mayPull }: { policy: OfferPolicy; store: Store; mayPull: boolean },
  ): Promise<void> {
    const { message } = decodeFrame(bytes, testKinds);
    this.counts[message.type] = (this.counts[message.type] ?? 0) + 1;
    const report = (what: string) => this.violations.push({ from, to, type: message.type, what });
    const kinds = "entries" in message ? message.entries.map(({ kind }) => kind) : [message.kind];
    for (const kind of kinds) {
      if (kind === "") continue;
      const gate = await policy.gate(to, kind);
      await this.#judge(message, { kind, gate, store, mayPull, report });
    }
    if (message.kind !== "")
      await this.#search(bytes, message.kind, await policy.gate(to, message.kind), store, report);
  }

  async #judge(message: NativeMessage, around: Around): Promise<void> {
    const { kind, gate, store, mayPull, report } = around;
    const isHeld = async (hash: Uint8Array) => (await store.get(kind, hash)) !== undefined;
    const disclose = (name: Uint8Array, record: StoredRecord | undefined, unasked: boolean) => {
      this.disclosed++;
      if (record === undefined) report(`${kind} ${hex(name)}: shown and not held`);
      else if (!passes(gate, record, unasked)) report(`${kind} ${hex(name)}: refused by the gate`);
    };
    const discloseHash = async (hash: Uint8Array, unasked: boolean) =>
      disclose(hash, await store.get(kind, hash), unasked);
    const discloseIds = async (packed: Uint8Array) => {
      const ids = idsOf(packed);
      const records = await store.getManyByRecordId(kind, ids);
      for (const [index, id] of ids.entries()) disclose(id, records[index], true);
    };
    switch (message.type) {
      case "summary":
        for (const { hash } of message.refs) await discloseHash(hash, !mayPull);
        break;
      case "deliver":
      case "bodies":
        for (const envelope of message.envelopes) await discloseHash(sha256(envelope), false);
        break;
      case "diff":
      case "fetch":
        for (const hash of message.want) if (await isHeld(hash)) report(`wants ${hex(hash)}, which it holds`);
        break;
      case "want":
        if ((await store.holdsRecordIds(kind, idsOf(message.ids))).includes(true))
          report("wants what it holds");
        break;
      case "reconcile": {
        if (!showsAll(gate)) report(`${kind} is reconciled although the gate does not show all of it`);
        const { message: inner } = message;
        if (inner.type === "ids") await discloseIds(inner.ids);
        if (inner.type === "found") await discloseIds(inner.extra);
        if ("count" in inner && inner.count > (await offeredCount(store, kind)))
          report("counts more than is offered");
        break;
      }
      case "heads":
      case "headsAnswer": {
        const entry = message.entries.find((one) => one.kind === kind)!;
        if (!showsAll(gate) && (entry.head !== undefined || entry.count > 0))
          report(`tells the state of ${kind}`);
        if (entry.count > (await offeredCount(store, kind))) report("counts more than is offered");
        break;
      }
    }
  }

  /** However it is encoded: neither the name nor the text of a record that the gate refuses stands in the frame. */
  async #search(
    bytes: Uint8Array,
    kind: string,
    gate: OfferGate,
    store: Store,
    report: (what: string) => void,
  ): Promise<void> {
    const frame = Buffer.from(bytes);
    for (const record of await everyRecord(store, kind)) {
      if (passes(gate, record, false)) continue;
      this.searched++;
      const { marker } = JSON.parse(new TextDecoder().decode(record.bytes)) as { marker: string };
      for (const secret of [Buffer.from(record.hash), Buffer.from(record.recordId), Buffer.from(marker)])
        if (
          frame.includes(secret) ||
          frame.includes(`[${[...secret].join(",")}`) ||
          frame.includes([...secret].join(","))
        )
          report(`${kind} ${hex(record.hash)}: stands in the frame`);
    }
  }
}

interface Around {
  readonly kind: string;
  readonly gate: OfferGate;
  readonly store: Store;
  readonly mayPull: boolean;
  report(what: string): void;
}

function passes(gate: OfferGate, record: StoredRecord, unasked: boolean): boolean {
  if (record.visibility !== "federation" || gate.closed || !gate.admits(record)) return false;
  return !unasked || (gate.advertises?.(record) ?? true);
}

const showsAll = (gate: OfferGate) => gate.showsAll === true && !gate.closed;

async function offeredCount(store: Store, kind: string): Promise<number> {
  return (await store.offerPage(kind, { after: 0, limit: 10_000 })).length;
}

/** Local ones too, which no page of the offer has. */
async function everyRecord(store: Store, kind: string): Promise<StoredRecord[]> {
  return [...(await store.list(kind, { after: 0, limit: 10_000 }))];
}
