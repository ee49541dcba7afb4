/**
 * HTTP and HTTPS server of Node.js behind web-standard `Request` and `Response`, through @hono/node-server
 * (loaded when the first server starts). Adds what the adapter leaves to its user: bounds on headers,
 * connections and idle time, facts about the connection, and a stop that ends.
 */
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { TLSSocket } from "node:tls";
import { WaxwingError } from "#base/errors.js";
import { limits } from "#base/limits.js";
import type {
  ConnectionInfo,
  HttpHandler,
  HttpListener,
  HttpListenOptions,
  HttpServerTls,
} from "#contracts/host.js";
import { isLoopbackAddress, originOf } from "./loopback.js";
import { tlsPeerOf } from "./node-tls-peer.js";

export async function serveNodeHttp(handler: HttpHandler, options: HttpListenOptions): Promise<HttpListener> {
  const { getRequestListener } = await import("@hono/node-server");
  const listener = getRequestListener(
    (request, { incoming }) => handler(request, connectionInfo(incoming as IncomingMessage)),
    {
      // The adapter would replace the global Request and Response of the embedding program.
      overrideGlobalObjects: false,
      hostname: options.hostname,
      errorHandler: (fault) => {
        options.onFault?.(fault);
        return new Response(null, { status: 500 });
      },
    },
  );
  const server = await createServer(options.tls);
  const drain = trackRequests(server);
  server.on("request", listener);
  await listen(server, options);
  const { port } = server.address() as AddressInfo;
  let stopping: Promise<void> | undefined;
  return {
    hostname: options.hostname,
    port,
    origin: originOf(options.tls !== undefined, options.hostname, port),
    stop() {
      stopping ??= stopServer(server, drain, options.stopGraceMs ?? limits.httpStopGraceMs);
      return stopping;
    },
  };
}

async function createServer(tls: HttpServerTls | undefined): Promise<Server> {
  const bounds = {
    maxHeaderSize: limits.httpHeadersBytesMax,
    headersTimeout: limits.httpHeadersMs,
    // Node's own end of a slow request; the handler bounds its body earlier and answers.
    requestTimeout: limits.httpHeadersMs + limits.httpBodyMs,
    keepAliveTimeout: limits.httpKeepAliveMs,
    connectionsCheckingInterval: 1000,
  };
  const server =
    tls === undefined
      ? (await import("node:http")).createServer(bounds)
      : (await import("node:https")).createServer({ ...bounds, ...tlsOptions(tls) });
  server.maxConnections = limits.httpConnectionsMax;
  return server;
}

function tlsOptions(tls: HttpServerTls) {
  // Without authorities of its own, Node would take every certificate of the public web as authorized.
  if (tls.requestClientCertificate === true && tls.clientAuthorities === undefined)
    throw new WaxwingError("transport_config", "client certificates need clientAuthorities to be judged by");
  return {
    key: tls.key,
    cert: tls.cert,
    minVersion: "TLSv1.2" as const,
    handshakeTimeout: limits.httpHeadersMs,
    ...(tls.clientAuthorities === undefined ? {} : { ca: tls.clientAuthorities }),
    requestCert: tls.requestClientCertificate === true,
    // An unauthorized certificate is told apart by `tlsPeer.authorized`; bearer tokens must still get through.
    rejectUnauthorized: false,
  };
}

function listen(server: Server, options: HttpListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) =>
      reject(
        new WaxwingError(
          "transport_config",
          `cannot listen on ${options.hostname}:${options.port}: ${error.message}`,
          {
            detail: { systemCode: error.code },
            cause: error,
          },
        ),
      );
    server.once("error", onError);
    server.listen(options.port, options.hostname, () => {
      server.off("error", onError);
      // A listening server reports only failed accepts (descriptors exhausted); it goes on by itself.
      server.on("error", () => {});
      resolve();
    });
  });
}

function connectionInfo(incoming: IncomingMessage): ConnectionInfo {
  const remoteAddress = incoming.socket.remoteAddress ?? "";
  const secure = incoming.socket instanceof TLSSocket;
  const tlsPeer = secure ? tlsPeerOf(incoming.socket as TLSSocket) : undefined;
  return {
    remoteAddress,
    secure,
    loopback: isLoopbackAddress(remoteAddress),
    ...(tlsPeer === undefined ? {} : { tlsPeer }),
  };
}

interface Drain {
  /** Resolves when no request is in flight. */
  whenIdle(): Promise<void>;
}

/** Counts requests from their headers to the end of their response. */
function trackRequests(server: Server): Drain {
  let inFlight = 0;
  const waiting: (() => void)[] = [];
  server.on("request", (_incoming: IncomingMessage, outgoing: ServerResponse) => {
    inFlight++;
    outgoing.once("close", () => {
      inFlight--;
      if (inFlight === 0) for (const resolve of waiting.splice(0)) resolve();
    });
  });
  return {
    whenIdle: () => (inFlight === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
  };
}

async function stopServer(server: Server, drain: Drain, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  let timer: NodeJS.Timeout | undefined;
  const grace = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, graceMs);
  });
  await Promise.race([drain.whenIdle(), grace]);
  clearTimeout(timer);
  server.closeAllConnections();
  await closed;
}
