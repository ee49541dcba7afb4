/**
 * The web-standard handler of `POST /edge/inbound` (ciris-edge §8.2): request and connection facts in,
 * response out. Runs wherever `Request` and `Response` exist; who mounts it is not its business.
 *
 *     202 taken          401 token or certificate wrong     404 other path     405 other method
 *     408 body too slow  413 more than 8 MiB, really        400 no valid request
 *     429 the source sends more than its limit              503 no room, closed, or no time of day
 *
 * 429 and 503 say in `Retry-After` when to come back. A 429 is decided before the body is read; a request whose
 * proof is wrong counts against its address, so that trying tokens is no cheaper than sending without one.
 *
 * Bodies of responses are empty, as the reference's are. The stable error code travels in `Waxwing-Error`,
 * and every response of the endpoint carries `Waxwing-Capabilities: 1`, the refusals too: a peer whose
 * stock token was refused learns from it that a native one will do. Replies to a frame are requests of our
 * own to the peer's listener.
 */
import { type ErrorCode, WaxwingError } from "../../base/errors.js";
import type { KeyId } from "../../base/ids.js";
import { limits } from "../../base/limits.js";
import { sourcePrefix } from "../../base/source-prefix.js";
import type { ConnectionInfo, HttpHandler, Timers } from "../../contracts/host.js";
import type { FrameReceiver, InboundFrame } from "../../contracts/transport.js";
import { type AttributionPolicy, type Judgement, judge } from "./attribution.js";
import { readBody } from "./body.js";
import { BodyPlaces } from "./body-places.js";
import type { Charge, SourceRates } from "./source-rates.js";
import {
  capabilityHeader,
  capabilityVersion,
  errorHeader,
  formatRetryAfter,
  inboundPath,
  readCapability,
} from "./wire.js";

export interface HandlerParts {
  readonly policy: AttributionPolicy;
  readonly timers: Timers;
  /** Absent: sources are not limited. */
  readonly rates?: Pick<SourceRates, "take">;
  /** Undefined while nothing is received: before the start and after the stop. */
  receiver(): FrameReceiver | undefined;
  onAccepted(bytes: number, judgement: Judgement): void;
  onRefused(code: ErrorCode): void;
  onFault(fault: unknown): void;
  /** A proven peer has shown the Waxwing capability. */
  onWaxwingPeer(peer: KeyId): void;
}

export function createInboundHandler(parts: HandlerParts): HttpHandler {
  const places = new BodyPlaces({
    all: limits.httpConcurrentBodiesMax,
    unattributed: limits.httpUnattributedBodiesMax,
    perPeer: limits.httpBodiesPerPeerMax,
    perAddress: limits.httpBodiesPerAddressMax,
  });
  return async (request, info) => {
    const path = pathOf(request);
    if (path === undefined) {
      parts.onRefused("request_malformed");
      return refusal(new WaxwingError("request_malformed", "the request has no valid URL"));
    }
    if (path !== inboundPath) return new Response(null, { status: 404 });
    if (request.method !== "POST")
      return new Response(null, {
        status: 405,
        headers: { Allow: "POST", [capabilityHeader]: capabilityVersion },
      });
    try {
      await takeFrame(request, info, parts, places);
      return new Response(null, { status: 202, headers: { [capabilityHeader]: capabilityVersion } });
    } catch (error) {
      if (!(error instanceof WaxwingError)) {
        // A fault of this node, of which the peer learns nothing.
        parts.onFault(error);
        return new Response(null, { status: 500, headers: { [capabilityHeader]: capabilityVersion } });
      }
      parts.onRefused(error.code);
      return refusal(error);
    }
  };
}

/** Hosts make `request.url` from what the client sent, some of them only when it is read. */
function pathOf(request: Request): string | undefined {
  try {
    return new URL(request.url).pathname;
  } catch {
    return undefined;
  }
}

async function takeFrame(
  request: Request,
  info: ConnectionInfo,
  parts: HandlerParts,
  places: BodyPlaces,
): Promise<void> {
  if (parts.receiver() === undefined) throw new WaxwingError("transport_closed", "not receiving");
  const { judgement, charge } = await admitSource(request, info, parts);
  const { peerKeyId } = judgement;
  const leave = places.take({
    attributed: peerKeyId !== undefined,
    source: peerKeyId ?? sourcePrefix(info.remoteAddress),
  });
  if (leave === undefined) {
    charge?.settle(0);
    throw new WaxwingError("back_pressure", "too many bodies at the same time");
  }
  try {
    const body = await readBody(
      request,
      { bytesMax: limits.frameBytesMax, timeoutMs: limits.httpBodyMs },
      parts.timers,
    );
    charge?.settle(body.length);
    await judgement.confirm(body);
    const waxwing =
      judgement.method === "bearer-native" || readCapability(request.headers.get(capabilityHeader)) > 0;
    deliver(frameOf(body, judgement, waxwing, info), parts);
    parts.onAccepted(body.length, judgement);
    if (waxwing && peerKeyId !== undefined) parts.onWaxwingPeer(peerKeyId);
  } finally {
    leave();
  }
}

/** Who sends, as far as the headers and the socket prove it, and that it may send now. */
async function admitSource(
  request: Request,
  info: ConnectionInfo,
  { policy, rates }: HandlerParts,
): Promise<{ judgement: Judgement; charge: Charge | undefined }> {
  const { remoteAddress } = info;
  let judgement: Judgement;
  try {
    judgement = await judge(request.headers.get("authorization"), info, policy);
  } catch (error) {
    if (error instanceof WaxwingError && isProofWrong(error.code)) checkRate(rates, { remoteAddress }, 0);
    throw error;
  }
  const { peerKeyId } = judgement;
  const source = { remoteAddress, ...(peerKeyId === undefined ? {} : { peerKeyId }) };
  return { judgement, charge: checkRate(rates, source, declaredBytes(request)) };
}

function checkRate(
  rates: HandlerParts["rates"],
  source: Parameters<SourceRates["take"]>[0],
  bytes: number | undefined,
): Charge | undefined {
  const verdict = rates?.take(source, bytes);
  if (verdict?.ok === false)
    throw new WaxwingError("source_rate_limited", "this source sends more than its limit", {
      detail: { retryAfterMs: Math.ceil(verdict.retryAfterMs) },
    });
  return verdict?.charge;
}

/** What the body will cost; one that says of itself that it is too large is refused and not read. */
function declaredBytes(request: Request): number | undefined {
  const declared = request.headers.get("content-length");
  if (declared === null || !/^\d{1,15}$/.test(declared)) return undefined;
  return Number(declared) > limits.frameBytesMax ? 0 : Number(declared);
}

function frameOf(
  bytes: Uint8Array,
  judgement: Judgement,
  waxwing: boolean,
  info: ConnectionInfo,
): InboundFrame {
  return {
    bytes,
    transport: "http",
    ...(judgement.peerKeyId === undefined ? {} : { peerKeyId: judgement.peerKeyId }),
    ...(judgement.method === undefined ? {} : { attribution: judgement.method }),
    waxwing,
    remoteAddress: info.remoteAddress,
  };
}

function deliver(frame: InboundFrame, parts: HandlerParts): void {
  const verdict = parts.receiver()?.(frame) ?? "closed";
  if (verdict === "busy") throw new WaxwingError("back_pressure", "the receiver has no room");
  if (verdict === "closed") throw new WaxwingError("transport_closed", "not receiving any more");
}

/** Codes whose status is not that of their family. */
const statusOf: Partial<Record<ErrorCode, number>> = {
  frame_too_large: 413,
  request_malformed: 400,
  source_rate_limited: 429,
  transport_timeout: 408,
  attribution_conflict: 401,
  key_revoked: 401,
};

function statusFor(code: ErrorCode): number {
  return statusOf[code] ?? (code.startsWith("token_") ? 401 : 503);
}

function isProofWrong(code: ErrorCode): boolean {
  return statusFor(code) === 401;
}

/** The answer to what is not taken; also for what a host refuses before there is a `Request`. */
export function refusal({ code, detail }: Pick<WaxwingError, "code" | "detail">): Response {
  const status = statusFor(code);
  const headers: Record<string, string> = { [capabilityHeader]: capabilityVersion, [errorHeader]: code };
  if (status === 401) headers["WWW-Authenticate"] = "Bearer";
  if (status === 429) headers["Retry-After"] = formatRetryAfter(Number(detail.retryAfterMs));
  if (status === 503) headers["Retry-After"] = String(limits.httpBusyRetrySeconds);
  return new Response(null, { status, headers });
}
