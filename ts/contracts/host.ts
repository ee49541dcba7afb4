/**
 * Host: the world outside. Clocks, randomness, timers, files and sockets reach the code only through it,
 * which is what lets one seed replay any failure in the simulator.
 *
 * Laws:
 * 1. `monotonicMs` never goes back; `wallClock` may, and says whether it is to be believed.
 * 2. A timer fires at most once, never before its delay, and not at all after `cancel`.
 * 3. `random` bytes come from the runtime's secure generator (in production).
 * 4. `files.writeAtomic` leaves either the old or the new content after a crash, and the new one once resolved.
 *    Failures of `files` are `WaxwingError` with a `store_*` code.
 * 5. `http.request` never follows redirects, counts response bytes as they arrive, and ends within `timeoutMs`.
 * 6. `serveHttp` says truthfully how a request came: `tlsPeer` is read from the socket, never from a header.
 *    Where the runtime does not show the peer's certificate, asking for one is refused (`transport_config`).
 * 7. `HttpListener.stop` is idempotent, takes no new connection, lets requests in flight finish within
 *    `stopGraceMs`, with `Connection: close` in their answers where the runtime lets it, then closes every connection and
 *    frees the port.
 * 8. A request that HTTP does not allow (its target, its `Host`) never reaches the handler; it is answered
 *    by `onMalformed`, or with 400.
 */

import type { WaxwingError } from "../base/errors.js";

export interface Clock {
  /** Milliseconds since an arbitrary start; for intervals and timeouts. */
  monotonicMs(): number;
  /** Milliseconds since 1970-01-01T00:00:00Z; `synchronised: false` on a board without a clock chip before its first sync. */
  wallClock(): { ms: number; synchronised: boolean };
}

export interface TimerHandle {
  /** Idempotent. */
  cancel(): void;
}

export interface Timers {
  after(delayMs: number, fire: () => void): TimerHandle;
}

export interface Random {
  bytes(length: number): Uint8Array;
}

export interface FileAccess {
  /** Undefined when the file does not exist. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** Temporary file, flush, rename, flush of the folder. `mode` as in chmod, e.g. 0o600. */
  writeAtomic(path: string, bytes: Uint8Array, mode: number): Promise<void>;
  makeDirectory(path: string, mode: number): Promise<void>;
  /** Permission bits, or undefined when the file does not exist. */
  mode(path: string): Promise<number | undefined>;
}

/** PEM texts of a certificate (with its chain) and its private key. */
export interface CertificatePair {
  readonly cert: string;
  readonly key: string;
}

export interface HttpRequest {
  readonly url: string;
  readonly method: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** From the call to the last byte of the response. */
  readonly timeoutMs: number;
  /** A longer response body is a `transport_rejected`; `limits.frameBytesMax` when absent. */
  readonly responseBytesMax?: number;
  readonly signal?: AbortSignal;
  /** PEM of the certification authorities to trust for https; the system's when absent. */
  readonly authorities?: string;
  /** Shown to a server that asks who we are (mTLS). */
  readonly certificate?: CertificatePair;
  /** Connect to this IP address whatever the URL's host resolves to now; the host name stays for TLS and `Host`. */
  readonly connectAddress?: string;
}

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Failures are `WaxwingError`: `transport_unreachable`, `_timeout`, `_closed` (aborted), `_rejected`, `_config`. */
export interface HttpClient {
  request(request: HttpRequest): Promise<HttpResponse>;
  /** Every IP address of a host name; an address literal is its own answer. */
  resolve(hostname: string): Promise<readonly string[]>;
  /** Closes kept-alive connections; requests in flight end with `transport_closed`. */
  close(): Promise<void>;
}

/** The certificate that the peer showed on the socket of this request. */
export interface TlsPeer {
  /** It chains to one of `clientAuthorities`. */
  readonly authorized: boolean;
  /** Values of DNS and URI names, without their prefix. */
  readonly subjectAltNames: readonly string[];
  /** Only when there is exactly one. */
  readonly commonName?: string;
  /** 32 B, when the certificate's key is Ed25519. */
  readonly publicKeyRaw?: Uint8Array;
  /** SHA-256 of the DER certificate: upper-case hex pairs joined by colons. */
  readonly fingerprint256: string;
  /** Unix ms; the handshake checked them, and connections outlive handshakes. */
  readonly validFromMs?: number;
  readonly validToMs?: number;
}

/** How a request came in. */
export interface ConnectionInfo {
  readonly remoteAddress: string;
  /** TLS on this very connection; a proxy in front does not count. */
  readonly secure: boolean;
  readonly loopback: boolean;
  readonly tlsPeer?: TlsPeer;
}

export type HttpHandler = (request: Request, info: ConnectionInfo) => Promise<Response>;

export interface HttpServerTls extends CertificatePair {
  /** PEM of the authorities that client certificates must chain to; needed to ask for one. */
  readonly clientAuthorities?: string;
  /** Ask for a certificate; connections without a valid one still come through, unauthorized. */
  readonly requestClientCertificate?: boolean;
}

export interface HttpListenOptions {
  readonly hostname: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly tls?: HttpServerTls;
  /** `limits.httpStopGraceMs` when absent. */
  readonly stopGraceMs?: number;
  /** Connections from one IPv4 address or /56 of IPv6; `limits.httpConnectionsPerSourceMax`, and none on loopback, when absent. */
  readonly connectionsPerSourceMax?: number;
  /** Answers a request that HTTP does not allow; an empty 400 when absent. */
  readonly onMalformed?: () => Response;
  /** Told of what a handler throws; the request is answered with an empty 500. */
  readonly onFault?: (fault: unknown) => void;
}

export interface HttpListener {
  readonly hostname: string;
  readonly port: number;
  /** `http://127.0.0.1:8080`, without a path. */
  readonly origin: string;
  stop(): Promise<void>;
}

/** One TCP connection. */
export interface ByteStream {
  /** `192.0.2.1:4242`, `[2001:db8::1]:4242`. */
  readonly remoteAddress: string;
  /** Takes a copy, always; `false`: `drained` is called when there is room for more. */
  write(bytes: Uint8Array): boolean;
  /** Ends the connection behind what was written; idempotent. */
  end(): void;
  /** Ends it now; idempotent. */
  destroy(): void;
  /** No more `data` until `resume`: the peer is held back by the window. */
  pause(): void;
  resume(): void;
}

/** Never called before the call that was given them returned. */
export interface ByteStreamEvents {
  /** Only for connections that this side opened. */
  opened?(): void;
  data(bytes: Uint8Array): void;
  drained(): void;
  /** Once, whoever ended it; `transport_unreachable` when it was never open, `transport_closed` otherwise. */
  closed(reason: WaxwingError): void;
}

export interface TcpListener {
  readonly hostname: string;
  readonly port: number;
  /** Idempotent; ends listening, not the connections. */
  stop(): Promise<void>;
}

/** Bytes over TCP, without delay (TCP_NODELAY) and with keep-alive. */
export interface TcpHost {
  connect(
    address: { hostname: string; port: number },
    timeoutMs: number,
    events: ByteStreamEvents,
  ): ByteStream;
  /** Rejects with `transport_config` when it cannot listen there. */
  listen(
    address: { hostname: string; port: number },
    accept: (stream: ByteStream) => ByteStreamEvents | undefined,
  ): Promise<TcpListener>;
}

export interface Host {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly files: FileAccess;
  readonly http: HttpClient;
  readonly tcp: TcpHost;
  serveHttp(handler: HttpHandler, options: HttpListenOptions): Promise<HttpListener>;
}

/** What pure planes need of it; the simulator supplies just this. */
export type SimulableHost = Pick<Host, "clock" | "timers" | "random">;
