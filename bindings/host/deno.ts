/**
 * Host of Deno ≥ 2 on its own APIs, without Node built-ins: `Deno.serve`, `fetch`, Deno's files. What the
 * runtime does not offer is refused and not pretended (`transport_config`): it shows no client certificates
 * (mTLS listening) and `fetch` cannot be held to a checked address (`connectAddress`).
 *
 * Permissions: `--allow-net`; `--allow-read` and `--allow-write` for what uses files.
 */
import { WaxwingError } from "#base/errors.js";
import { limits } from "#base/limits.js";
import type { Clock, Host, HttpHandler, HttpListener, HttpListenOptions } from "#contracts/host.js";
import { createDenoFiles } from "./deno-files.js";
import { type DenoGlobals, denoGlobals } from "./deno-globals.js";
import { createDenoHttpClient } from "./deno-http-client.js";
import { isLoopbackAddress, originOf } from "./loopback.js";
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
  const server = startServer(deno, handler, options, cutOff.signal);
  let stopping: Promise<void> | undefined;
  return {
    hostname,
    port: server.addr.port,
    origin: originOf(tls !== undefined, hostname, server.addr.port),
    stop() {
      stopping ??= stopServer(server, cutOff, options.stopGraceMs ?? limits.httpStopGraceMs);
      return stopping;
    },
  };
}

function startServer(
  deno: DenoGlobals,
  handler: HttpHandler,
  { hostname, port, tls, onFault }: HttpListenOptions,
  signal: AbortSignal,
) {
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
        return handler(request, { remoteAddress, secure: tls !== undefined, loopback });
      },
    );
  } catch (error) {
    throw new WaxwingError("transport_config", `cannot listen on ${hostname}:${port}: ${String(error)}`, {
      cause: error,
    });
  }
}

async function stopServer(
  server: { shutdown(): Promise<void>; finished: Promise<void> },
  cutOff: AbortController,
  graceMs: number,
): Promise<void> {
  const timer = setTimeout(() => cutOff.abort(), graceMs);
  await server.shutdown().catch(() => {});
  await server.finished.catch(() => {});
  clearTimeout(timer);
}
