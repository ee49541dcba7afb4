/**
 * Two sides of a round that reconciles, without a driver: records in maps, messages in queues, and effects performed in the
 * order that a test chooses.
 */
import type { IdSet } from "waxwing/core";
import {
  createReconcileRound,
  type NativeMessage,
  type ReconcileRoundEffect,
  type ReconcileRoundInput,
  type ReconcileRoundOptions,
  type ReconcileRoundState,
  type SessionReport,
  stepReconcileRound,
} from "waxwing/replication";
import type { AdmitVerdict } from "#contracts/index.js";
import { createReferenceIdSets } from "./id-sets.js";
import { recordBytes, sha256 } from "./replication-store.js";

const idBytes = 32;
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

export const testRecord = (name: string) => recordBytes(name, { pad: "x".repeat(40) });
export const idOf = (name: string) => sha256(testRecord(name));
export const sortedIds = (names: readonly string[]) =>
  new Uint8Array(Buffer.concat(names.map(idOf).sort(Buffer.compare)));
export const splitIds = (ids: Uint8Array) =>
  Array.from({ length: ids.length / idBytes }, (_, i) => ids.subarray(i * idBytes, (i + 1) * idBytes));

type Pending = Exclude<ReconcileRoundEffect, { type: "finish" | "armTimer" | "fallBack" }>;

export class Side {
  readonly records = new Map<string, Uint8Array>();
  readonly set: IdSet | undefined;
  readonly sent: NativeMessage[] = [];
  readonly pending: Pending[] = [];
  readonly received: string[] = [];
  state: ReconcileRoundState;
  timer: number | undefined;
  report: SessionReport | undefined;
  fellBack = false;
  unexpected = 0;
  /** Ids that are not asked for. */
  readonly refuses = new Set<string>();

  constructor(
    names: readonly string[],
    options: Partial<ReconcileRoundOptions> & Pick<ReconcileRoundOptions, "role">,
    { hasSet = true } = {},
  ) {
    this.set = hasSet ? createReferenceIdSets({ capacity: 100_000 }).create() : undefined;
    for (const name of names) this.add(testRecord(name));
    this.state = createReconcileRound({ kind: "note", ...options });
  }

  add(bytes: Uint8Array): boolean {
    const id = sha256(bytes);
    if (this.records.has(hex(id))) return false;
    this.records.set(hex(id), bytes);
    this.set?.insert(id);
    return true;
  }

  feed(input: ReconcileRoundInput): readonly ReconcileRoundEffect[] {
    const { state, effects, unexpected } = stepReconcileRound(this.state, input, this.set);
    this.state = state;
    if (unexpected) this.unexpected++;
    for (const effect of effects) {
      if (effect.type === "finish") this.report = effect.report;
      else if (effect.type === "fallBack") this.fellBack = true;
      else if (effect.type === "armTimer") this.timer = effect.id;
      else this.pending.push(effect);
    }
    return effects;
  }

  hear(message: NativeMessage): readonly ReconcileRoundEffect[] {
    return this.feed({ type: "message", message });
  }

  /** Performs one of the effects that wait, and feeds its result back. */
  perform(index = 0): void {
    const [effect] = this.pending.splice(index, 1);
    if (effect === undefined) throw new Error("nothing is to be performed");
    const { id } = effect;
    switch (effect.type) {
      case "send":
        this.sent.push(effect.message);
        this.feed({ type: "result", id, result: { effect: "send", ok: true } });
        break;
      case "filterMissingIds": {
        const missing = splitIds(effect.ids).filter(
          (one) => !this.records.has(hex(one)) && !this.refuses.has(hex(one)),
        );
        this.feed({
          type: "result",
          id,
          result: {
            effect: "filterMissingIds",
            ok: true,
            missing: new Uint8Array(Buffer.concat(missing.slice(0, effect.limit))),
            beyondLimit: Math.max(0, missing.length - effect.limit),
            elsewhere: 0,
          },
        });
        break;
      }
      case "loadBodiesById": {
        const bodies: Uint8Array[] = [];
        let used = 0;
        let bytes = 0;
        for (const one of splitIds(effect.ids)) {
          const body = this.records.get(hex(one));
          if (body && bodies.length > 0 && bytes + body.length > effect.bytesMax) break;
          used++;
          if (body) bodies.push(body);
          bytes += body?.length ?? 0;
        }
        this.feed({ type: "result", id, result: { effect: "loadBodiesById", ok: true, bodies, used } });
        break;
      }
      case "admit": {
        const verdicts = effect.records.map((bytes, position): AdmitVerdict => {
          const recordId = sha256(bytes);
          this.received.push(hex(recordId));
          const isNew = this.add(bytes);
          return isNew
            ? { status: "admitted", kind: "note", hash: recordId, recordId, position }
            : { status: "duplicate", hash: recordId, recordId };
        });
        this.feed({ type: "result", id, result: { effect: "admit", ok: true, verdicts } });
        break;
      }
    }
  }

  /** Performs all that waits, and what that makes. */
  settle(): this {
    while (this.pending.length > 0) this.perform();
    return this;
  }

  take(): NativeMessage[] {
    return this.sent.splice(0);
  }
}

/** Both sides until nothing moves any more; `pick` chooses among `count` things that could happen next. */
export function converse(
  initiator: Side,
  responder: Side,
  { pick = () => 0, turnsMax = 20_000 }: { pick?: (count: number) => number; turnsMax?: number } = {},
): NativeMessage[] {
  const all: NativeMessage[] = [];
  const queues = { toResponder: [] as NativeMessage[], toInitiator: [] as NativeMessage[] };
  initiator.feed({ type: "start" });
  for (let turn = 0; turn < turnsMax; turn++) {
    queues.toResponder.push(...initiator.take());
    queues.toInitiator.push(...responder.take());
    const acts: (() => void)[] = [];
    for (const side of [initiator, responder]) {
      // Sends keep their order, and so do loads; admissions may end in any.
      const firstOf = new Set<string>();
      for (const [index, { type }] of side.pending.entries()) {
        if (type !== "admit" && firstOf.has(type)) continue;
        firstOf.add(type);
        acts.push(() => side.perform(index));
      }
    }
    const { toResponder, toInitiator } = queues;
    if (toResponder.length > 0)
      acts.push(() => all.push(toResponder[0]!) && responder.hear(toResponder.shift()!));
    if (toInitiator.length > 0)
      acts.push(() => all.push(toInitiator[0]!) && initiator.hear(toInitiator.shift()!));
    if (acts.length === 0) return all;
    acts[pick(acts.length)]!();
  }
  throw new Error("the round does not end");
}
