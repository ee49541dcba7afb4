/**
 * Reads every frame that an honest node puts on the simulated wire: it must decode, must name or carry nothing
 * local and nothing that nobody wrote, and frames are counted for each pair of nodes.
 */
import type { ReconcileMessage } from "waxwing/reconcile";
import { decodeFrame, type NativeMessage } from "waxwing/replication";
import type { Network } from "waxwing/testing";
import { testKinds } from "../replication.js";
import type { Ledger, WrittenRecord } from "./ledger.js";
import { sha256 } from "./sealed-records.js";

export interface WireWatchOptions {
  readonly network: Network;
  readonly ledger: Ledger;
  readonly honest: ReadonlySet<string>;
}

export class WireWatch {
  readonly #options: WireWatchOptions;
  readonly #frames = new Map<string, Map<string, number>>();
  fault: string | undefined;

  constructor(options: WireWatchOptions) {
    this.#options = options;
    options.network.observe((from, to, frame) => {
      const ofSender = this.#frames.get(from) ?? new Map<string, number>();
      this.#frames.set(from, ofSender);
      ofSender.set(to, (ofSender.get(to) ?? 0) + 1);
      if (options.honest.has(from)) this.fault ??= this.#judge(from, frame);
    });
  }

  sent(from: string, to: string): number {
    return this.#frames.get(from)?.get(to) ?? 0;
  }

  #judge(from: string, frame: Uint8Array): string | undefined {
    let message: NativeMessage;
    try {
      message = decodeFrame(frame, testKinds).message;
    } catch (error) {
      return `${from} sent a frame that does not decode: ${String(error)}`;
    }
    const { ledger } = this.#options;
    if (!asks(message)) {
      const bytes = Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength);
      for (const secret of ledger.secrets)
        if (bytes.includes(secret)) return `${from} showed a local record, in a ${message.type}`;
    }
    const shown = (written: WrittenRecord | undefined): string | undefined => {
      if (!written) return `${from} showed a record that nobody wrote, in a ${message.type}`;
      return written.local ? `${from} showed a local record, in a ${message.type}` : undefined;
    };
    switch (message.type) {
      case "summary":
        return first(message.refs, ({ hash }) => shown(ledger.findByHash(hash)));
      case "deliver":
      case "bodies":
        return first(message.envelopes, (envelope) => shown(ledger.findByHash(sha256(envelope))));
      case "reconcile":
        return first(idsIn(message.message), (id) => shown(ledger.findById(id)));
      default:
        return undefined;
    }
  }
}

/** What names records that the sender lacks: whoever it asks has named them first. */
function asks(message: NativeMessage): boolean {
  if (message.type === "reconcile") return message.message.type === "found";
  return message.type === "diff" || message.type === "fetch" || message.type === "want";
}

/** Ids that the sender says it holds. */
function idsIn(message: ReconcileMessage): Uint8Array[] {
  if (message.type !== "found" && message.type !== "ids") return [];
  const packed = message.type === "found" ? message.extra : message.ids;
  return Array.from({ length: packed.length / 32 }, (_, index) =>
    packed.subarray(32 * index, 32 * (index + 1)),
  );
}

function first<T>(items: readonly T[], judge: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const fault = judge(item);
    if (fault !== undefined) return fault;
  }
  return undefined;
}
