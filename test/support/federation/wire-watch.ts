/**
 * Reads every frame that an honest node puts on the simulated wire: it must decode, must name or carry nothing
 * local and nothing that nobody wrote, and frames are counted for each pair of nodes.
 */
import { decodeFrame, type NativeMessage } from "waxwing/replication";
import type { Network } from "waxwing/testing";
import { testKinds } from "../replication.js";
import type { Ledger } from "./ledger.js";
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
    const shown = (hash: Uint8Array): string | undefined => {
      const written = this.#options.ledger.find(hash);
      if (!written) return `${from} showed a record that nobody wrote, in a ${message.type}`;
      return written.local ? `${from} showed a local record, in a ${message.type}` : undefined;
    };
    switch (message.type) {
      case "summary":
        return first(message.refs, ({ hash }) => shown(hash));
      case "deliver":
        return first(message.envelopes, (bytes) => shown(sha256(bytes)));
      default:
        return undefined;
    }
  }
}

function first<T>(items: readonly T[], judge: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const fault = judge(item);
    if (fault !== undefined) return fault;
  }
  return undefined;
}
