/**
 * A `Transport` over a `Medium`: native links (docs/protocol.md, "Links"). Drives the pure endpoint with the
 * host's clock, timers and randomness; signs, looks keys up and hands frames on.
 *
 * Confidential unless `readable` says that the wire must stay readable for everybody, as amateur radio
 * must; then packets are authenticated and not encrypted, and `link.confidential` says so.
 */
import { checkBytes, checkOptions, checkString } from "../../base/check.js";
import { WaxwingError } from "../../base/errors.js";
import type { KeyId } from "../../base/ids.js";
import { limits } from "../../base/limits.js";
import type { Engine, HybridPair } from "../../contracts/engine.js";
import type { SimulableHost, TimerHandle } from "../../contracts/host.js";
import type { Identity } from "../../contracts/identity.js";
import type { IsTrusted, KeyDirectory } from "../../contracts/key-directory.js";
import type { LinkCrypto } from "../../contracts/link-crypto.js";
import type { Medium, MediumAddress, MediumCounters } from "../../contracts/medium.js";
import type {
  FrameReceiver,
  InboundFrame,
  LinkProperties,
  PeerAddressBook,
  ReceiveVerdict,
  SendOutcome,
  Transport,
  TransportCounters,
  TransportId,
} from "../../contracts/transport.js";
import { isTrustedByDefault } from "../trusted-standings.js";
import { LinkEndpoint, type LinkEndpointCounters } from "./endpoint.js";
import type { KeyStandingOnLink, LinkEvent } from "./events.js";

export interface LinkTransportOptions {
  readonly medium: Medium;
  readonly host: SimulableHost;
  readonly crypto: LinkCrypto;
  readonly engine: Pick<Engine, "sha256" | "ed25519">;
  readonly identity: Pick<Identity, "keyId" | "publicKeys" | "signEd25519">;
  readonly directory: Pick<KeyDirectory, "lookup">;
  /** The native id of two keys. */
  readonly nativeKeyId: (keys: HybridPair) => KeyId;
  readonly addressBook: PeerAddressBook;
  /** Absent: native, pinned, operator and attested keys. */
  readonly isTrusted?: IsTrusted;
  /** The wire must stay readable: nothing is encrypted. Both ends must say so. */
  readonly readable?: boolean;
  /** Silence after which frames are given up; `limits.linkSilenceMs` unless given. */
  readonly silenceMs?: number;
  /** Told now and then that authentic bytes of a peer came: a slow frame of it is on its way. */
  readonly onActivity?: (peer: KeyId) => void;
  /** Told of faults of this node (signing, the directory). */
  readonly onFault?: (fault: unknown) => void;
}

const optionNames = [
  "medium",
  "host",
  "crypto",
  "engine",
  "identity",
  "directory",
  "nativeKeyId",
  "addressBook",
  "isTrusted",
  "readable",
  "silenceMs",
  "onActivity",
  "onFault",
] as const satisfies readonly (keyof LinkTransportOptions)[];

export interface LinkCounters extends TransportCounters, LinkEndpointCounters {
  readonly medium: MediumCounters;
}

export interface LinkTransport extends Transport {
  readonly counters: LinkCounters;
  /** Authenticated and not encrypted. */
  readonly readable: boolean;
  /** The wire is there: the port is open, the interface up. */
  readonly isUp: boolean;
  /** A session with that peer is open. */
  reaches(peer: KeyId): boolean;
  /** Why it is not. */
  readonly downReason: WaxwingError | undefined;
}

export function createLinkTransport(options: LinkTransportOptions): LinkTransport {
  checkOptions(options, "createLinkTransport", optionNames);
  return new LinkTransportOnMedium(options);
}

/** Packets handed to the medium before other work gets a turn, with `linkTurnBytesMax`. */
const packetsPerTurn = 256;

const verdictOutcome = { accepted: "accepted", busy: "busy", closed: "closed" } as const satisfies Record<
  ReceiveVerdict,
  string
>;

class LinkTransportOnMedium implements LinkTransport {
  readonly id: TransportId;
  readonly link: LinkProperties;
  readonly readable: boolean;
  readonly #options: LinkTransportOptions;
  readonly #endpoint: LinkEndpoint;
  readonly #counts = {
    framesSent: 0,
    framesReceived: 0,
    bytesSent: 0,
    bytesReceived: 0,
    framesRefused: 0,
    sendFailures: 0,
  };
  readonly #sends = new Map<number, (outcome: SendOutcome) => void>();
  readonly counters: LinkCounters;
  #receive: FrameReceiver | undefined;
  #isOpen = false;
  /** Where there was no room, until the medium says that there is some. */
  readonly #blocked = new Set<MediumAddress>();
  #nextSendId = 1;
  #timer: TimerHandle | undefined;
  #timerAtMs = 0;
  #turn: TimerHandle | undefined;
  #isPumping = false;
  /** Told, while stopping, that nothing is left to send. */
  #onIdle: (() => void) | undefined;
  #stopped: Promise<void> | undefined;
  downReason: WaxwingError | undefined;

  constructor(options: LinkTransportOptions) {
    const { medium, identity, engine, host } = options;
    this.#options = options;
    this.id = medium.id;
    this.readable = options.readable ?? false;
    this.link = {
      frameBytesMax: limits.frameBytesMax,
      mtuBytes: medium.properties.packetBytesMax,
      ...(medium.properties.rateBitsPerSecond === undefined
        ? {}
        : { rateBitsPerSecond: medium.properties.rateBitsPerSecond }),
      ordered: false,
      confidential: !this.readable,
    };
    this.#endpoint = new LinkEndpoint({
      crypto: options.crypto,
      random: (length) => host.random.bytes(length),
      sha256: (data) => engine.sha256(data),
      ed25519: engine.ed25519,
      keyId: identity.keyId,
      publicKeys: identity.publicKeys,
      nativeKeyId: options.nativeKeyId,
      properties: medium.properties,
      readable: this.readable,
      silenceMs: options.silenceMs ?? limits.linkSilenceMs,
    });
    this.counters = Object.defineProperties({} as LinkCounters, {
      ...countersOf(this.#counts),
      ...countersOf(this.#endpoint.counters),
      medium: { enumerable: true, get: () => medium.counters },
    });
  }

  get isUp(): boolean {
    return this.#isOpen && !this.#stopped && this.downReason === undefined;
  }

  reaches(peer: KeyId): boolean {
    return this.#endpoint.isReached(peer);
  }

  get addresses(): readonly string[] {
    return this.#isOpen && !this.#stopped ? this.#options.medium.addresses : [];
  }

  async start(receive: FrameReceiver): Promise<void> {
    if (this.#stopped) throw new WaxwingError("transport_closed", "the transport was stopped");
    if (this.#receive) throw new TypeError("start: the transport is started already");
    this.#receive = receive;
    try {
      await this.#options.medium.open({
        packet: (bytes, from) => this.#input((nowMs) => this.#endpoint.packet(bytes, from, nowMs)),
        writable: (address) => this.#input(() => this.#unblock(address)),
        gone: (address) =>
          this.#input((nowMs) => {
            this.#unblock(address);
            this.#endpoint.gone(address, nowMs);
          }),
        up: () => this.#input((nowMs) => this.#wireIsUp(nowMs)),
        down: (reason) => this.#input(() => this.#wireIsDown(reason)),
      });
    } catch (error) {
      this.#receive = undefined;
      throw error;
    }
    this.#isOpen = true;
  }

  async send(peer: KeyId, frame: Uint8Array, options: { signal?: AbortSignal } = {}): Promise<SendOutcome> {
    checkString(peer, "peer");
    checkBytes(frame, "frame");
    const outcome = await this.#send(peer, frame, options.signal);
    if (outcome.status === "delivered") {
      this.#counts.framesSent++;
      this.#counts.bytesSent += frame.length;
    } else this.#counts.sendFailures++;
    return outcome;
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  #send(peer: KeyId, frame: Uint8Array, signal: AbortSignal | undefined): Promise<SendOutcome> | SendOutcome {
    if (!this.#isOpen || this.#stopped)
      return { status: "failed", reason: "closed", detail: "the transport is not started" };
    if (signal?.aborted) return aborted;
    if (frame.length > this.link.frameBytesMax)
      return { status: "rejected", reason: "too_large", detail: `frame_too_large: ${frame.length} bytes` };
    const sendId = this.#nextSendId++;
    const address = this.#options.addressBook.address(peer, this.id);
    return new Promise((resolve) => {
      const onAbort = () => this.#input(() => this.#cancel(sendId));
      signal?.addEventListener("abort", onAbort, { once: true });
      this.#sends.set(sendId, (outcome) => {
        signal?.removeEventListener("abort", onAbort);
        resolve(outcome);
      });
      this.#input((nowMs) => this.#endpoint.send(sendId, peer, address, frame, nowMs));
    });
  }

  #cancel(sendId: number): void {
    this.#endpoint.cancel(sendId);
    this.#settle(sendId, aborted);
  }

  #unblock(address?: MediumAddress): void {
    if (address === undefined) this.#blocked.clear();
    else this.#blocked.delete(address);
  }

  #wireIsUp(nowMs: number): void {
    this.downReason = undefined;
    this.#unblock();
    this.#endpoint.wireIsUp(nowMs);
  }

  #wireIsDown(reason: WaxwingError): void {
    this.downReason = reason;
    this.#endpoint.wireIsDown();
  }

  /** Every input, and what it leads to. */
  #input(give: (nowMs: number) => void): void {
    give(this.#options.host.clock.monotonicMs());
    this.#pump();
  }

  #pump(): void {
    // An answer given while events are handled is pumped by the loop that handles them.
    if (this.#isPumping) return;
    this.#isPumping = true;
    try {
      for (let event = this.#endpoint.nextEvent(); event; event = this.#endpoint.nextEvent())
        this.#event(event);
      this.#transmit();
    } finally {
      this.#isPumping = false;
    }
    this.#schedule();
  }

  #transmit(): void {
    const { medium, host } = this.#options;
    const isShared = !medium.properties.isPerAddress;
    const isBlocked = (to: MediumAddress) => (isShared ? this.#blocked.size > 0 : this.#blocked.has(to));
    let bytes = 0;
    for (let count = 0; ; count++) {
      const packet = this.#endpoint.nextPacket(host.clock.monotonicMs(), isBlocked);
      if (!packet) {
        if (this.#blocked.size === 0) this.#onIdle?.();
        return;
      }
      if (!medium.send(packet.bytes, packet.to)) {
        this.#blocked.add(packet.to);
        this.#endpoint.putBack(packet);
        continue;
      }
      bytes += packet.bytes.length;
      if (count < packetsPerTurn && bytes < limits.linkTurnBytesMax) continue;
      this.#turn ??= host.timers.after(0, () => {
        this.#turn = undefined;
        this.#pump();
      });
      return;
    }
  }

  #schedule(): void {
    const atMs = this.#stopped ? undefined : this.#endpoint.timeoutAtMs;
    // One that fires too early asks again; setting another for every packet costs more.
    if (atMs !== undefined && this.#timer && this.#timerAtMs <= atMs) return;
    this.#timer?.cancel();
    this.#timer = undefined;
    if (atMs === undefined) return;
    const { clock, timers } = this.#options.host;
    const delayMs = Math.max(0, atMs - clock.monotonicMs());
    this.#timerAtMs = atMs;
    this.#timer = timers.after(Math.ceil(delayMs), () => {
      this.#timer = undefined;
      this.#input((nowMs) => this.#endpoint.timedOut(nowMs));
    });
  }

  #event(event: LinkEvent): void {
    switch (event.type) {
      case "sign":
        this.#async(
          () => this.#options.identity.signEd25519(event.message),
          (signature, nowMs) => this.#endpoint.signed(event.request, signature, nowMs),
        );
        return;
      case "lookup":
        this.#async(
          () => this.#lookup(event.keyId),
          (standing, nowMs) => this.#endpoint.resolved(event.request, standing, nowMs),
        );
        return;
      case "frame":
        this.#deliver(event);
        return;
      case "settled":
        this.#settle(event.sendId, event.outcome);
        return;
      case "heard":
        this.#options.onActivity?.(event.peer);
        return;
      case "up":
      case "refused":
    }
  }

  /** `take` gets `undefined` when the work fails: a node that cannot sign or look up opens nothing. */
  async #async<Result>(
    work: () => Promise<Result>,
    take: (result: Result | undefined, nowMs: number) => void,
  ): Promise<void> {
    const result = await this.#orFault(work);
    if (!this.#stopped) this.#input((nowMs) => take(result, nowMs));
  }

  async #orFault<Result>(work: () => Result): Promise<Awaited<Result> | undefined> {
    try {
      return await work();
    } catch (fault) {
      this.#options.onFault?.(fault);
      return undefined;
    }
  }

  async #lookup(keyId: KeyId): Promise<KeyStandingOnLink> {
    const entry = await this.#options.directory.lookup(keyId);
    if (!entry || entry.standing === "unproven") return "unknown";
    return (this.#options.isTrusted ?? isTrustedByDefault)(entry.standing) ? entry.ed25519 : "refused";
  }

  #deliver(event: Extract<LinkEvent, { type: "frame" }>): void {
    const verdict = this.#verdict({
      bytes: event.bytes,
      transport: this.id,
      peerKeyId: event.peer,
      attribution: "link",
      waxwing: true,
      remoteAddress: event.from,
    });
    if (verdict === "accepted") {
      this.#counts.framesReceived++;
      this.#counts.bytesReceived += event.bytes.length;
    } else this.#counts.framesRefused++;
    this.#endpoint.answer(event.delivery, verdictOutcome[verdict]);
  }

  /** A receiver that fails does not take the frame; the link goes on. */
  #verdict(frame: InboundFrame): ReceiveVerdict {
    try {
      return this.#receive?.(frame) ?? "closed";
    } catch (fault) {
      this.#options.onFault?.(fault);
      return "closed";
    }
  }

  #settle(sendId: number, outcome: SendOutcome): void {
    const resolve = this.#sends.get(sendId);
    this.#sends.delete(sendId);
    resolve?.(outcome);
  }

  /** Until the wire took the last packets, for a moment. */
  async #goodbyeSent(): Promise<void> {
    if (this.#blocked.size === 0 || this.downReason) return;
    await new Promise<void>((resolve) => {
      const timer = this.#options.host.timers.after(limits.linkGoodbyeMs, resolve);
      this.#onIdle = () => {
        timer.cancel();
        resolve();
      };
    });
  }

  async #stop(): Promise<void> {
    this.#receive = undefined;
    this.#endpoint.stop();
    this.#pump();
    await this.#goodbyeSent();
    this.#timer?.cancel();
    this.#turn?.cancel();
    for (const sendId of [...this.#sends.keys()])
      this.#settle(sendId, { status: "failed", reason: "closed", detail: "the transport was stopped" });
    await this.#options.medium.close();
  }
}

const aborted: SendOutcome = { status: "failed", reason: "closed", detail: "aborted" };

/** Properties that read the current values. */
function countersOf(counts: object): PropertyDescriptorMap {
  return Object.fromEntries(
    Object.keys(counts).map((name) => [name, { enumerable: true, get: () => counts[name as never] }]),
  );
}
