/**
 * The web-standard handler of `POST /edge/inbound` (ciris-edge §8.2): request and connection facts in,
 * response out. Runs wherever `Request` and `Response` exist; who mounts it is not its business.
 *
 *     202 taken          401 token or certificate wrong     404 other path     405 other method
 *     408 body too slow  413 more than 8 MiB, really        503 no room, closed, or no time of day
 *
 * Bodies of responses are empty, as the reference's are. The stable error code travels in `Waxwing-Error`,
 * and every response of the endpoint carries `Waxwing-Capabilities: 1`, the refusals too: a peer whose
 * stock token was refused learns from it that a native one will do. Replies to a frame are requests of our
 * own to the peer's listener.
 */
import { type ErrorCode, WaxwingError } from "../../base/errors.js";
import type { KeyId } from "../../base/ids.js";
import { limits } from "../../base/limits.js";
import type { ConnectionInfo, HttpHandler, Timers } from "../../contracts/host.js";
import type { FrameReceiver, InboundFrame } from "../../contracts/transport.js";
import { type AttributionPolicy, type Judgement, judge } from "./attribution.js";
import { readBody } from "./body.js";
import { BodyPlaces } from "./body-places.js";
import { capabilityHeader, capabilityVersion, errorHeader, inboundPath, readCapability } from "./wire.js";

export interface HandlerParts {
  readonly policy: AttributionPolicy;
  readonly timers: Timers;
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
  });
  return async (request, info) => {
    if (new URL(request.url).pathname !== inboundPath) return new Response(null, { status: 404 });
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
      return refusal(error.code);
    }
  };
}

async function takeFrame(
  request: Request,
  info: ConnectionInfo,
  parts: HandlerParts,
  places: BodyPlaces,
): Promise<void> {
  if (parts.receiver() === undefined) throw new WaxwingError("transport_closed", "not receiving");
  const judgement = await judge(request.headers.get("authorization"), info, parts.policy);
  const leave = places.take(judgement.peerKeyId !== undefined);
  if (leave === undefined) throw new WaxwingError("back_pressure", "too many bodies at the same time");
  try {
    const body = await readBody(
      request,
      { bytesMax: limits.frameBytesMax, timeoutMs: limits.httpBodyMs },
      parts.timers,
    );
    await judgement.confirm(body);
    const waxwing =
      judgement.method === "bearer-native" || readCapability(request.headers.get(capabilityHeader)) > 0;
    deliver(frameOf(body, judgement, waxwing, info), parts);
    parts.onAccepted(body.length, judgement);
    if (waxwing && judgement.peerKeyId !== undefined) parts.onWaxwingPeer(judgement.peerKeyId);
  } finally {
    leave();
  }
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
  transport_timeout: 408,
  attribution_conflict: 401,
  key_revoked: 401,
};

function refusal(code: ErrorCode): Response {
  const status = statusOf[code] ?? (code.startsWith("token_") ? 401 : 503);
  const headers: Record<string, string> = { [capabilityHeader]: capabilityVersion, [errorHeader]: code };
  if (status === 401) headers["WWW-Authenticate"] = "Bearer";
  if (status === 503) headers["Retry-After"] = String(limits.httpBusyRetrySeconds);
  return new Response(null, { status, headers });
}
