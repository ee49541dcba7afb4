/**
 * The `http` transport: HTTP and HTTPS, listener and client, wire-compatible with the reference
 * (ciris-edge §8.2). Joins the handler (inbound), the client (outbound) and what both share.
 *
 * `fetch` is the web-standard handler. With `listen` the transport serves it through the host; without, an
 * embedder mounts it in a server of its own and passes the facts of the connection.
 *
 * Encryption depends on each peer's URL, so `link.confidential` promises none.
 */
import { checkBytes, checkOptions, checkString } from "../../base/check.js";
import { type ErrorCode, WaxwingError } from "../../base/errors.js";
import type { KeyId } from "../../base/ids.js";
import { limits } from "../../base/limits.js";
import type { AttributionMemory } from "../../contracts/attribution.js";
import type { Engine } from "../../contracts/engine.js";
import type {
  CertificatePair,
  ConnectionInfo,
  Host,
  HttpListener,
  HttpServerTls,
} from "../../contracts/host.js";
import type { Identity } from "../../contracts/identity.js";
import type { IsTrusted, KeyDirectory } from "../../contracts/key-directory.js";
import type {
  FrameReceiver,
  LinkProperties,
  PeerAddressBook,
  SendOutcome,
  Transport,
  TransportCounters,
} from "../../contracts/transport.js";
import { isTrustedByDefault } from "../trusted-standings.js";
import type { AttributionPolicy, Judgement } from "./attribution.js";
import { normalizeFingerprint } from "./certificate.js";
import { type ClientParts, sendFrame } from "./client.js";
import { createInboundHandler, refusal } from "./handler.js";
import type { PeerUrlPolicy } from "./peer-url.js";
import { type SourceRateOptions, SourceRates } from "./source-rates.js";
import { WaxwingPeers } from "./waxwing-peers.js";
import { inboundPath } from "./wire.js";

export interface HttpTransportOptions {
  readonly host: Pick<Host, "clock" | "timers" | "random" | "http" | "serveHttp">;
  readonly engine: Pick<Engine, "sha256" | "ed25519">;
  readonly identity: Pick<Identity, "keyId" | "signEd25519">;
  readonly directory: Pick<KeyDirectory, "lookup">;
  readonly memory: AttributionMemory;
  readonly addressBook: PeerAddressBook;
  /** Absent: native, pinned, operator and attested keys. */
  readonly isTrusted?: IsTrusted;
  /** Absent: no listener; mount `fetch` yourself. */
  readonly listen?: { readonly hostname: string; readonly port: number; readonly tls?: HttpServerTls };
  /** Under which URL peers reach this node, where it is not the listener's own. */
  readonly publicUrl?: string;
  /** PEM of the authorities that peers' servers must chain to; the system's when absent. */
  readonly authorities?: string;
  /** Shown to peers' servers that ask for one. */
  readonly certificate?: CertificatePair;
  /** SHA-256 fingerprint of a client certificate → the key id that it proves. */
  readonly pinnedCertificates?: Readonly<Record<string, KeyId>>;
  /** Values of a stock token's `aud`, besides our key id, that mean this node. */
  readonly audiences?: readonly string[];
  /** Send and accept stock tokens over plain HTTP beyond this host. Off: anybody on the way could replay them. */
  readonly allowPlainStock?: boolean;
  /** Accept stock tokens over plain HTTP on loopback; on unless false. Set false behind a proxy on this host. */
  readonly allowLoopbackStock?: boolean;
  /** Where URLs that peers named may lead. */
  readonly peerUrls?: PeerUrlPolicy;
  /** How fast each source may send; what is left out is that of `limits`. `false`: as fast as it can. */
  readonly rate?: SourceRateOptions | false;
  /** Peers whose account no flood of other keys can displace; absent: those that the address book knows. */
  readonly isKnownPeer?: (keyId: KeyId) => boolean;
  /** Told of faults of this node while it answered a request (500). */
  readonly onFault?: (fault: unknown) => void;
}

const optionNames = [
  "host",
  "engine",
  "identity",
  "directory",
  "memory",
  "addressBook",
  "isTrusted",
  "listen",
  "publicUrl",
  "authorities",
  "certificate",
  "pinnedCertificates",
  "audiences",
  "allowPlainStock",
  "allowLoopbackStock",
  "peerUrls",
  "rate",
  "isKnownPeer",
  "onFault",
] as const satisfies readonly (keyof HttpTransportOptions)[];

export interface HttpCounters extends TransportCounters {
  /** Frames passed on without a proven sender. */
  readonly framesUnattributed: number;
  /** Of these, with a token of a key that the directory does not know or trust. */
  readonly tokensOfUnknownKeys: number;
  /** Refusals by code; their sum is `framesRefused`. */
  readonly refusals: Readonly<Partial<Record<ErrorCode, number>>>;
}

export interface HttpTransport extends Transport {
  readonly counters: HttpCounters;
  /** The answer to what is no valid request, for hosts that find it before they can make a `Request` of it. */
  refuseMalformed(): Response;
  /** Answers one request; `info` must come from the socket, never from headers. */
  fetch(request: Request, info: ConnectionInfo): Promise<Response>;
}

export function createHttpTransport(options: HttpTransportOptions): HttpTransport {
  checkOptions(options, "createHttpTransport", optionNames);
  return new HttpTransportOnHost(options);
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

class HttpTransportOnHost implements HttpTransport {
  readonly id = "http";
  readonly link: LinkProperties = {
    frameBytesMax: limits.frameBytesMax,
    ordered: false,
    confidential: false,
  };
  readonly counters: Mutable<HttpCounters> & { refusals: Partial<Record<ErrorCode, number>> } = {
    framesSent: 0,
    framesReceived: 0,
    bytesSent: 0,
    bytesReceived: 0,
    framesRefused: 0,
    sendFailures: 0,
    framesUnattributed: 0,
    tokensOfUnknownKeys: 0,
    refusals: {},
  };
  readonly fetch: HttpTransport["fetch"];
  readonly #options: HttpTransportOptions;
  readonly #client: ClientParts;
  /** One a send: a signal shared by all would gather listeners without end. */
  readonly #sending = new Map<AbortController, Promise<SendOutcome>>();
  #receive: FrameReceiver | undefined;
  #starting: Promise<HttpListener | undefined> = Promise.resolve(undefined);
  #listener: HttpListener | undefined;
  #started = false;
  #stopped: Promise<void> | undefined;

  constructor(options: HttpTransportOptions) {
    this.#options = options;
    const waxwingPeers = new WaxwingPeers();
    this.#client = clientParts(options, waxwingPeers, (bytes) => {
      this.counters.framesSent++;
      this.counters.bytesSent += bytes;
    });
    this.fetch = createInboundHandler({
      policy: attributionPolicy(options),
      timers: options.host.timers,
      ...(options.rate === false ? {} : { rates: sourceRates(options, options.rate ?? {}) }),
      receiver: () => this.#receive,
      onAccepted: (bytes, judgement) => this.#countAccepted(bytes, judgement),
      onRefused: (code) => this.#countRefused(code),
      onFault: (fault) => options.onFault?.(fault),
      onWaxwingPeer: (peer) => waxwingPeers.learn(peer),
    });
  }

  get addresses(): readonly string[] {
    if (!this.#started || this.#stopped) return [];
    if (this.#options.publicUrl !== undefined) return [this.#options.publicUrl];
    return this.#listener === undefined ? [] : [`${this.#listener.origin}${inboundPath}`];
  }

  async start(receive: FrameReceiver): Promise<void> {
    if (this.#stopped) throw new WaxwingError("transport_closed", "the transport was stopped");
    if (this.#receive) throw new TypeError("start: the transport is started already");
    this.#receive = receive;
    this.#starting = this.#listen();
    try {
      this.#listener = await this.#starting;
      this.#started = true;
    } catch (error) {
      this.#receive = undefined;
      throw error;
    }
  }

  async send(peer: KeyId, frame: Uint8Array, options: { signal?: AbortSignal } = {}): Promise<SendOutcome> {
    checkString(peer, "peer");
    checkBytes(frame, "frame");
    const cancel = new AbortController();
    const signal = options.signal ? AbortSignal.any([options.signal, cancel.signal]) : cancel.signal;
    const sending = this.#send(peer, frame, signal);
    this.#sending.set(cancel, sending);
    try {
      const outcome = await sending;
      if (outcome.status !== "delivered") this.counters.sendFailures++;
      return outcome;
    } finally {
      this.#sending.delete(cancel);
    }
  }

  refuseMalformed(): Response {
    const code = "request_malformed";
    this.#countRefused(code);
    return refusal({ code, detail: {} });
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #send(peer: KeyId, frame: Uint8Array, signal: AbortSignal): Promise<SendOutcome> {
    if (!this.#started || this.#stopped)
      return { status: "failed", reason: "closed", detail: "the transport is not started" };
    if (frame.length > limits.frameBytesMax)
      return { status: "rejected", reason: "too_large", detail: `frame_too_large: ${frame.length} bytes` };
    if (this.#sending.size >= limits.httpSendsInFlightMax)
      return { status: "rejected", reason: "busy", detail: "back_pressure: too many requests in flight" };
    return sendFrame(this.#client, peer, frame, signal);
  }

  async #stop(): Promise<void> {
    this.#receive = undefined;
    for (const cancel of this.#sending.keys()) cancel.abort();
    await Promise.allSettled(this.#sending.values());
    // A stop while the start is still under way waits for the listener to close it.
    const listener = await this.#starting.catch(() => undefined);
    await listener?.stop();
  }

  async #listen(): Promise<HttpListener | undefined> {
    const { listen, host, onFault } = this.#options;
    if (listen === undefined) return undefined;
    return host.serveHttp((request, info) => this.fetch(request, info), {
      ...listen,
      onMalformed: () => this.refuseMalformed(),
      ...(onFault === undefined ? {} : { onFault }),
    });
  }

  #countAccepted(bytes: number, judgement: Judgement): void {
    this.counters.framesReceived++;
    this.counters.bytesReceived += bytes;
    if (judgement.peerKeyId === undefined) this.counters.framesUnattributed++;
    if (judgement.unknownKey) this.counters.tokensOfUnknownKeys++;
  }

  #countRefused(code: ErrorCode): void {
    this.counters.framesRefused++;
    this.counters.refusals[code] = (this.counters.refusals[code] ?? 0) + 1;
  }
}

function sourceRates(options: HttpTransportOptions, rate: SourceRateOptions): SourceRates {
  const { host, addressBook } = options;
  const isKnownPeer = options.isKnownPeer ?? ((keyId) => addressBook.address(keyId, "http") !== undefined);
  return new SourceRates(rate, { clock: host.clock, isKnownPeer });
}

function attributionPolicy(options: HttpTransportOptions): AttributionPolicy {
  const pins = Object.entries(options.pinnedCertificates ?? {});
  return {
    self: options.identity.keyId,
    memory: options.memory,
    engine: options.engine,
    clock: options.host.clock,
    directory: options.directory,
    isTrusted: options.isTrusted ?? isTrustedByDefault,
    pinnedCertificates: new Map(
      pins.map(([fingerprint, keyId]) => [normalizeFingerprint(fingerprint), keyId]),
    ),
    audiences: options.audiences ?? [],
    allowPlainStock: options.allowPlainStock ?? false,
    allowLoopbackStock: options.allowLoopbackStock ?? true,
  };
}

function clientParts(
  options: HttpTransportOptions,
  waxwingPeers: WaxwingPeers,
  onSent: (bytes: number) => void,
): ClientParts {
  return {
    host: options.host,
    engine: options.engine,
    identity: options.identity,
    addressBook: options.addressBook,
    waxwingPeers,
    peerUrls: options.peerUrls ?? {},
    allowPlainStock: options.allowPlainStock ?? false,
    ...(options.authorities === undefined ? {} : { authorities: options.authorities }),
    ...(options.certificate === undefined ? {} : { certificate: options.certificate }),
    onSent,
  };
}
