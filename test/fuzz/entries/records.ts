/** Records, envelopes and what they are read with. Refusals of `parseRecord` are results; here they count as thrown. */
import { isDeepStrictEqual } from "node:util";
import type { Engine } from "waxwing/core";
import {
  buildEnvelope,
  type Envelope,
  findUnsafeInteger,
  formatTime,
  isRefusal,
  parseEnvelope,
  parseRecord,
  parseTimeMs,
  readMembers,
} from "waxwing/records";
import { createSoftwareIdentity } from "waxwing/trust";
import { base64Encode, equalBytes } from "#dist/base/bytes.js";
import { isWaxwingError, WaxwingError } from "#dist/base/errors.js";
import type { Identity } from "#dist/contracts/identity.js";
import { engine, kinds, recordOf, signableTokens, startMs } from "../../support/records.js";
import { demand, type FuzzTarget, texts } from "../target.js";

/** The same signatures in every run: the ML-DSA half without its fresh randomness. */
function deterministicIdentity(): Identity {
  const { mlDsa65 } = engine;
  const sign: typeof mlDsa65.sign = (message, secretKey) =>
    mlDsa65.sign(message, secretKey, { random: false });
  const unhedged = { ...engine, mlDsa65: { ...mlDsa65, sign } };
  const seeds = { ed25519Seed: new Uint8Array(32).fill(7), mlDsa65Seed: new Uint8Array(32).fill(8) };
  return createSoftwareIdentity(unhedged, seeds);
}

const signer = deterministicIdentity();
const records: Uint8Array[] = [];
for (const token of signableTokens) records.push((await recordOf(token, signer)).bytes);

const envelope = await buildEnvelope(engine, signer, {
  destinationKeyId: "bob",
  messageType: "OpaqueEvent",
  sentAtMs: startMs,
  nonce: new Uint8Array(16).fill(3),
  body: { text: "né — 😀", n: [1, 2.5, null] },
  inReplyTo: new Uint8Array(32).fill(4),
});

/** Reads envelopes by whole passes over the text. */
const plainEngine: Engine = {
  ...engine,
  readSigned(json) {
    engine.canonicalize(json);
    return undefined;
  },
};

/** Every part of the envelope, or the refusal. */
function attempt(parse: () => Envelope): unknown {
  try {
    const parsed = parse();
    const { signingKeyId, body, bodyHash, value } = parsed;
    return { ...parsed, signingKeyId, body, bodyHash, value };
  } catch (error) {
    if (!isWaxwingError(error)) throw error;
    return [error.code, error.message];
  }
}

const words = texts(
  ..."key_id scrub_key_id scrub_signature_classical scrub_signature_pqc original_content_hash persist_row_hash".split(
    " ",
  ),
  "signed_envelope",
  "9007199254740993",
  "2026-01-01T00:00:00Z",
  base64Encode(new Uint8Array(64)),
  "null",
);

const asText = (bytes: Uint8Array) => Buffer.from(bytes).toString("utf8");

export const recordTargets: readonly FuzzTarget[] = [
  {
    name: "parseRecord",
    seeds: records,
    tokens: words,
    run: (bytes) => {
      const record = parseRecord(engine, kinds, undefined, bytes);
      if (isRefusal(record)) throw new WaxwingError(record.code, record.message);
      demand(equalBytes(record.bytes, bytes), "bytes are kept verbatim");
      const named = parseRecord(engine, kinds, record.kind, bytes);
      demand(!isRefusal(named), "a detected kind is a kind that fits");
      demand(equalBytes(named.recordId, record.recordId), "a record has one name");
      for (const { keyId } of record.signatures) demand(keyId.length > 0, "every signature names its key");
    },
  },
  {
    name: "parseEnvelope",
    seeds: [envelope],
    tokens: [...words, ...texts("v2_0_0", "destination_key_id", "nonce", "256", "-1")],
    run: (bytes) => {
      const plain = attempt(() => parseEnvelope(plainEngine, bytes));
      const quick = attempt(() => parseEnvelope(engine, bytes));
      demand(isDeepStrictEqual(quick, plain), "the quick way is the plain way");
      const parsed = parseEnvelope(engine, bytes);
      demand(parsed.nonce.length === 16, "a nonce has 16 bytes");
      demand(equalBytes(parsed.bodyHash, engine.sha256(parsed.body)), "the body hash is the body's");
    },
  },
  {
    name: "readMembers",
    seeds: [...texts('{"a":1,"b":{"c":[true,"}"]},"d":"\\""}', "[1]", "{}"), records[0]!],
    tokens: texts("{", "}", "[", "]", '"', "\\", ":", ","),
    run: (bytes) => {
      // Defined for valid JSON only: what the scanner refuses never gets here.
      engine.canonicalize(bytes);
      const members = readMembers(bytes);
      findUnsafeInteger(bytes);
      const value: unknown = JSON.parse(asText(bytes));
      if (!members) return demand(!isObject(value), "an object has members");
      demand(isObject(value), "only an object has members");
      const again = Object.fromEntries(members.map(({ name, value }) => [name, JSON.parse(asText(value))]));
      demand(JSON.stringify(again) === JSON.stringify(value), "members are what JSON.parse finds");
    },
  },
  {
    name: "parseTimeMs",
    seeds: texts("2026-01-01T00:00:00Z", "1969-12-31T23:59:59.999999999+05:30", "2024-02-29T12:00:00-00:01"),
    tokens: texts("0000", "9999", "60", "24", "02-29", ".", "+", "-", "Z", "T"),
    refusals: (error) => error instanceof RangeError,
    run: (bytes) => {
      const text = asText(bytes);
      const ms = parseTimeMs(text);
      if (ms === undefined) throw new RangeError("no time");
      // `Date` rounds what lies below a millisecond towards zero and not towards the past.
      const whole = text.replace(/(\.\d{3})\d+/, "$1");
      const expected = Date.parse(whole);
      demand(Math.abs(ms - expected) <= 1, `a time is what Date makes of it: ${ms}, ${expected}`);
      if (ms >= Date.parse("0000-01-01T00:00:00Z") && ms <= Date.parse("9999-12-31T23:59:59Z"))
        demand(parseTimeMs(formatTime(ms)) === ms, "a time is read as it is written");
    },
  },
];

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
