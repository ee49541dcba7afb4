/** A peer with a proven key that does one thing wrong, as long as it runs; all from the seed of its world. */
import {
  decodeFrame,
  encodeFrame,
  type Frame,
  isCrplMessage,
  type NativeMessage,
  type ReplicationMessage,
} from "waxwing/replication";
import type { NodeWorld, SimNode } from "waxwing/testing";
import { limits } from "#base/limits.js";
import { testKinds } from "../replication.js";
import type { LiarBehaviour } from "./liar-behaviours.js";
import { ReconcilingLiar } from "./reconciling-liar.js";
import { sealRecord } from "./sealed-records.js";

export interface LiarOptions {
  readonly behaviour: LiarBehaviour;
  readonly victims: readonly string[];
  /** Kinds of the federation. */
  readonly kinds: readonly string[];
  /** Hashes of what honest nodes write in this run, local records too: it has them from somewhere. */
  readonly known: readonly Uint8Array[];
  /** Ids of the same. */
  readonly knownIds: readonly Uint8Array[];
  readonly waxwing: boolean;
  /** Part of a frame reaches a peer, as links tell it. */
  readonly trickle: (victim: string) => void;
}

export function liar(options: LiarOptions) {
  return async (world: NodeWorld): Promise<SimNode> => {
    const teller = new Liar(world, options);
    await world.transport.start((frame) => {
      if (frame.peerKeyId === undefined || options.behaviour === "busy") return "busy";
      if (options.behaviour !== "silent") teller.hear(frame.peerKeyId, frame.bytes);
      return "accepted";
    });
    teller.begin();
    return {
      stop: async () => {
        teller.stop();
        await world.transport.stop();
      },
    };
  };
}

/** Frames kept for replays. */
const heardMax = 64;
/** Legacy answers may be answered for ever: enough of them to see that nobody is harmed. */
const answersMax = 200;

class Liar {
  readonly #world: NodeWorld;
  readonly #options: LiarOptions;
  readonly #reconciling: ReconcilingLiar;
  readonly #heard: Uint8Array[] = [];
  #large = 0;
  #answers = 0;
  #count = 0;
  #stopped = false;

  constructor(world: NodeWorld, options: LiarOptions) {
    this.#world = world;
    this.#options = options;
    const { behaviour, knownIds } = options;
    this.#reconciling = new ReconcilingLiar({ behaviour, knownIds, random: (length) => this.#bytes(length) });
  }

  begin(): void {
    const { behaviour } = this.#options;
    if (behaviour === "silent" || behaviour === "busy") return;
    this.#after(this.#integer(50, 500), () => {
      const victim = this.#pick(this.#options.victims);
      this.#push(victim);
      this.begin();
    });
  }

  stop(): void {
    this.#stopped = true;
  }

  /** What it says unasked. */
  #push(victim: string): void {
    const kind = this.#pick(this.#options.kinds);
    switch (this.#options.behaviour) {
      case "forges":
        this.#say(victim, { type: "deliver", kind, envelopes: [this.#forged(), this.#forged()] });
        break;
      case "replays":
      case "garbles":
        if (this.#heard.length > 0) this.#send(victim, this.#again());
        break;
      case "oversizes":
        this.#sendLarge(victim, kind);
        break;
      case "pagesWithoutEnd":
        this.#say(victim, this.#endlessPage(kind));
        break;
      case "wrongRounds":
        this.#say(victim, { type: "summary", kind, refs: [] });
        this.#say(victim, { type: "diff", kind, want: [this.#bytes(32)] }, true);
        break;
      case "wrongKinds":
        this.#sendWrongKind(victim);
        break;
      case "baits":
        this.#say(victim, this.#bait(kind));
        break;
      case "probes": {
        const type = this.#chance(0.5) ? "fetch" : "diff";
        this.#say(victim, { type, kind, want: this.#some(this.#options.known, 40) });
        this.#say(victim, { type: "pull", kind: "key", subjectKeyId: victim });
        this.#say(victim, { type: "cursor_pull", kind });
        break;
      }
      case "stalls":
        this.#options.trickle(victim);
        break;
      case "saysEqual":
      case "reconcilesWithoutEnd":
      case "findsNothing":
      case "overtakes":
        this.#sayNative(victim, this.#reconciling.open(kind));
        break;
    }
  }

  hear(from: string, bytes: Uint8Array): void {
    const { behaviour } = this.#options;
    if (this.#heard.length < heardMax) this.#heard.push(bytes);
    else this.#heard[this.#integer(0, heardMax - 1)] = bytes;
    if (behaviour === "replays" || behaviour === "garbles") return;
    if (this.#answers >= answersMax) return;
    let frame: Frame;
    try {
      frame = decodeFrame(bytes, testKinds);
    } catch {
      return;
    }
    const delayMs = behaviour === "stalls" ? limits.roundWaitMs - 500 : this.#integer(0, 50);
    for (const message of this.#answersTo(frame.message)) {
      this.#answers++;
      this.#after(delayMs, () => this.#send(from, encodeFrame(replyTo(frame, message, this.#wrongRound()))));
    }
  }

  #answersTo(message: NativeMessage): NativeMessage[] {
    if (!isCrplMessage(message)) return this.#reconciling.answersTo(message);
    const { type, kind } = message;
    const { behaviour, known } = this.#options;
    const nothing: ReplicationMessage = { type: "deliver", kind, envelopes: [] };
    if (type === "diff" || type === "fetch")
      return [behaviour === "forges" ? { type: "deliver", kind, envelopes: [this.#forged()] } : nothing];
    if (type !== "summary") return [];
    const want: ReplicationMessage = { type: "diff", kind, want: behaviour === "probes" ? [...known] : [] };
    switch (behaviour) {
      case "pagesWithoutEnd":
        return [this.#endlessPage(kind), want];
      case "baits":
        return [this.#bait(kind), want];
      case "stalls":
        return [this.#endlessPage(kind)];
      default:
        return [{ type: "summary", kind, refs: [] }, want];
    }
  }

  #endlessPage(kind: string): ReplicationMessage {
    return {
      type: "summary",
      kind,
      refs: Array.from({ length: 40 }, () => ({ hash: this.#bytes(32), seq: 1 })),
    };
  }

  #bait(kind: string): ReplicationMessage {
    return { type: "summary", kind, refs: this.#options.known.map((hash) => ({ hash, seq: 1 })) };
  }

  /** Large frames cost the simulator itself, so there are few. */
  #sendLarge(victim: string, kind: string): void {
    this.#large++;
    if (this.#large === 1) {
      const large = new Uint8Array(limits.frameBytesMax + 1);
      large.set(encodeFrame({ version: 2, message: { type: "diff", kind, want: [] } }));
      this.#send(victim, large);
    } else this.#say(victim, { type: "summary", kind, refs: this.#large <= 4 ? manyRefs(2000) : [] });
  }

  #sendWrongKind(victim: string): void {
    const kind = this.#pick(["accord_quorum_evidence", "family", "no_such_kind", "partner_record"]);
    const message = this.#pick<ReplicationMessage>([
      { type: "summary", kind, refs: [{ hash: this.#bytes(32), seq: 1 }] },
      { type: "deliver", kind, envelopes: [this.#forged()] },
      { type: "diff", kind, want: [...this.#options.known] },
    ]);
    this.#say(victim, message, this.#chance(0.3));
  }

  #forged(): Uint8Array {
    const by = this.#pick(this.#options.victims);
    const record = { id: `forged${this.#count++}`, by, visibility: "federation", pad: "" } as const;
    return this.#chance(0.8) ? sealRecord(record, { seal: "looks like a seal" }) : this.#bytes(60);
  }

  /** Something it heard; changed, if that is what it does. */
  #again(): Uint8Array {
    const bytes = this.#pick(this.#heard).slice();
    if (this.#options.behaviour === "garbles") {
      for (let flips = this.#integer(1, 4); flips > 0; flips--) {
        const index = this.#integer(0, bytes.length - 1);
        bytes[index] = bytes[index]! ^ (1 << this.#integer(0, 7));
      }
    }
    return bytes;
  }

  #say(victim: string, message: ReplicationMessage, fromResponder = false): void {
    const isNative = this.#options.waxwing && this.#chance(0.5);
    const round = this.#round();
    const frame: Frame =
      isNative || this.#chance(0.5)
        ? { version: 3, fromResponder, round, native: isNative, message }
        : { version: 2, message };
    this.#send(victim, encodeFrame(frame));
  }

  /** Messages of one round that it opens. */
  #sayNative(victim: string, messages: readonly NativeMessage[]): void {
    const round = this.#round();
    for (const message of messages)
      this.#send(victim, encodeFrame({ version: 3, fromResponder: false, round, native: true, message }));
  }

  #round(): bigint {
    return new DataView(this.#bytes(8).buffer).getBigUint64(0) | 1n;
  }

  #wrongRound(): boolean {
    return this.#options.behaviour === "wrongRounds" && this.#chance(0.8);
  }

  #send(victim: string, bytes: Uint8Array): void {
    if (!this.#stopped) void this.#world.transport.send(victim, bytes);
  }

  #after(delayMs: number, act: () => void): void {
    this.#world.host.timers.after(delayMs, () => {
      if (!this.#stopped) act();
    });
  }

  #some<T>(items: readonly T[], count: number): T[] {
    return Array.from({ length: Math.min(count, items.length) }, () => this.#pick(items));
  }

  #pick<T>(items: readonly T[]): T {
    return items[this.#integer(0, items.length - 1)]!;
  }

  #chance(part: number): boolean {
    return this.#fraction() < part;
  }

  #integer(min: number, max: number): number {
    return min + Math.floor(this.#fraction() * (max - min + 1));
  }

  #fraction(): number {
    return new DataView(this.#bytes(4).buffer).getUint32(0) / 0x1_0000_0000;
  }

  #bytes(length: number): Uint8Array {
    return this.#world.host.random.bytes(length);
  }
}

function manyRefs(count: number): { hash: Uint8Array; seq: number }[] {
  return Array.from({ length: count }, (_, index) => {
    const hash = new Uint8Array(32);
    new DataView(hash.buffer).setUint32(0, index + 1);
    return { hash, seq: index };
  });
}

/** In the framing and round of the frame it answers, unless it is to be another round. */
function replyTo(frame: Frame, message: NativeMessage, wrongRound: boolean): Frame {
  if (frame.version === 3) {
    const round = wrongRound ? (frame.round ^ 0xffn) | 1n : frame.round;
    const preamble = { version: 3, fromResponder: !frame.fromResponder, round } as const;
    if (frame.native) return { ...preamble, native: true, message };
    if (isCrplMessage(message)) return { ...preamble, message };
  } else if (isCrplMessage(message)) return { version: frame.version, message };
  throw new TypeError("expected a message of CRPL");
}
