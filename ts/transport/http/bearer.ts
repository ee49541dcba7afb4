/**
 * Bearer tokens: JWT (RFC 7519) in compact serialisation (RFC 7515 §7.1) with `alg` EdDSA (RFC 8037).
 * Pure: what a token says and whether it is well formed. Whether to believe it is `attribution.ts`.
 *
 *     stock   header { alg: "EdDSA", typ: "JWT", kid }   claims { iss, sub, iat, exp [, aud] }
 *     native  the same header                            claims { iss, sub, iat, exp, aud, jti, bh }
 *
 * `kid` = `iss` = the sender's key id; native: `aud` = the receiver's key id, `bh` = base64url SHA-256 of the
 * request body (DESIGN §9; the stock form is ciris-edge §8.2). A token with `jti` or `bh` is native and must
 * have all three. Deviations from RFC 7519: times are whole seconds, and `crit` is refused.
 */
import { base64UrlDecode, base64UrlEncode, utf8Decode, utf8Encode } from "../../base/bytes.js";
import { type ErrorCode, WaxwingError } from "../../base/errors.js";
import type { KeyId } from "../../base/ids.js";
import { limits } from "../../base/limits.js";
import type { Identity } from "../../contracts/identity.js";

interface TokenClaims {
  /** `kid` and `iss`: a claim, until the signature is checked. */
  readonly keyId: KeyId;
  readonly issuedAtSeconds: number;
  readonly expiresAtSeconds: number;
  readonly notBeforeSeconds?: number;
}

export type BearerClaims =
  | (TokenClaims & { readonly form: "stock"; readonly audience: readonly string[] })
  | (TokenClaims & {
      readonly form: "native";
      readonly audience: readonly [KeyId];
      readonly tokenId: string;
      /** 32 B. */
      readonly bodyHash: Uint8Array;
    });

export interface ParsedBearer {
  readonly claims: BearerClaims;
  /** What the signature covers: the token's text up to its second point. */
  readonly signedBytes: Uint8Array;
  /** 64 B. */
  readonly signature: Uint8Array;
}

/** What the sender of a native token adds to the stock claims. */
export interface NativeBinding {
  readonly audience: KeyId;
  readonly tokenId: string;
  readonly bodyHash: Uint8Array;
}

const signatureBytes = 64;
const bodyHashBytes = 32;

/** A token of this identity, valid for `limits.tokenLifetimeSecondsMax` from `nowMs`; stock without a binding. */
export async function formatBearer(
  identity: Pick<Identity, "keyId" | "signEd25519">,
  nowMs: number,
  binding?: NativeBinding,
): Promise<string> {
  const { keyId } = identity;
  const iat = Math.floor(nowMs / 1000);
  const stock = { iss: keyId, sub: keyId, iat, exp: iat + limits.tokenLifetimeSecondsMax };
  const claims =
    binding === undefined
      ? stock
      : { ...stock, aud: binding.audience, jti: binding.tokenId, bh: base64UrlEncode(binding.bodyHash) };
  const signed = `${encodePart({ alg: "EdDSA", typ: "JWT", kid: keyId })}.${encodePart(claims)}`;
  return `${signed}.${base64UrlEncode(await identity.signEd25519(utf8Encode(signed)))}`;
}

/** Strict; throws `token_malformed` or `token_algorithm`. The signature is not looked at. */
export function parseBearer(text: string): ParsedBearer {
  if (text.length > limits.tokenBytesMax) throw malformed(`longer than ${limits.tokenBytesMax} characters`);
  const parts = text.split(".");
  if (parts.length !== 3) throw malformed("expected three parts");
  const [headerPart, claimsPart, signaturePart] = parts as [string, string, string];
  const keyId = readHeader(decodeObject(headerPart, "header"));
  const claims = readClaims(decodeObject(claimsPart, "claims"), keyId);
  const signature = decodePart(signaturePart, "signature");
  if (signature.length !== signatureBytes) throw malformed(`expected a signature of ${signatureBytes} bytes`);
  return { claims, signedBytes: utf8Encode(`${headerPart}.${claimsPart}`), signature };
}

/** The token of an `Authorization` header, or undefined when it carries none: absent, or of another scheme. */
export function bearerOf(authorization: string | null): string | undefined {
  const match = /^bearer(?: +(.*))?$/i.exec(authorization?.trim() ?? "");
  return match ? (match[1] ?? "") : undefined;
}

type JsonObject = Readonly<Record<string, unknown>>;

function readHeader(header: JsonObject): KeyId {
  if (header.alg !== "EdDSA")
    throw new WaxwingError("token_algorithm", `the token's algorithm is ${JSON.stringify(header.alg)}`);
  // RFC 7515 §4.1.11: an extension that must be understood, and none is.
  if (header.crit !== undefined) throw malformed("crit names extensions that are not known here");
  if (header.typ !== undefined && !/^(application\/)?jwt$/i.test(String(header.typ)))
    throw malformed("typ is not JWT");
  return readText(header.kid, "kid", limits.keyIdBytesMax);
}

function readClaims(claims: JsonObject, keyId: KeyId): BearerClaims {
  if (claims.iss !== keyId) throw malformed("iss differs from kid");
  if (claims.sub !== undefined) readText(claims.sub, "sub", limits.keyIdBytesMax);
  const common = {
    keyId,
    issuedAtSeconds: readSeconds(claims.iat, "iat"),
    expiresAtSeconds: readSeconds(claims.exp, "exp"),
    ...(claims.nbf === undefined ? {} : { notBeforeSeconds: readSeconds(claims.nbf, "nbf") }),
  };
  if (claims.jti === undefined && claims.bh === undefined)
    return { ...common, form: "stock", audience: readAudience(claims.aud) };
  const bodyHash = decodePart(readText(claims.bh, "bh", 64), "bh");
  if (bodyHash.length !== bodyHashBytes) throw malformed(`bh is not ${bodyHashBytes} bytes`);
  return {
    ...common,
    form: "native",
    audience: [readText(claims.aud, "aud", limits.keyIdBytesMax)],
    tokenId: readText(claims.jti, "jti", limits.tokenIdBytesMax),
    bodyHash,
  };
}

function readAudience(value: unknown): readonly string[] {
  if (value === undefined) return [];
  const list = Array.isArray(value) ? value : [value];
  // An empty list names nobody, which is not the same as naming no audience.
  if (list.length === 0) throw malformed("aud is empty");
  return list.map((entry) => readText(entry, "aud", limits.tokenBytesMax));
}

function readText(value: unknown, name: string, bytesMax: number): string {
  if (typeof value !== "string" || value === "") throw malformed(`${name} is not a text`);
  if (utf8Encode(value).length > bytesMax) throw malformed(`${name} is longer than ${bytesMax} bytes`);
  return value;
}

function readSeconds(value: unknown, name: string): number {
  if (!Number.isSafeInteger(value) || (value as number) < 0) throw malformed(`${name} is not whole seconds`);
  return value as number;
}

function encodePart(value: object): string {
  return base64UrlEncode(utf8Encode(JSON.stringify(value)));
}

function decodePart(part: string, name: string): Uint8Array {
  try {
    return base64UrlDecode(part);
  } catch (cause) {
    throw malformed(`${name} is not base64url`, cause);
  }
}

function decodeObject(part: string, name: string): JsonObject {
  const bytes = decodePart(part, name);
  let value: unknown;
  try {
    value = JSON.parse(utf8Decode(bytes));
  } catch (cause) {
    throw malformed(`${name} is not JSON`, cause);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw malformed(`${name} is not a JSON object`);
  return value as JsonObject;
}

function malformed(why: string, cause?: unknown): WaxwingError {
  const code: ErrorCode = "token_malformed";
  return new WaxwingError(code, `bearer token: ${why}`, cause === undefined ? {} : { cause });
}
