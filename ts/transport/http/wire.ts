/** Names on the HTTP wire, shared by handler and client (ciris-edge §8.2; the `Waxwing-` headers are ours). */
import { limits } from "../../base/limits.js";

export const inboundPath = "/edge/inbound";
/** The reference sends this type for every frame, CRPL bytes too. */
export const frameContentType = "application/json";

/** Carries the version of the Waxwing extension that the sender speaks; stock peers ignore it. */
export const capabilityHeader = "Waxwing-Capabilities";
export const capabilityVersion = "1";
/** The stable error code behind a refusal. */
export const errorHeader = "Waxwing-Error";

/** 0 when absent or not a version. */
export function readCapability(value: string | null | undefined): number {
  return value != null && /^\d{1,4}$/.test(value) ? Number(value) : 0;
}

/** Seconds or an HTTP date (RFC 9110 §10.2.3) → milliseconds from now, at most `limits.httpRetryAfterMsMax`. */
export function readRetryAfterMs(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined) return undefined;
  const ms = /^\d{1,9}$/.test(value) ? Number(value) * 1000 : readHttpDate(value) - nowMs;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), limits.httpRetryAfterMsMax) : undefined;
}

/** Whole seconds, one at least: a source that comes back at once would be refused again. */
export function formatRetryAfter(ms: number): string {
  return String(Math.ceil(Math.min(Math.max(ms, 1), limits.httpRetryAfterMsMax) / 1000));
}

/** The three forms of RFC 9110 §5.6.7, of which only the first is sent today; all are in GMT. */
const httpDates = [
  /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/,
  /^[A-Z][a-z]{5,8}, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/,
  /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/,
];

function readHttpDate(value: string): number {
  const form = httpDates.findIndex((pattern) => pattern.test(value));
  if (form === -1) return Number.NaN;
  return Date.parse(form === 2 ? `${value} GMT` : value);
}
