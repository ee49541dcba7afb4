/** The end of a link test that answers: pings with pongs, questions with its counts, load with silence. */
import type { KeyId } from "../../base/index.js";
import type { InboundFrame, ReceiveVerdict } from "../../contracts/index.js";
import { startEnd, type TestEnd } from "./end.js";
import { decodeTestMessage, encodeTestMessage, encodeWireCounts, wireCountsOf } from "./messages.js";

/** What one dialler sent until it said that it was done. */
export interface ServedTest {
  readonly peer: KeyId;
  readonly pings: number;
  readonly loadFrames: number;
  readonly loadBytes: number;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

export class TestListener {
  readonly #end: TestEnd;
  readonly #onServed: (test: ServedTest) => void;
  /** The test under way: one at a time, a new dialler begins a new one. */
  #test: Mutable<ServedTest> | undefined;

  constructor(end: TestEnd, onServed: (test: ServedTest) => void) {
    this.#end = end;
    this.#onServed = onServed;
  }

  start(): Promise<void> {
    return startEnd(this.#end, (frame) => this.#receive(frame));
  }

  #receive({ peerKeyId, bytes }: InboundFrame): ReceiveVerdict {
    const message = decodeTestMessage(bytes);
    if (peerKeyId === undefined || message === undefined) return "accepted";
    const test = this.#testOf(peerKeyId);
    const { type, number, rest } = message;
    if (type === "ping") {
      test.pings++;
      void this.#send(peerKeyId, encodeTestMessage("pong", number, rest));
    } else if (type === "load") {
      test.loadFrames++;
      test.loadBytes += bytes.length;
    } else if (type === "ask" || type === "ask-last") {
      void this.#tell(peerKeyId, number, type === "ask-last");
    }
    return "accepted";
  }

  #testOf(peer: KeyId): Mutable<ServedTest> {
    if (this.#test?.peer !== peer) this.#test = { peer, pings: 0, loadFrames: 0, loadBytes: 0 };
    return this.#test;
  }

  async #tell(peer: KeyId, number: number, isLast: boolean): Promise<void> {
    const counts = encodeWireCounts(wireCountsOf(this.#end.transport.counters));
    await this.#send(peer, encodeTestMessage("counts", number, counts));
    if (!isLast || this.#test?.peer !== peer) return;
    const test = this.#test;
    this.#test = undefined;
    this.#onServed(test);
  }

  /** An answer that does not come through is missed by who asked, and counted there. */
  async #send(peer: KeyId, frame: Uint8Array): Promise<void> {
    await this.#end.transport.send(peer, frame);
  }
}
