/**
 * `acceptEnvelope` (DESIGN §5): size → parse → schema → destination → freshness → canonicalize → signatures
 * → replay window. One stable code a step. A nonce is recorded only after the signature holds, so nobody can
 * burn another's nonce; the caller's effects are committed together with it.
 */
import { isWaxwingError } from "../base/errors.js";
import { type KeyId, shortId } from "../base/ids.js";
import { limits } from "../base/limits.js";
import type { Engine, VerifyItem } from "../contracts/engine.js";
import type { Clock } from "../contracts/host.js";
import type { KeyDirectory } from "../contracts/key-directory.js";
import type { Refusal } from "../contracts/record.js";
import type { StoreOperation } from "../contracts/store.js";
import { type Envelope, parseEnvelope } from "../records/envelope.js";
import { refusal } from "../records/parse-record.js";
import { findKeyFault, planSignature, type SignaturePolicy, strict } from "./policy.js";
import type { ReplayWindow } from "./replay-window.js";

export interface EnvelopeAcceptorOptions {
  readonly engine: Engine;
  readonly directory: KeyDirectory;
  readonly clock: Clock;
  readonly replay: ReplayWindow;
  /** Ids that this node answers to. */
  readonly ownKeyIds: readonly KeyId[];
  readonly policy?: SignaturePolicy;
  readonly windowMs?: number;
}

export type EnvelopeVerdict =
  | { readonly status: "accepted"; readonly envelope: Envelope }
  | { readonly status: "refused"; readonly refusal: Refusal };

export interface EnvelopeAcceptor {
  /** `effects`: what the envelope changes in the store, committed with its replay mark or not at all. */
  accept(
    bytes: Uint8Array,
    effects?: (envelope: Envelope) => readonly StoreOperation[],
  ): Promise<EnvelopeVerdict>;
}

export function createEnvelopeAcceptor(options: EnvelopeAcceptorOptions): EnvelopeAcceptor {
  return {
    async accept(bytes, effects) {
      try {
        return { status: "accepted", envelope: await acceptOrThrow(options, bytes, effects) };
      } catch (error) {
        if (error instanceof RefusedEnvelope) return { status: "refused", refusal: error.refusal };
        throw error;
      }
    },
  };
}

class RefusedEnvelope extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.message);
    this.refusal = refusal;
  }
}

async function acceptOrThrow(
  options: EnvelopeAcceptorOptions,
  bytes: Uint8Array,
  effects: ((envelope: Envelope) => readonly StoreOperation[]) | undefined,
): Promise<Envelope> {
  const envelope = parseOrRefuse(options.engine, bytes);
  if (!options.ownKeyIds.includes(envelope.destinationKeyId))
    refuse(refusal("envelope_misrouted", `envelope: for ${shortId(envelope.destinationKeyId)}`));
  const nowMs = checkFreshness(options, envelope);
  await checkSignature(options, envelope, nowMs);
  const { signingKeyId, nonce, sentAtMs } = envelope;
  if (!(await options.replay.accept(signingKeyId, nonce, sentAtMs, nowMs, effects?.(envelope))))
    refuse(refusal("envelope_replayed", `envelope: nonce of ${shortId(signingKeyId)} is not new`));
  return envelope;
}

function parseOrRefuse(engine: Engine, bytes: Uint8Array): Envelope {
  try {
    return parseEnvelope(engine, bytes);
  } catch (error) {
    if (isWaxwingError(error)) refuse(refusal(error.code, error.message));
    throw error;
  }
}

function checkFreshness(options: EnvelopeAcceptorOptions, { sentAtMs }: Envelope): number {
  const { ms, synchronised } = options.clock.wallClock();
  const windowMs = options.windowMs ?? limits.replayWindowMs;
  if (!synchronised)
    refuse(refusal("clock_not_synchronised", "envelope: freshness needs a clock that is right"));
  if (Math.abs(ms - sentAtMs) > windowMs)
    refuse(refusal("envelope_stale", `envelope: sent ${ms - sentAtMs} ms ago, at most ${windowMs} apart`));
  return ms;
}

async function checkSignature(
  options: EnvelopeAcceptorOptions,
  envelope: Envelope,
  nowMs: number,
): Promise<void> {
  const { engine, directory, policy = strict } = options;
  const entry = await directory.lookup(envelope.signingKeyId);
  const fault = findKeyFault(envelope.signingKeyId, entry);
  if (fault || !entry) refuse(fault ?? refusal("key_unknown", "envelope: no key"));
  const plan = planSignature(
    policy,
    envelope.signature,
    entry,
    envelope.signedBytes,
    nowMs - envelope.sentAtMs,
  );
  if ("code" in plan) refuse(plan);
  if (!verifyOne(engine, plan)) refuse(refusal("signature_invalid", "envelope: the signature does not hold"));
}

/** Through the batch, where a key of a wrong length is a verdict and not a caller's mistake. */
function verifyOne(engine: Engine, item: VerifyItem): boolean {
  return engine.verifyBatch([item])[0] === 1;
}

function refuse(why: Refusal): never {
  throw new RefusedEnvelope(why);
}
