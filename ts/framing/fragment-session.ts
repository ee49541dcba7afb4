/**
 * Fragments in both directions over one link, with selective retransmission: a receiver that misses pieces asks for
 * them after a silence (`CNAK`), a sender keeps its last frames and sends again what is named.
 *
 * Pure: packets and the time go in, effects come out. The driver sends and delivers in the order of the effects, calls
 * `wake` at `wakeAtMs`, and reads that again after each call. Times are of any monotonic clock, in milliseconds.
 *
 * A frame in fragments is delivered at most once a send; one that fits a packet as often as its packet arrives.
 */
import { hexEncode } from "../base/bytes.js";
import { checkBytes, checkInteger, checkOptions } from "../base/check.js";
import { isWaxwingError } from "../base/errors.js";
import { limits } from "../base/limits.js";
import {
  decodeFragment,
  decodeFragmentRequest,
  encodeFragmentRequest,
  FragmentedFrame,
  needsFragments,
  packetType,
  requestHeaderBytes,
  type Sha256,
} from "./fragment.js";
import { type PartialFrame, Reassembler, type ReassemblyCounters } from "./reassembler.js";

export interface FragmentSessionOptions {
  readonly sha256: Sha256;
  /** Bytes of the largest packet, from 32; beyond 65 535 counts as that. */
  readonly mduBytes: number;
  /**
   * Silence after a fragment before missing ones are asked for; 2 s unless given. It should be longer than a packet
   * takes both ways. Slower senders are waited for: at least three times the usual gap between their fragments.
   */
  readonly silenceMs?: number;
}

export type FragmentEffect =
  /** A frame from the peer. */
  | { readonly type: "deliver"; readonly frame: Uint8Array }
  /** Packets for the peer; they are cut while they are iterated, once. */
  | { readonly type: "send"; readonly packets: Iterable<Uint8Array> };

export interface FragmentSessionCounters extends ReassemblyCounters {
  readonly fragmentsReceived: number;
  readonly fragmentsResent: number;
  readonly requestsSent: number;
  readonly requestsReceived: number;
  /** Fragments of frames that were complete already. */
  readonly echoes: number;
  /** Packets that begin like ours and are none. */
  readonly malformed: number;
  /** Partial frames given up after asking in vain. */
  readonly abandoned: number;
}

/** How long a partial frame is waited for. */
interface Wait {
  lastMs: number;
  /** Between its fragments, smoothed; 0 before the second. */
  gapMs: number;
  /** Requests since the last new fragment. */
  asked: number;
  dueMs: number;
}

interface Completed {
  /** Of the silence that would have led to a request. */
  readonly patienceMs: number;
  readonly untilMs: number;
}

interface Sent {
  readonly fragments: FragmentedFrame;
  resent: number;
}

export class FragmentSession {
  readonly #sha256: Sha256;
  readonly #mduBytes: number;
  readonly #silenceMs: number;
  readonly #reassembler: Reassembler;
  readonly #waits = new Map<string, Wait>();
  /** Frames completed lately, whose fragments are echoes; the longest untouched first. */
  readonly #completed = new Map<string, Completed>();
  /** By message id, the longest unused first. */
  readonly #sent = new Map<string, Sent>();
  #sentBytes = 0;
  readonly #counts = {
    fragmentsReceived: 0,
    fragmentsResent: 0,
    requestsSent: 0,
    requestsReceived: 0,
    echoes: 0,
    malformed: 0,
    abandoned: 0,
  };

  constructor(options: FragmentSessionOptions) {
    checkOptions(options, "fragments", ["sha256", "mduBytes", "silenceMs"]);
    const { sha256, mduBytes, silenceMs = limits.fragmentSilenceMsDefault } = options;
    if (typeof sha256 !== "function") throw new TypeError("fragments: sha256: expected a function");
    checkInteger(mduBytes, "fragments: mduBytes", limits.fragmentMduBytesMin);
    checkInteger(silenceMs, "fragments: silenceMs", 1, limits.fragmentSilenceMsMax);
    this.#sha256 = sha256;
    this.#mduBytes = Math.min(mduBytes, limits.fragmentBytesMax);
    this.#silenceMs = silenceMs;
    this.#reassembler = new Reassembler(sha256);
  }

  get counters(): FragmentSessionCounters {
    return { ...this.#reassembler.counters, ...this.#counts };
  }

  /** Bytes held for partial frames, and for sending again. */
  get residentBytes(): number {
    return this.#reassembler.residentBytes + this.#sentBytes;
  }

  /** When to call `wake`; undefined while nothing is waited for. */
  get wakeAtMs(): number | undefined {
    let earliest: number | undefined;
    for (const { dueMs } of this.#waits.values())
      if (earliest === undefined || dueMs < earliest) earliest = dueMs;
    return earliest;
  }

  /** The packets of a frame. Throws `frame_too_large`; `RangeError` for an empty frame. */
  send(frame: Uint8Array): Iterable<Uint8Array> {
    checkBytes(frame, "fragments: frame");
    if (frame.length === 0) throw new RangeError("fragments: a frame has at least one byte");
    if (!needsFragments(frame, this.#mduBytes)) return [frame.slice()];
    const fragments = new FragmentedFrame(frame.slice(), this.#mduBytes, this.#sha256);
    this.#remember(fragments);
    return fragments;
  }

  /** A packet from the peer. Whatever it holds, it throws nothing. */
  receive(packet: Uint8Array, nowMs: number): FragmentEffect[] {
    checkBytes(packet, "fragments: packet");
    const type = packetType(packet);
    if (type === undefined) return packet.length === 0 ? [] : [{ type: "deliver", frame: packet.slice() }];
    try {
      return type === "fragment" ? this.#onFragment(packet, nowMs) : this.#onRequest(packet);
    } catch (error) {
      if (!isWaxwingError(error, "fragment_malformed")) throw error;
      this.#counts.malformed++;
      return [];
    }
  }

  /** Asks for what has been missing for too long. */
  wake(nowMs: number): FragmentEffect[] {
    const effects: FragmentEffect[] = [];
    for (const [id, wait] of this.#waits) {
      if (wait.dueMs > nowMs) continue;
      const partial = this.#reassembler.partials.get(id)!;
      if (wait.asked >= limits.fragmentRequestsMax) {
        this.#counts.abandoned++;
        this.#reassembler.drop(id);
        this.#waits.delete(id);
      } else if (effects.length === limits.fragmentRequestFramesMax) wait.dueMs = nowMs + this.#silenceMs;
      else {
        wait.asked++;
        wait.dueMs = nowMs + this.#patienceMs(wait);
        effects.push({ type: "send", packets: this.#requests(partial) });
      }
    }
    return effects;
  }

  /** The link was lost: partial frames are forgotten, frames sent are kept for whoever asks after a reconnect. */
  reset(): void {
    for (const id of this.#waits.keys()) this.#reassembler.drop(id);
    this.#waits.clear();
    this.#completed.clear();
  }

  #onFragment(packet: Uint8Array, nowMs: number): FragmentEffect[] {
    const fragment = decodeFragment(packet);
    this.#counts.fragmentsReceived++;
    if (this.#isEcho(hexEncode(fragment.messageId), nowMs)) return [];
    const result = this.#reassembler.add(fragment);
    if (result.status === "complete") {
      const gapMs = this.#waits.get(result.id)?.gapMs ?? 0;
      this.#expectEchoes(result.id, this.#patienceMs({ gapMs, asked: 0 }), nowMs);
    }
    if (result.status === "partial") this.#expectMore(result.id, nowMs);
    this.#forgetGone();
    return result.status === "complete" ? [{ type: "deliver", frame: result.frame }] : [];
  }

  /**
   * Fragments of a frame that is complete, doubled by the line or sent again because a request crossed them. They
   * are taken for no new frame until they have ceased for a while; nor is the same frame sent anew meanwhile.
   */
  #isEcho(id: string, nowMs: number): boolean {
    const completed = this.#completed.get(id);
    if (completed === undefined) return false;
    this.#completed.delete(id);
    if (nowMs >= completed.untilMs) return false;
    this.#counts.echoes++;
    this.#expectEchoes(id, completed.patienceMs, nowMs);
    return true;
  }

  #expectEchoes(id: string, patienceMs: number, nowMs: number): void {
    this.#completed.set(id, { patienceMs, untilMs: nowMs + limits.fragmentEchoSilences * patienceMs });
    if (this.#completed.size <= limits.reassemblyPartialsMax) return;
    const [oldest] = this.#completed.keys();
    this.#completed.delete(oldest!);
  }

  #expectMore(id: string, nowMs: number): void {
    let wait = this.#waits.get(id);
    if (wait === undefined) this.#waits.set(id, (wait = { lastMs: nowMs, gapMs: 0, asked: 0, dueMs: nowMs }));
    // The gap before the answer to a request says nothing about the sender's pace.
    else if (wait.asked === 0) {
      const gapMs = nowMs - wait.lastMs;
      wait.gapMs = wait.gapMs === 0 ? gapMs : wait.gapMs + (gapMs - wait.gapMs) / 8;
    }
    wait.lastMs = nowMs;
    wait.asked = 0;
    wait.dueMs = nowMs + this.#patienceMs(wait);
  }

  /** Doubles with every request that changed nothing. */
  #patienceMs({ gapMs, asked }: Pick<Wait, "gapMs" | "asked">): number {
    const patienceMs = Math.max(this.#silenceMs, 3 * gapMs) * 2 ** asked;
    return Math.ceil(Math.min(patienceMs, limits.fragmentSilenceMsMax));
  }

  /** Waits of partial frames that are complete, refused or evicted; every other one has its wait. */
  #forgetGone(): void {
    if (this.#waits.size === this.#reassembler.partials.size) return;
    for (const id of this.#waits.keys()) if (!this.#reassembler.partials.has(id)) this.#waits.delete(id);
  }

  /** One or a few packets that name the lowest missing indices. */
  *#requests(partial: PartialFrame): Generator<Uint8Array> {
    const perPacket = Math.floor((this.#mduBytes - requestHeaderBytes) / 2);
    const missing = partial.missing(perPacket * limits.fragmentRequestPacketsMax);
    for (let at = 0; at < missing.length; at += perPacket) {
      this.#counts.requestsSent++;
      yield encodeFragmentRequest({
        messageId: partial.messageId,
        missing: missing.slice(at, at + perPacket),
      });
    }
  }

  #onRequest(packet: Uint8Array): FragmentEffect[] {
    const { messageId, missing } = decodeFragmentRequest(packet);
    this.#counts.requestsReceived++;
    const id = hexEncode(messageId);
    const sent = this.#sent.get(id);
    if (sent === undefined) return [];
    const { fragments } = sent;
    const allowed = limits.fragmentResendsMax * fragments.total - sent.resent;
    const named = [...new Set(missing)].filter((index) => index < fragments.total).slice(0, allowed);
    if (named.length === 0) return [];
    sent.resent += named.length;
    this.#counts.fragmentsResent += named.length;
    this.#sent.delete(id);
    this.#sent.set(id, sent);
    return [{ type: "send", packets: cut(fragments, named) }];
  }

  #remember(fragments: FragmentedFrame): void {
    const id = hexEncode(fragments.messageId);
    this.#forget(id);
    this.#sent.set(id, { fragments, resent: 0 });
    this.#sentBytes += fragments.frame.length;
    for (const oldest of this.#sent.keys()) {
      if (this.#sent.size <= limits.resendFramesMax && this.#sentBytes <= limits.resendBytesMax) return;
      this.#forget(oldest);
    }
  }

  #forget(id: string): void {
    const sent = this.#sent.get(id);
    if (sent === undefined) return;
    this.#sentBytes -= sent.fragments.frame.length;
    this.#sent.delete(id);
  }
}

function* cut(fragments: FragmentedFrame, indices: readonly number[]): Generator<Uint8Array> {
  for (const index of indices) yield fragments.packet(index);
}
