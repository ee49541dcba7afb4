/**
 * Rules of admission that come after the signatures: who may speak, and when. They read the columns of the
 * kind; special rules of single kinds (upgrades, thresholds, merges) are not here.
 */
import { shortId } from "../base/ids.js";
import { limits } from "../base/limits.js";
import type { Clock } from "../contracts/host.js";
import type { AdmitContext, Refusal } from "../contracts/record.js";
import { type DecodedRecord, refusal } from "../records/parse-record.js";
import { parseTimeMs } from "../records/time.js";

/** What the way a record came by forbids, whatever it says. */
export function findContextFault(record: DecodedRecord, context: AdmitContext): Refusal | undefined {
  if (context.unprovenPeer && !record.spec.bootstrap)
    return refusal("key_not_trusted", `${record.kind}: not taken from a peer whose key is not proven`);
  // Visibility rests on unsigned members too: a copy marked "local" must not take the place of the real one.
  const fromPeer = context.peerKeyId !== undefined || context.unprovenPeer === true;
  if (fromPeer && record.visibility === "local")
    return refusal(
      "record_local",
      `${record.kind}: says that it never leaves its node, and came from a peer`,
    );
  return undefined;
}

/** Who may speak, and when. */
export function findRuleFault(record: DecodedRecord, clock: Clock): Refusal | undefined {
  return findSpeakerFault(record) ?? findFutureFault(record, clock) ?? findExpiryFault(record, clock);
}

export function findSpeakerFault({ kind, spec, value, signatures }: DecodedRecord): Refusal | undefined {
  if (spec.speaker === undefined) return undefined;
  const signer = signatures[0]?.keyId;
  if (signer === value[spec.speaker]) return undefined;
  return refusal(
    "third_party_row",
    `${kind}: signed by ${shortId(signer ?? "nobody")}, not by its ${spec.speaker}`,
  );
}

/**
 * A clock that is not synchronised is usually behind, so what it calls past is past; what it calls future
 * may be either.
 */
function findFutureFault({ kind, spec, seq }: DecodedRecord, clock: Clock): Refusal | undefined {
  if (spec.time === undefined) return undefined;
  const { ms, synchronised } = clock.wallClock();
  if (seq <= ms + limits.clockSkewMsMax) return undefined;
  return synchronised
    ? refusal("record_from_future", `${kind}: ${spec.time} is ${seq - ms} ms ahead`)
    : refusal(
        "clock_not_synchronised",
        `${kind}: ${spec.time} cannot be judged without a synchronised clock`,
      );
}

/** Only an end of validity that is signed counts; an unsigned one is a hint that anybody may have changed. */
function findExpiryFault({ kind, spec, value, bound }: DecodedRecord, clock: Clock): Refusal | undefined {
  if (spec.expires === undefined || !bound.has(spec.expires)) return undefined;
  const end = parseTimeMs(String(value[spec.expires]));
  const { ms, synchronised } = clock.wallClock();
  if (end === undefined || ms < end) return undefined;
  return synchronised
    ? refusal("record_expired", `${kind}: ${spec.expires} was ${ms - end} ms ago`)
    : refusal(
        "clock_not_synchronised",
        `${kind}: ${spec.expires} cannot be judged without a synchronised clock`,
      );
}
