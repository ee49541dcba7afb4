/**
 * Who sent a request (DESIGN §9). Two steps, because a body may be 8 MiB: `judge` looks at the headers and
 * the socket and refuses what is wrong before any body is read; `Judgement.confirm` binds the result to the
 * body and uses up the token. Nothing is remembered before the signature holds.
 *
 *     no token, or a key that the directory does not know or trust   → no peer key (bootstrap kinds only)
 *     a token that is there and wrong                                → WaxwingError token_* (401)
 *     stock token                                                    → TLS or loopback; never after native
 *     native token                                                   → audience, lifetime, body, once
 *     certificate and token of different keys                        → attribution_conflict
 */
import { equalBytes } from "../../base/bytes.js";
import { type ErrorCode, WaxwingError } from "../../base/errors.js";
import type { KeyId } from "../../base/ids.js";
import { limits } from "../../base/limits.js";
import type { AttributionMemory } from "../../contracts/attribution.js";
import type { Engine } from "../../contracts/engine.js";
import type { Clock, ConnectionInfo } from "../../contracts/host.js";
import type { AttributionMethod } from "../../contracts/transport.js";
import { type BearerClaims, bearerOf, parseBearer } from "./bearer.js";
import { type CertificatePolicy, keyOfCertificate } from "./certificate.js";

export interface AttributionPolicy extends CertificatePolicy {
  /** This node's key id: the audience of native tokens. */
  readonly self: KeyId;
  readonly memory: AttributionMemory;
  readonly engine: Pick<Engine, "sha256" | "ed25519">;
  readonly clock: Clock;
  /** Values of a stock token's `aud` that mean this node, besides its key id. */
  readonly audiences: readonly string[];
  /** Stock tokens over plain HTTP from other hosts: replayable by anybody on the way. */
  readonly allowPlainStock: boolean;
  /** Stock tokens over plain HTTP on loopback. Not behind a proxy on this host, which makes all look local. */
  readonly allowLoopbackStock: boolean;
}

/** `peerKeyId` is proven, or absent. */
export interface Attribution {
  readonly peerKeyId?: KeyId;
  readonly method?: AttributionMethod;
}

export interface Judgement extends Attribution {
  /** The token names a key that the directory does not know or trust; it was not checked. */
  readonly unknownKey: boolean;
  /** Binds the proof to the body; throws `WaxwingError` when it does not hold. Call once. */
  confirm(body: Uint8Array): Promise<void>;
}

export async function judge(
  authorization: string | null,
  info: ConnectionInfo,
  policy: AttributionPolicy,
): Promise<Judgement> {
  const text = bearerOf(authorization);
  const claims = text === undefined ? undefined : await checkToken(text, info, policy);
  const certified = await keyOfCertificate(info.tlsPeer, policy);
  const unknownKey = text !== undefined && claims === undefined;
  if (claims === undefined) {
    const proof: Attribution = certified === undefined ? {} : { peerKeyId: certified, method: "mtls" };
    return { ...proof, unknownKey, confirm: async () => {} };
  }
  if (certified !== undefined && certified !== claims.keyId)
    throw new WaxwingError("attribution_conflict", "the token and the certificate name different peers");
  return {
    peerKeyId: claims.keyId,
    method: claims.form === "native" ? "bearer-native" : "bearer-stock",
    unknownKey,
    confirm: (body) => useToken(claims, body, policy),
  };
}

/** The claims of a token that holds so far; undefined when its key is not known or not trusted here. */
async function checkToken(
  text: string,
  info: ConnectionInfo,
  policy: AttributionPolicy,
): Promise<BearerClaims | undefined> {
  const { claims, signedBytes, signature } = parseBearer(text);
  const entry = await policy.directory.lookup(claims.keyId);
  if (entry?.standing === "revoked") throw refused("key_revoked", "the token's key was withdrawn");
  if (entry === undefined || !policy.isTrusted(entry.standing)) return undefined;
  if (!policy.engine.ed25519.verify(signature, signedBytes, entry.ed25519))
    throw refused("token_signature", "the token's signature does not hold");
  checkAudience(claims, policy);
  checkTime(claims, policy.clock);
  if (claims.form === "stock") await checkStockAllowed(claims.keyId, info, policy);
  return claims;
}

function checkAudience(claims: BearerClaims, policy: AttributionPolicy): void {
  const accepted = claims.form === "native" ? [policy.self] : [policy.self, ...policy.audiences];
  if (claims.audience.length === 0 && claims.form === "stock") return;
  if (!claims.audience.some((name) => accepted.includes(name)))
    throw refused("token_audience", "the token is meant for another node");
}

function checkTime(claims: BearerClaims, clock: Clock): void {
  const { ms, synchronised } = clock.wallClock();
  const why = timeFault(claims, ms / 1000);
  if (why === undefined) return;
  // A board that has not learnt the time cannot blame the peer for it.
  throw synchronised
    ? refused("token_time", why)
    : refused("clock_not_synchronised", `${why}, by a clock that is not synchronised`);
}

function timeFault(claims: BearerClaims, nowSeconds: number): string | undefined {
  const skew = limits.tokenSkewSecondsMax;
  const lifetime = claims.expiresAtSeconds - claims.issuedAtSeconds;
  const lifetimeMax =
    claims.form === "native" ? limits.tokenLifetimeSecondsMax : limits.stockTokenLifetimeSecondsMax;
  if (lifetime <= 0 || lifetime > lifetimeMax) return `the token is valid for ${lifetime} s`;
  if (claims.expiresAtSeconds + skew <= nowSeconds) return "the token is expired";
  if (Math.max(claims.issuedAtSeconds, claims.notBeforeSeconds ?? 0) - skew > nowSeconds)
    return "the token is not yet valid";
  return undefined;
}

async function checkStockAllowed(
  keyId: KeyId,
  info: ConnectionInfo,
  policy: AttributionPolicy,
): Promise<void> {
  const isPrivate = info.secure || (info.loopback && policy.allowLoopbackStock);
  if (!isPrivate && !policy.allowPlainStock)
    throw refused("token_form", "a token that binds no body is accepted over TLS or loopback only");
  if (await policy.memory.hasUsedNative(keyId))
    throw refused("token_form", "this key has used tokens that bind the body");
}

async function useToken(claims: BearerClaims, body: Uint8Array, policy: AttributionPolicy): Promise<void> {
  if (claims.form === "stock") return;
  if (!equalBytes(claims.bodyHash, policy.engine.sha256(body)))
    throw refused("token_body", "the token's body hash is not that of the body");
  const { keyId, tokenId } = claims;
  const forgetAtMs = (claims.expiresAtSeconds + limits.tokenSkewSecondsMax) * 1000;
  if (!(await policy.memory.rememberToken(keyId, tokenId, forgetAtMs)))
    throw refused("token_replayed", "this token was used before");
  if (!(await policy.memory.hasUsedNative(keyId))) await policy.memory.rememberNative(keyId);
}

function refused(code: ErrorCode, message: string): WaxwingError {
  return new WaxwingError(code, message);
}
