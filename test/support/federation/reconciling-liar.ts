/** What a liar says in reconciliations. */
import { type ReconcileAnswer, type ReconcileRequest, respond } from "waxwing/reconcile";
import type { NativeMessage } from "waxwing/replication";
import { compareBytes, concatBytes } from "#base/bytes.js";
import type { IdSet } from "#contracts/index.js";
import { createReferenceIdSets } from "../id-sets.js";
import type { LiarBehaviour } from "./liar-behaviours.js";

export interface ReconcilingLiarOptions {
  readonly behaviour: LiarBehaviour;
  /** Record ids that honest nodes write in this run. */
  readonly knownIds: readonly Uint8Array[];
  readonly random: (length: number) => Uint8Array;
}

export class ReconcilingLiar {
  readonly #options: ReconcilingLiarOptions;
  /** Of the kinds of the run alike: what it pretends to hold. */
  readonly #set: IdSet;

  constructor(options: ReconcilingLiarOptions) {
    this.#options = options;
    this.#set = createReferenceIdSets({ capacity: 4096, sets: 2 }).create();
    this.#set.insert(packAscending([...options.knownIds, ...this.#randomIds(40)]));
  }

  /** The beginning of a round. */
  open(kind: string): NativeMessage[] {
    const { behaviour, random } = this.#options;
    const open: NativeMessage = {
      type: "reconcile",
      kind,
      message: { type: "open", head: random(32), count: 7 },
    };
    switch (behaviour) {
      case "findsNothing":
        return [open, this.#found(kind)];
      case "overtakes":
        return [
          open,
          { type: "taken", kind, frames: 0xffff },
          { type: "want", kind, ids: random(32) },
          this.#found(kind),
        ];
      case "reconcilesWithoutEnd":
        return [open, { type: "reconcile", kind, message: { type: "page" } }];
      default:
        return [open];
    }
  }

  answersTo(message: NativeMessage): NativeMessage[] {
    const { kind } = message;
    const { behaviour, random } = this.#options;
    if (behaviour === "overtakes") {
      return [
        { type: "taken", kind, frames: 1 + random(1)[0]! },
        { type: "bodies", kind, envelopes: [random(20)], left: random(1)[0]! },
        ...this.#reconcile(message),
      ];
    }
    if (message.type === "reconcile") return this.#reconcile(message);
    // Nothing of what it was asked for, and no end of it.
    if (message.type === "want")
      return [{ type: "bodies", kind, envelopes: [], left: message.ids.length / 32 }];
    if (message.type === "bodies") return [{ type: "taken", kind, frames: 1 }];
    return [];
  }

  #reconcile(message: NativeMessage): NativeMessage[] {
    if (message.type !== "reconcile" || !isRequest(message.message)) return [];
    const { kind, message: request } = message;
    if (request.type === "found")
      return [
        {
          type: "want",
          kind,
          ids: this.#options.behaviour === "findsNothing" ? this.#randomIds(1)[0]! : new Uint8Array(0),
        },
        { type: "bodies", kind, envelopes: [], left: 0 },
      ];
    const answer = this.#answer(request);
    return answer ? [{ type: "reconcile", kind, message: answer }] : [];
  }

  #answer(request: Exclude<ReconcileRequest, { type: "found" }>): ReconcileAnswer | undefined {
    const { behaviour, random } = this.#options;
    if (behaviour === "saysEqual" && request.type === "open") return { type: "equal", head: request.head };
    if (behaviour === "reconcilesWithoutEnd" && request.type === "page") {
      const ids = packAscending(this.#randomIds(30));
      return { type: "ids", head: random(32), ids, last: false };
    }
    const { answer } = respond(this.#set, request);
    // Its head fits no set, so that nothing that follows from its answers can be proven.
    return answer && behaviour === "reconcilesWithoutEnd" ? { ...answer, head: random(32) } : answer;
  }

  #found(kind: string): NativeMessage {
    const missing = packAscending([...this.#options.knownIds, ...this.#randomIds(5)]);
    return {
      type: "reconcile",
      kind,
      message: { type: "found", missing, extra: packAscending(this.#randomIds(20)) },
    };
  }

  #randomIds(count: number): Uint8Array[] {
    return Array.from({ length: count }, () => this.#options.random(32));
  }
}

function isRequest(message: ReconcileRequest | ReconcileAnswer): message is ReconcileRequest {
  return ["open", "more", "ranges", "page", "found"].includes(message.type);
}

/** Each once. */
function packAscending(ids: readonly Uint8Array[]): Uint8Array {
  const sorted = [...ids].sort(compareBytes);
  return concatBytes(
    ...sorted.filter((id, index) => index === 0 || compareBytes(id, sorted[index - 1]!) !== 0),
  );
}
