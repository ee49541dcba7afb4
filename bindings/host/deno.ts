/**
 * Host of Deno ≥ 2 on its own APIs: `Deno.serve`, `fetch`, Deno's files; TCP by its `node:net`. What the
 * runtime does not offer is refused and not pretended (`transport_config`): it shows no client certificates
 * (mTLS listening) and `fetch` cannot be held to a checked address (`connectAddress`). `Deno.serve` bounds
 * neither headers nor connections, a source's share of them included, so on an open network it wants a proxy in front.
 *
 * Permissions: `--allow-net`; `--allow-read` and `--allow-write` for what uses files.
 */
import { WaxwingError } from "#base/errors.js";
import { limits } from "#base/limits.js";
import type {
  Clock,
  ConnectionInfo,
  Host,
  HttpHandler,
  HttpListener,
  HttpListenOptions,
} from "#contracts/host.js";
import { createDenoFiles } from "./deno-files.js";
import { type DenoGlobals, type DenoServer, denoGlobals } from "./deno-globals.js";
import { createDenoHttpClient } from "./deno-http-client.js";
import { isLoopbackAddress, originOf } from "./loopback.js";
import { createNodeTcp } from "./node-tcp.js";
import { platformRandom, platformTimers } from "./platform.js";
import { createWallClock } from "./wall-clock.js";

export function createDenoHost(): Host {
  const deno = denoGlobals();
  return {
    clock: createDenoClock(deno),
    timers: platformTimers,
    random: platformRandom,
    files: createDenoFiles(deno),
    http: createDenoHttpClient(deno),
    tcp: createNodeTcp(),
    serveHttp: (handler, options) => serveDenoHttp(deno, handler, options),
  };
}

function createDenoClock(deno: DenoGlobals): Clock {
  return createWallClock((path) => {
    try {
      deno.statSync(path);
      return true;
    } catch {
      // Absent, or not ours to read: both leave the decision to the year.
      return false;
    }
  });
}

async function serveDenoHttp(
  deno: DenoGlobals,
  handler: HttpHandler,
  options: HttpListenOptions,
): Promise<HttpListener> {
  const { hostname, tls } = options;
  if (tls?.requestClientCertificate === true || tls?.clientAuthorities !== undefined)
    throw new WaxwingError("transport_config", "Deno does not show client certificates to a server");
  const cutOff = new AbortController();
  const requests = new RequestsInFlight(handler);
  const server = startServer(deno, requests, options, cutOff.signal);
  let stopping: Promise<void> | undefined;
  return {
    hostname,
    port: server.addr.port,
    origin: originOf(tls !== undefined, hostname, server.addr.port),
    stop() {
      stopping ??= stopServer(server, requests, cutOff, options.stopGraceMs ?? limits.httpStopGraceMs);
      return stopping;
    },
  };
}

function startServer(
  deno: DenoGlobals,
  requests: RequestsInFlight,
  { hostname, port, tls, onFault }: HttpListenOptions,
  signal: AbortSignal,
): DenoServer {
  try {
    return deno.serve(
      {
        hostname,
        port,
        signal,
        ...(tls === undefined ? {} : { cert: tls.cert, key: tls.key }),
        onListen() {},
        onError(fault) {
          onFault?.(fault);
          return new Response(null, { status: 500 });
        },
      },
      (request, { remoteAddr }) => {
        const remoteAddress = remoteAddr.hostname ?? "";
        const loopback = isLoopbackAddress(remoteAddress);
        return requests.handle(request, { remoteAddress, secure: tls !== undefined, loopback });
      },
    );
  } catch (error) {
    throw new WaxwingError("transport_config", `cannot listen on ${hostname}:${port}: ${String(error)}`, {
      cause: error,
    });
  }
}

/** Counts requests in flight; once stopping, new ones are 503. */
class RequestsInFlight {
  readonly #handler: HttpHandler;
  #count = 0;
  #stopping = false;
  #onIdle = () => {};

  constructor(handler: HttpHandler) {
    this.#handler = handler;
  }

  async handle(request: Request, info: ConnectionInfo): Promise<Response> {
    if (this.#stopping) return new Response(null, { status: 503 });
    this.#count++;
    try {
      return await this.#handler(request, info);
    } finally {
      this.#count--;
      if (this.#count === 0) this.#onIdle();
    }
  }

  /** Takes no more requests, and resolves when those in flight are answered. */
  whenIdle(): Promise<void> {
    this.#stopping = true;
    return new Promise((resolve) => {
      this.#onIdle = resolve;
      if (this.#count === 0) resolve();
    });
  }
}

/** `shutdown` flushes answers and closes idle connections; after it an abort is an error, so it is one or the other. */
async function stopServer(
  server: DenoServer,
  requests: RequestsInFlight,
  cutOff: AbortController,
  graceMs: number,
): Promise<void> {
  const idle = await within(graceMs, requests.whenIdle());
  if (!idle) cutOff.abort();
  // A connection that is half way through its headers would hold the shutdown up for good.
  await within(graceMs, idle ? server.shutdown() : server.finished);
}

/** Whether the work ended in time, well or not. */
async function within(ms: number, work: Promise<unknown>): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const ended = work.then(
    () => true,
    () => true,
  );
  return Promise.race([ended, late]).finally(() => clearTimeout(timer));
}
