/**
 * A faulty network between nodes of one world. Each direction of each pair is a link of its own with loss,
 * delay, reordering, duplication, a rate and a bound on frames in flight; links can be blocked, so a
 * partition may be asymmetric.
 *
 * A send is answered as an HTTP exchange is: the receiver's verdict travels back over the opposite link, and
 * may be lost although the frame arrived. `duplicateChance` breaks law 2 of the transport contract on
 * purpose, as links below HTTP do: receivers have to bear it.
 */
import type { KeyId } from "../../base/ids.js";
import { limits } from "../../base/limits.js";
import type { FrameReceiver, ReceiveVerdict, SendOutcome } from "../../contracts/transport.js";
import type { SeededRandom } from "../seeded-random.js";
import type { VirtualTime } from "../virtual-time.js";
import type { Incarnation } from "./incarnation.js";
import { digestBytes, type Trace } from "./trace.js";

export interface LinkFaults {
  /** Uniform in [min, max], drawn for every frame and every answer. */
  readonly delayMsMin: number;
  readonly delayMsMax: number;
  readonly lossChance: number;
  readonly duplicateChance: number;
  /** A frame so chosen waits up to `reorderDelayMsMax` longer and may be overtaken; others keep their order. */
  readonly reorderChance: number;
  readonly reorderDelayMsMax: number;
  /** Frames on their way in one direction; further sends are `rejected` as `busy`. */
  readonly inFlightMax: number;
  /** Serialises frames on the link when set. */
  readonly rateBitsPerSecond?: number;
  readonly frameBytesMax: number;
  /** When a send without an answer ends as `failed` by `timeout`. */
  readonly sendTimeoutMs: number;
}

export const perfectLink: LinkFaults = {
  delayMsMin: 1,
  delayMsMax: 5,
  lossChance: 0,
  duplicateChance: 0,
  reorderChance: 0,
  reorderDelayMsMax: 0,
  inFlightMax: 64,
  frameBytesMax: limits.frameBytesMax,
  sendTimeoutMs: limits.httpRequestMs,
};

/** A node's place on the network for one incarnation. */
export interface NetworkPort {
  readonly keyId: KeyId;
  readonly incarnation: Incarnation;
  /** Shows the Waxwing capability with frames and answers. */
  readonly waxwing: boolean;
  /** Undefined until it listens and after it stops. */
  receive: FrameReceiver | undefined;
}

export interface NetworkStats {
  framesSent: number;
  framesDelivered: number;
  framesLost: number;
  framesDuplicated: number;
  bytesDelivered: number;
}

/** Gets the frame itself, not a copy: it must not change it. */
export type FrameObserver = (from: KeyId, to: KeyId, frame: Uint8Array) => void;

interface LinkState {
  inFlight: number;
  busyUntilMs: number;
  lastArrivalMs: number;
}

export class Network {
  readonly stats: NetworkStats = {
    framesSent: 0,
    framesDelivered: 0,
    framesLost: 0,
    framesDuplicated: 0,
    bytesDelivered: 0,
  };
  readonly #ports = new Map<KeyId, NetworkPort>();
  readonly #names = new Map<string, KeyId>();
  readonly #namesByKeyId = new Map<KeyId, string>();
  readonly #links = new Map<string, LinkState>();
  readonly #faults = new Map<string, LinkFaults>();
  readonly #pending = new WeakMap<NetworkPort, Set<Exchange>>();
  readonly #blocked = new Set<string>();
  readonly #routeless = new Set<string>();
  readonly #observers: FrameObserver[] = [];
  readonly #time: VirtualTime;
  readonly #random: SeededRandom;
  readonly #trace: Trace;
  #defaultFaults: LinkFaults;

  constructor(time: VirtualTime, random: SeededRandom, trace: Trace, faults: Partial<LinkFaults> = {}) {
    this.#time = time;
    this.#random = random;
    this.#trace = trace;
    this.#defaultFaults = { ...perfectLink, ...faults };
  }

  /** Changes every link, or one direction of one pair when `link` names it. */
  setFaults(faults: Partial<LinkFaults>, link?: { from: string; to: string }): void {
    if (link) this.#faults.set(this.#linkOf(link.from, link.to), { ...this.#defaultFaults, ...faults });
    else {
      this.#defaultFaults = { ...this.#defaultFaults, ...faults };
      this.#faults.clear();
    }
  }

  /** Nothing passes from one node to the other until `heal`; frames on their way are lost. */
  block(from: string, to: string): void {
    this.#blocked.add(this.#linkOf(from, to));
    this.#trace.add(this.#time.nowMs, "network", `block ${from}→${to}`);
  }

  /** Separates two groups of nodes; `outbound` stops only what the first group sends, `inbound` only what it receives. */
  partition(
    group: readonly string[],
    others: readonly string[],
    direction: "both" | "outbound" | "inbound" = "both",
  ): void {
    for (const a of group) {
      for (const b of others) {
        if (direction !== "inbound") this.block(a, b);
        if (direction !== "outbound") this.block(b, a);
      }
    }
  }

  /** Sends from one node to the other fail at once with `no_route` until `heal`, as a radio without a path does. */
  cutRoute(from: string, to: string): void {
    this.#routeless.add(this.#linkOf(from, to));
    this.#trace.add(this.#time.nowMs, "network", `no route ${from}→${to}`);
  }

  heal(): void {
    this.#blocked.clear();
    this.#routeless.clear();
    this.#trace.add(this.#time.nowMs, "network", "heal");
  }

  /** Sees every frame that is sent, before its fate is drawn: what a node says must hold on any wire. */
  observe(observer: FrameObserver): void {
    this.#observers.push(observer);
  }

  /** Called by the world when a node is added: names are for tests, key ids for frames. */
  addName(name: string, keyId: KeyId): void {
    this.#names.set(name, keyId);
    this.#namesByKeyId.set(keyId, name);
  }

  attach(port: NetworkPort): void {
    this.#ports.set(port.keyId, port);
  }

  faultsBetween(from: KeyId, to: KeyId): LinkFaults {
    return this.#faults.get(linkKey(from, to)) ?? this.#defaultFaults;
  }

  /** One frame from one port to a peer. The promise settles only while the sender lives. */
  send(
    sender: NetworkPort,
    peer: KeyId,
    frame: Uint8Array,
    signal: AbortSignal | undefined,
  ): Promise<SendOutcome> {
    const faults = this.faultsBetween(sender.keyId, peer);
    const refused = this.#refuse(sender.keyId, peer, frame, faults);
    if (refused) return Promise.resolve(refused);
    const pending = this.#pending.get(sender) ?? new Set<Exchange>();
    this.#pending.set(sender, pending);
    return new Promise((resolve) => {
      const exchange = new Exchange(sender.incarnation, faults.sendTimeoutMs, signal, (outcome) => {
        pending.delete(exchange);
        resolve(outcome);
      });
      pending.add(exchange);
      this.#transmit(sender, peer, frame.slice(), faults, exchange);
    });
  }

  /** Ends every send of that port that has no outcome yet: its transport stops. */
  abandon(sender: NetworkPort): void {
    for (const exchange of this.#pending.get(sender) ?? []) exchange.abort();
  }

  #refuse(from: KeyId, peer: KeyId, frame: Uint8Array, faults: LinkFaults): SendOutcome | undefined {
    if (frame.length > faults.frameBytesMax) {
      return { status: "rejected", reason: "too_large", detail: `${frame.length} bytes` };
    }
    if (!this.#namesByKeyId.has(peer)) {
      return { status: "failed", reason: "no_route", detail: "no such node" };
    }
    if (this.#routeless.size > 0 && this.#routeless.has(linkKey(from, peer))) {
      return { status: "failed", reason: "no_route", detail: "no way there" };
    }
    if (this.#link(from, peer).inFlight >= faults.inFlightMax) {
      return { status: "rejected", reason: "busy", detail: "the link is full" };
    }
    return undefined;
  }

  #transmit(
    sender: NetworkPort,
    peer: KeyId,
    frame: Uint8Array,
    faults: LinkFaults,
    exchange: Exchange,
  ): void {
    this.stats.framesSent++;
    for (const observer of this.#observers) observer(sender.keyId, peer, frame);
    const lost = this.#random.chance(faults.lossChance);
    this.#carry(sender, peer, frame, faults, lost ? "lost" : "delivered", exchange);
    if (this.#random.chance(faults.duplicateChance)) {
      this.stats.framesDuplicated++;
      this.#carry(sender, peer, frame, faults, "delivered", undefined);
    }
  }

  /** Puts a copy of the frame on the link; without an exchange nobody waits for its verdict. */
  #carry(
    sender: NetworkPort,
    peer: KeyId,
    frame: Uint8Array,
    faults: LinkFaults,
    fate: "lost" | "delivered",
    exchange: Exchange | undefined,
  ): void {
    const link = this.#link(sender.keyId, peer);
    link.inFlight++;
    this.#time.after(this.#arrivalDelayMs(link, frame.length, faults), () => {
      link.inFlight--;
      if (fate === "lost" || this.#blocked.has(linkKey(sender.keyId, peer))) {
        this.stats.framesLost++;
        this.#log(sender.keyId, peer, `lost ${frame.length}`);
        return;
      }
      const outcome = this.#arrive(sender, peer, frame);
      if (exchange) this.#answer(sender.keyId, peer, outcome, exchange);
    });
  }

  #arrive(sender: NetworkPort, peer: KeyId, frame: Uint8Array): SendOutcome {
    const receiver = this.#ports.get(peer);
    if (!receiver?.incarnation.alive || !receiver.receive) {
      this.#log(sender.keyId, peer, "unreachable");
      return { status: "failed", reason: "unreachable", detail: "nobody listens there" };
    }
    this.stats.framesDelivered++;
    this.stats.bytesDelivered += frame.length;
    const verdict = receiver.receive({
      bytes: frame.slice(),
      transport: "memory",
      peerKeyId: sender.keyId,
      attribution: "process",
      ...(sender.waxwing ? { waxwing: true } : {}),
    });
    this.#log(sender.keyId, peer, `${verdict} ${frame.length} ${digestBytes(frame)}`);
    return outcomeOf(verdict, receiver.waxwing);
  }

  #answer(from: KeyId, peer: KeyId, outcome: SendOutcome, exchange: Exchange): void {
    const faults = this.faultsBetween(peer, from);
    if (this.#random.chance(faults.lossChance)) return;
    this.#time.after(this.#random.integer(faults.delayMsMin, faults.delayMsMax), () => {
      if (!this.#blocked.has(linkKey(peer, from))) exchange.settle(outcome);
    });
  }

  #arrivalDelayMs(link: LinkState, frameBytes: number, faults: LinkFaults): number {
    const nowMs = this.#time.nowMs;
    const serialiseMs = faults.rateBitsPerSecond ? (frameBytes * 8000) / faults.rateBitsPerSecond : 0;
    link.busyUntilMs = Math.max(nowMs, link.busyUntilMs) + serialiseMs;
    const atMs = link.busyUntilMs + this.#random.integer(faults.delayMsMin, faults.delayMsMax);
    if (this.#random.chance(faults.reorderChance)) {
      return atMs - nowMs + this.#random.integer(0, faults.reorderDelayMsMax);
    }
    link.lastArrivalMs = Math.max(atMs, link.lastArrivalMs);
    return link.lastArrivalMs - nowMs;
  }

  #link(from: KeyId, to: KeyId): LinkState {
    const key = linkKey(from, to);
    let link = this.#links.get(key);
    if (!link) {
      link = { inFlight: 0, busyUntilMs: 0, lastArrivalMs: 0 };
      this.#links.set(key, link);
    }
    return link;
  }

  #linkOf(from: string, to: string): string {
    return linkKey(this.#keyIdOf(from), this.#keyIdOf(to));
  }

  #keyIdOf(name: string): KeyId {
    const keyId = this.#names.get(name);
    if (keyId === undefined) throw new RangeError(`network: no node is called "${name}"`);
    return keyId;
  }

  #nameOf(keyId: KeyId): string {
    return this.#namesByKeyId.get(keyId) ?? keyId;
  }

  #log(from: KeyId, to: KeyId, what: string): void {
    this.#trace.add(this.#time.nowMs, `${this.#nameOf(from)}→${this.#nameOf(to)}`, what);
  }
}

/** The sender's side of one send: settles once, by answer, timeout or abort. */
class Exchange {
  readonly #incarnation: Incarnation;
  readonly #resolve: (outcome: SendOutcome) => void;
  readonly #cancel: () => void;
  #open = true;

  constructor(
    incarnation: Incarnation,
    timeoutMs: number,
    signal: AbortSignal | undefined,
    resolve: (outcome: SendOutcome) => void,
  ) {
    this.#incarnation = incarnation;
    this.#resolve = resolve;
    const timer = incarnation.after(timeoutMs, () =>
      this.settle({ status: "failed", reason: "timeout", detail: `no answer within ${timeoutMs} ms` }),
    );
    const onAbort = () => this.abort();
    this.#cancel = () => {
      timer.cancel();
      signal?.removeEventListener("abort", onAbort);
    };
    // Not at once, while the promise that it settles is being made.
    if (signal?.aborted) queueMicrotask(onAbort);
    else signal?.addEventListener("abort", onAbort, { once: true });
  }

  abort(): void {
    this.settle({ status: "failed", reason: "closed", detail: "aborted" });
  }

  settle(outcome: SendOutcome): void {
    if (!this.#open) return;
    this.#open = false;
    this.#cancel();
    this.#incarnation.wake(() => this.#resolve(outcome));
  }
}

function outcomeOf(verdict: ReceiveVerdict, waxwing: boolean): SendOutcome {
  if (verdict === "accepted") return { status: "delivered", ...(waxwing ? { waxwing: 1 } : {}) };
  if (verdict === "busy") return { status: "rejected", reason: "busy", detail: "the receiver is busy" };
  return { status: "failed", reason: "closed", detail: "the receiver is closing" };
}

/** Key ids of a world have no control characters. */
function linkKey(from: KeyId, to: KeyId): string {
  return `${from}\u0000${to}`;
}
