/**
 * HTTP client of Node.js: `node:http` and `node:https` with kept-alive connections. Built on these and not
 * on `fetch`, because requests need their own certificate authorities, a client certificate and a fixed
 * address to connect to. A request is sent once and never repeated: the server may have acted on it.
 */
import { lookup as dnsLookup } from "node:dns/promises";
import {
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
} from "node:http";
import { Agent as HttpsAgent, request as httpsRequest, type RequestOptions } from "node:https";
import { isIP, type Socket } from "node:net";
import { WaxwingError } from "#base/errors.js";
import { limits } from "#base/limits.js";
import type { HttpClient, HttpRequest, HttpResponse } from "#contracts/host.js";

const agentOptions = {
  keepAlive: true,
  maxSockets: limits.httpSocketsPerPeerMax,
  maxFreeSockets: limits.httpSocketsPerPeerMax,
  // Ends idle connections only; a request has its own time.
  timeout: limits.httpClientIdleMs,
} as const;

/**
 * Idle connections of both agents, the longest idle first. Not `maxTotalSockets`, which counts idle ones too:
 * a request to one more origin would wait until another origin's idle connections end.
 */
class IdleSockets {
  readonly #sockets = new Set<Socket>();
  readonly #watched = new WeakSet<Socket>();

  add(socket: Socket): void {
    this.#sockets.add(socket);
    // Once, however often it becomes idle.
    if (!this.#watched.has(socket)) socket.once("close", () => this.remove(socket));
    this.#watched.add(socket);
    if (this.#sockets.size <= limits.httpClientIdleSocketsMax) return;
    const [longest] = this.#sockets;
    this.remove(longest!);
    longest!.destroy();
  }

  remove(socket: Socket): void {
    this.#sockets.delete(socket);
  }
}

/** Documented hooks of an agent that its types leave out. */
interface AgentHooks {
  /** Whether the socket is kept. */
  keepSocketAlive(socket: Socket): boolean;
  reuseSocket(socket: Socket, request: ClientRequest): void;
}

function boundIdle<Kept extends HttpAgent>(agent: Kept, idle: IdleSockets): Kept {
  const hooks = agent as unknown as AgentHooks;
  const keep = hooks.keepSocketAlive.bind(agent);
  const reuse = hooks.reuseSocket.bind(agent);
  hooks.keepSocketAlive = (socket) => {
    const kept = keep(socket);
    if (kept) idle.add(socket);
    return kept;
  };
  hooks.reuseSocket = (socket, request) => {
    idle.remove(socket);
    reuse(socket, request);
  };
  return agent;
}

export function createNodeHttpClient(): HttpClient {
  const idle = new IdleSockets();
  const agents = {
    http: boundIdle(new HttpAgent(agentOptions), idle),
    https: boundIdle(new HttpsAgent(agentOptions), idle),
  };
  const pending = new Pending();
  return {
    request: (request) => perform(request, agents, pending),
    resolve,
    async close() {
      pending.cancelAll();
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}

/** Requests in flight. A set and not one AbortSignal for all, which warns of a leak at eleven listeners. */
class Pending {
  readonly cancels = new Set<() => void>();
  closed = false;

  cancelAll(): void {
    this.closed = true;
    for (const cancel of [...this.cancels]) cancel();
  }
}

interface Agents {
  readonly http: HttpAgent;
  readonly https: HttpsAgent;
}

async function perform(request: HttpRequest, agents: Agents, pending: Pending): Promise<HttpResponse> {
  const { url, secure } = parseUrl(request.url);
  if (request.signal?.aborted || pending.closed) throw cancelledError();
  const outgoing = openRequest(url, secure, request, agents);
  return new Promise<HttpResponse>((resolve, reject) => {
    const settle = (done: () => void) => {
      clearTimeout(timer);
      request.signal?.removeEventListener("abort", onAbort);
      pending.cancels.delete(onAbort);
      done();
    };
    const fail = (error: WaxwingError) =>
      settle(() => {
        reject(error);
        outgoing.destroy();
      });
    const onAbort = () => fail(cancelledError());
    const timer = setTimeout(() => fail(timeoutError(request)), request.timeoutMs);
    request.signal?.addEventListener("abort", onAbort, { once: true });
    pending.cancels.add(onAbort);

    outgoing.on("socket", hearErrors);
    outgoing.on("error", (error) => fail(unreachableError(url, error)));
    outgoing.on("response", (incoming) => {
      incoming.on("error", (error) => fail(unreachableError(url, error)));
      readBody(incoming, request.responseBytesMax ?? limits.frameBytesMax, (result) => {
        if (result instanceof WaxwingError) fail(result);
        else
          settle(() =>
            resolve({ status: incoming.statusCode ?? 0, headers: headersOf(incoming), body: result }),
          );
      });
    });
    outgoing.end(request.body);
  });
}

const heard = new WeakSet<Socket>();

/**
 * A server may answer and close before it has read the whole body. Node is done with the request then, and what becomes of
 * the rest is an error of the bare socket, which would end the process if nobody heard it.
 */
function hearErrors(socket: Socket): void {
  if (heard.has(socket)) return;
  heard.add(socket);
  socket.on("error", () => {});
}

function openRequest(url: URL, secure: boolean, request: HttpRequest, agents: Agents): ClientRequest {
  try {
    return secure
      ? httpsRequest(url, requestOptions(url, request, agents.https))
      : httpRequest(url, requestOptions(url, request, agents.http));
  } catch (error) {
    // A PEM text or a header value that Node does not take.
    throw new WaxwingError("transport_config", `cannot make the request: ${String(error)}`, { cause: error });
  }
}

function parseUrl(text: string): { url: URL; secure: boolean } {
  if (!URL.canParse(text)) throw new WaxwingError("transport_config", `not a URL: ${text}`);
  const url = new URL(text);
  if (url.protocol !== "http:" && url.protocol !== "https:")
    throw new WaxwingError("transport_config", `not an http or https URL: ${text}`);
  return { url, secure: url.protocol === "https:" };
}

function requestOptions(url: URL, request: HttpRequest, agent: HttpAgent | HttpsAgent): RequestOptions {
  const headers: Record<string, string | number> = { ...request.headers, host: url.host };
  if (request.method === "POST") headers["content-length"] = request.body?.length ?? 0;
  return {
    method: request.method,
    headers,
    agent,
    ...(request.authorities === undefined ? {} : { ca: request.authorities }),
    ...(request.certificate === undefined
      ? {}
      : { cert: request.certificate.cert, key: request.certificate.key }),
    ...(request.connectAddress === undefined ? {} : fixedAddress(url, request.connectAddress)),
  };
}

/**
 * Connects to the one address that was checked, so that a second DNS answer cannot replace it. Given as the
 * host and not as a lookup function, because kept connections are found again by host; the name stays in
 * `Host` and for TLS.
 */
function fixedAddress(url: URL, connectAddress: string): RequestOptions {
  const name = url.hostname.replace(/^\[(.*)\]$/, "$1");
  return { hostname: connectAddress, ...(isIP(name) === 0 ? { servername: name } : {}) };
}

function readBody(
  incoming: IncomingMessage,
  bytesMax: number,
  done: (result: Uint8Array | WaxwingError) => void,
): void {
  const chunks: Buffer[] = [];
  let length = 0;
  incoming.on("data", (chunk: Buffer) => {
    length += chunk.length;
    if (length <= bytesMax) chunks.push(chunk);
    else
      done(
        new WaxwingError("transport_rejected", `the response is larger than ${bytesMax} bytes`, {
          detail: { bytesMax },
        }),
      );
  });
  incoming.on("end", () => {
    if (length <= bytesMax) done(new Uint8Array(Buffer.concat(chunks, length)));
  });
}

function headersOf(incoming: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers))
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(", ") : value;
  return headers;
}

async function resolve(hostname: string): Promise<readonly string[]> {
  const bare = hostname.replace(/^\[(.*)\]$/, "$1");
  if (isIP(bare) !== 0) return [bare];
  try {
    return (await dnsLookup(bare, { all: true })).map((found) => found.address);
  } catch (error) {
    throw new WaxwingError("transport_unreachable", `no address for ${bare}`, { cause: error });
  }
}

function timeoutError(request: HttpRequest): WaxwingError {
  return new WaxwingError("transport_timeout", `no answer within ${request.timeoutMs} ms`, {
    detail: { timeoutMs: request.timeoutMs },
  });
}

function cancelledError(): WaxwingError {
  return new WaxwingError("transport_closed", "the request was cancelled");
}

/** Refused, unresolved, reset, or a certificate that does not hold: the peer was not reached. */
function unreachableError(url: URL, error: Error): WaxwingError {
  const systemCode = String((error as NodeJS.ErrnoException).code ?? "unknown");
  return new WaxwingError("transport_unreachable", `${url.host}: ${error.message}`, {
    detail: { systemCode },
    cause: error,
  });
}
