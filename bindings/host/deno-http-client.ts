/** HTTP client of Deno: `fetch`, with a client of its own for each set of authorities and certificate. */
import { WaxwingError } from "#base/errors.js";
import { limits } from "#base/limits.js";
import type { HttpClient, HttpRequest, HttpResponse } from "#contracts/host.js";
import type { DenoGlobals, DenoHttpClient } from "./deno-globals.js";

export function createDenoHttpClient(deno: DenoGlobals): HttpClient {
  const clients = new ClientCache(deno);
  const pending = new Set<AbortController>();
  let closed = false;
  return {
    async request(request) {
      if (closed || request.signal?.aborted) throw cancelledError();
      const cancel = new AbortController();
      pending.add(cancel);
      try {
        return await perform(request, cancel, clients);
      } finally {
        pending.delete(cancel);
      }
    },
    resolve: (hostname) => resolve(deno, hostname),
    async close() {
      closed = true;
      for (const cancel of pending) cancel.abort();
      clients.close();
    },
  };
}

async function perform(
  request: HttpRequest,
  cancel: AbortController,
  clients: ClientCache,
): Promise<HttpResponse> {
  checkRequest(request);
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    cancel.abort();
  }, request.timeoutMs);
  const signal = request.signal ? AbortSignal.any([request.signal, cancel.signal]) : cancel.signal;
  try {
    const client = clients.clientFor(request);
    const init: RequestInit & { client?: DenoHttpClient } = {
      method: request.method,
      headers: request.headers,
      redirect: "manual",
      signal,
      ...(request.body === undefined ? {} : { body: request.body as Uint8Array<ArrayBuffer> }),
      ...(client === undefined ? {} : { client }),
    };
    const response = await fetch(request.url, init);
    const body = await readBody(response, request.responseBytesMax ?? limits.frameBytesMax);
    return { status: response.status, headers: Object.fromEntries(response.headers), body };
  } catch (error) {
    if (error instanceof WaxwingError) throw error;
    if (timedOut) throw new WaxwingError("transport_timeout", `no answer within ${request.timeoutMs} ms`);
    if (signal.aborted) throw cancelledError();
    throw new WaxwingError("transport_unreachable", `${new URL(request.url).host}: ${String(error)}`, {
      cause: error,
    });
  } finally {
    clearTimeout(timer);
  }
}

function checkRequest(request: HttpRequest): void {
  if (!/^https?:/i.test(request.url) || !URL.canParse(request.url))
    throw new WaxwingError("transport_config", `not an http or https URL: ${request.url}`);
  if (request.connectAddress !== undefined)
    throw new WaxwingError("transport_config", "Deno cannot hold a request to one checked address");
}

async function readBody(response: Response, bytesMax: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > bytesMax)
      throw new WaxwingError("transport_rejected", `the response is larger than ${bytesMax} bytes`, {
        detail: { bytesMax },
      });
    chunks.push(chunk);
  }
  const body = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    body.set(chunk, offset);
    offset += chunk.length;
  }
  return body;
}

async function resolve(deno: DenoGlobals, hostname: string): Promise<readonly string[]> {
  const bare = hostname.replace(/^\[(.*)\]$/, "$1");
  if (bare.includes(":") || /^\d{1,3}(\.\d{1,3}){3}$/.test(bare)) return [bare];
  const answers = await Promise.allSettled([deno.resolveDns(bare, "A"), deno.resolveDns(bare, "AAAA")]);
  const addresses = answers.flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
  if (addresses.length === 0) throw new WaxwingError("transport_unreachable", `no address for ${bare}`);
  return addresses;
}

/** Configurations are few (one a node); more than this is a mistake of the caller and starts over. */
const clientsMax = 16;

class ClientCache {
  readonly #deno: DenoGlobals;
  readonly #clients = new Map<string, DenoHttpClient>();

  constructor(deno: DenoGlobals) {
    this.#deno = deno;
  }

  clientFor({ authorities, certificate }: HttpRequest): DenoHttpClient | undefined {
    if (authorities === undefined && certificate === undefined) return undefined;
    const key = JSON.stringify([authorities, certificate?.cert, certificate?.key]);
    const known = this.#clients.get(key);
    if (known) return known;
    if (this.#clients.size >= clientsMax) this.close();
    const client = this.#deno.createHttpClient({
      ...(authorities === undefined ? {} : { caCerts: [authorities] }),
      ...(certificate ?? {}),
    });
    this.#clients.set(key, client);
    return client;
  }

  close(): void {
    for (const client of this.#clients.values()) client.close();
    this.#clients.clear();
  }
}

function cancelledError(): WaxwingError {
  return new WaxwingError("transport_closed", "the request was cancelled");
}
