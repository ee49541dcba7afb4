/**
 * HTTP and HTTPS server of Node.js behind web-standard `Request` and `Response`, through @hono/node-server
 * (loaded when the first server starts). Adds what the adapter leaves to its user: bounds on headers,
 * connections and idle time, facts about the connection, and a stop that ends.
 *
 * Requests that two parsers could read differently (two lengths, a length beside chunks, no `Host`, line ends
 * and characters that HTTP does not have) are refused by Node's strict parser, which no option here relaxes.
 */
import { constants } from "node:crypto";
import type { IncomingMessage, Server } from "node:http";
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
import { Connections } from "./node-connections.js";
import { tlsPeerOf } from "./node-tls-peer.js";

export async function serveNodeHttp(handler: HttpHandler, options: HttpListenOptions): Promise<HttpListener> {
  const { getRequestListener, RequestError } = await import("@hono/node-server");
  const listener = getRequestListener(
    (request, { incoming }) => handler(request, connectionInfo(incoming as IncomingMessage)),
    {
      // The adapter would replace the global Request and Response of the embedding program.
      overrideGlobalObjects: false,
      hostname: options.hostname,
      errorHandler: (fault) => {
        // What the client wrote is no fault of this node.
        if (fault instanceof RequestError)
          return options.onMalformed?.() ?? new Response(null, { status: 400 });
        options.onFault?.(fault);
        return new Response(null, { status: 500 });
      },
    },
  );
  const server = await createServer(options.tls);
  const connections = new Connections({
    connectionsMax: limits.httpConnectionsMax,
    perSourceMax: options.connectionsPerSourceMax ?? limits.httpConnectionsPerSourceMax,
    loopbackPerSourceMax: options.connectionsPerSourceMax ?? limits.httpConnectionsMax,
  });
  connections.watch(server);
  server.on("request", listener);
  await listen(server, options);
  const { port } = server.address() as AddressInfo;
  let stopping: Promise<void> | undefined;
  return {
    hostname: options.hostname,
    port,
    origin: originOf(options.tls !== undefined, options.hostname, port),
    stop() {
      stopping ??= stopServer(server, connections, options.stopGraceMs ?? limits.httpStopGraceMs);
      return stopping;
    },
  };
}

const closingConnectionsMax = 64;

async function createServer(tls: HttpServerTls | undefined): Promise<Server> {
  const bounds = {
    maxHeaderSize: limits.httpHeadersBytesMax,
    insecureHTTPParser: false,
    requireHostHeader: true,
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
  server.maxHeadersCount = limits.httpHeaderFieldsMax;
  // `Connections` keeps to the bound itself; this fence stands a little behind it, since closing takes a turn.
  server.maxConnections = limits.httpConnectionsMax + closingConnectionsMax;
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
    // A certificate is read once a connection, and TLS 1.2 could exchange it for another one half-way.
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
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

async function stopServer(server: Server, connections: Connections, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  let timer: NodeJS.Timeout | undefined;
  const grace = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, graceMs);
  });
  await Promise.race([connections.drain(), grace]);
  clearTimeout(timer);
  server.closeAllConnections();
  await closed;
}
