/**
 * Sends frames: one POST a frame, one outcome a POST (ciris-edge §8.2). A frame is sent again in one case
 * only: a Waxwing peer answered 401 to a stock token, so it did not take the frame, and a native token
 * follows at once. Everything else is the caller's to repeat.
 *
 * Which token: native to peers that have shown the capability, and over plain HTTP to other hosts, where a
 * stock token could be replayed by anybody on the way; stock to the rest.
 */
import { base64UrlEncode } from "../../base/bytes.js";
import { isWaxwingError, WaxwingError } from "../../base/errors.js";
import type { KeyId } from "../../base/ids.js";
import { limits } from "../../base/limits.js";
import type { Engine } from "../../contracts/engine.js";
import type { CertificatePair, Host, HttpResponse, TimerHandle } from "../../contracts/host.js";
import type { Identity } from "../../contracts/identity.js";
import type { PeerAddressBook, SendOutcome } from "../../contracts/transport.js";
import { formatBearer } from "./bearer.js";
import { checkPeerUrl, type PeerUrlPolicy } from "./peer-url.js";
import type { WaxwingPeers } from "./waxwing-peers.js";
import {
  capabilityHeader,
  capabilityVersion,
  errorHeader,
  frameContentType,
  inboundPath,
  readCapability,
  readRetryAfterMs,
} from "./wire.js";

export interface ClientParts {
  readonly host: Pick<Host, "clock" | "timers" | "random" | "http">;
  readonly engine: Pick<Engine, "sha256">;
  readonly identity: Pick<Identity, "keyId" | "signEd25519">;
  readonly addressBook: PeerAddressBook;
  readonly waxwingPeers: WaxwingPeers;
  readonly peerUrls: PeerUrlPolicy;
  readonly allowPlainStock: boolean;
  readonly authorities?: string;
  readonly certificate?: CertificatePair;
  /** The frame crossed the wire, whatever the answer. */
  onSent(bytes: number): void;
}

interface Route {
  readonly url: string;
  readonly isPrivate: boolean;
  readonly connectAddress?: string;
}

/** Never throws for what the world does. */
export async function sendFrame(
  parts: ClientParts,
  peer: KeyId,
  frame: Uint8Array,
  signal: AbortSignal,
): Promise<SendOutcome> {
  try {
    const route = await routeTo(parts, peer);
    if (route === undefined) return { status: "failed", reason: "no_route", detail: "no usable address" };
    const native = parts.waxwingPeers.has(peer) || !(route.isPrivate || parts.allowPlainStock);
    const response = await post(parts, peer, route, frame, native, signal);
    const showsCapability = readCapability(response.headers[capabilityHeader.toLowerCase()]) > 0;
    if (showsCapability) parts.waxwingPeers.learn(peer);
    else if (response.status === 401 && native) parts.waxwingPeers.forget(peer);
    const tryNative = response.status === 401 && showsCapability && !native;
    const final = tryNative ? await post(parts, peer, route, frame, true, signal) : response;
    return outcomeOf(final, parts.host.clock.wallClock().ms);
  } catch (error) {
    if (isWaxwingError(error)) return failureOf(error);
    throw error;
  }
}

async function routeTo(parts: ClientParts, peer: KeyId): Promise<Route | undefined> {
  const address = parts.addressBook.address(peer, "http");
  const url = address === undefined ? undefined : inboundUrl(address);
  if (url === undefined) return undefined;
  const isPrivate = url.protocol === "https:" || isLoopbackHost(url.hostname);
  if (parts.addressBook.isPeerNamed?.(peer, "http") !== true) return { url: url.href, isPrivate };
  const addresses = await resolveInTime(parts, url.hostname);
  return { url: url.href, isPrivate, connectAddress: checkPeerUrl(url.href, addresses, parts.peerUrls) };
}

/** A resolver may wait for minutes; the send that asks must not. */
async function resolveInTime(parts: ClientParts, hostname: string): Promise<readonly string[]> {
  let timer: TimerHandle | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = parts.host.timers.after(limits.httpRequestMs, () =>
      reject(new WaxwingError("transport_timeout", `no address for ${hostname} in time`)),
    );
  });
  try {
    return await Promise.race([parts.host.http.resolve(hostname), late]);
  } finally {
    timer?.cancel();
  }
}

/** The reference's peer map holds full URLs; an origin alone gets the path. */
function inboundUrl(address: string): URL | undefined {
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  if (url.protocol !== "http:" && url.protocol !== "https:") return undefined;
  if (url.pathname === "/") url.pathname = inboundPath;
  return url;
}

function isLoopbackHost(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

const tokenIdBytes = 16;

async function post(
  parts: ClientParts,
  peer: KeyId,
  route: Route,
  frame: Uint8Array,
  native: boolean,
  signal: AbortSignal,
): Promise<HttpResponse> {
  const { clock, random, http } = parts.host;
  const binding = native
    ? {
        audience: peer,
        tokenId: base64UrlEncode(random.bytes(tokenIdBytes)),
        bodyHash: parts.engine.sha256(frame),
      }
    : undefined;
  const token = await formatBearer(parts.identity, clock.wallClock().ms, binding);
  const response = await http.request({
    url: route.url,
    method: "POST",
    headers: {
      "content-type": frameContentType,
      authorization: `Bearer ${token}`,
      [capabilityHeader.toLowerCase()]: capabilityVersion,
    },
    body: frame,
    timeoutMs: limits.httpRequestMs,
    responseBytesMax: limits.httpResponseBytesMax,
    signal,
    ...(parts.authorities === undefined ? {} : { authorities: parts.authorities }),
    ...(parts.certificate === undefined ? {} : { certificate: parts.certificate }),
    ...(route.connectAddress === undefined ? {} : { connectAddress: route.connectAddress }),
  });
  parts.onSent(frame.length);
  return response;
}

function outcomeOf(response: HttpResponse, nowMs: number): SendOutcome {
  const { status, headers } = response;
  if (status >= 200 && status < 300) {
    const waxwing = readCapability(headers[capabilityHeader.toLowerCase()]);
    return waxwing > 0 ? { status: "delivered", waxwing } : { status: "delivered" };
  }
  const detail = describe(response);
  const retryAfterMs = readRetryAfterMs(headers["retry-after"], nowMs);
  const retry = retryAfterMs === undefined ? {} : { retryAfterMs };
  if (status === 429) return { status: "rejected", reason: "rate_limited", detail, ...retry };
  if (status === 503) return { status: "rejected", reason: "busy", detail, ...retry };
  if (status === 401) return { status: "rejected", reason: "unauthorized", detail };
  if (status === 413) return { status: "rejected", reason: "too_large", detail };
  // A redirect is not followed, and an answer to it is no place where this frame may go.
  if (status < 500) return { status: "rejected", reason: "client_error", detail };
  return { status: "failed", reason: "io", detail };
}

/** Our own codes by name; anything else that a peer writes there is not repeated in logs. */
function describe({ status, headers }: HttpResponse): string {
  const code = headers[errorHeader.toLowerCase()];
  return code !== undefined && /^[a-z_]{1,64}$/.test(code) ? `HTTP ${status} ${code}` : `HTTP ${status}`;
}

function failureOf(error: WaxwingError): SendOutcome {
  const detail = `${error.code}: ${error.message}`;
  switch (error.code) {
    case "transport_timeout":
      return { status: "failed", reason: "timeout", detail };
    case "transport_unreachable":
      return { status: "failed", reason: "unreachable", detail };
    case "transport_closed":
      return { status: "failed", reason: "closed", detail };
    case "address_refused":
      return { status: "failed", reason: "no_route", detail };
    default:
      return { status: "failed", reason: "io", detail };
  }
}
