/**
 * What the layers say to each other about a record. A record is bytes; everything here is derived from
 * them by `records` (pure) and judged by `trust` (stateful).
 */
import type { ErrorCode } from "../base/errors.js";
import type { KeyId, KindToken } from "../base/ids.js";

/** One signer's signature over the signed bytes M. Both halves raw; the second is over M ‖ first. */
export interface RecordSignature {
  readonly keyId: KeyId;
  readonly ed25519: Uint8Array;
  readonly mlDsa65?: Uint8Array;
  /** What it covers, where that is not M: a witness signs M as it is without the witnesses. */
  readonly over?: Uint8Array;
}

/** `federation`: may leave the node under an offer policy. `local`: never does. */
export type Visibility = "federation" | "local";

export interface ParsedRecord {
  readonly kind: KindToken;
  /** Verbatim, as received. */
  readonly bytes: Uint8Array;
  /** Wire identity, 32 B: SHA-256 of `bytes`, or the kind's other basis. */
  readonly hash: Uint8Array;
  /** 32 B: SHA-256(kind token ‖ 0x00 ‖ JCS array of the natural-key values ‖ SHA-256(M)); the same for every form of one record. */
  readonly recordId: Uint8Array;
  /** 32 B: SHA-256(kind token ‖ 0x00 ‖ JCS array of the natural-key values). */
  readonly naturalKey: Uint8Array;
  /** M. */
  readonly signedBytes: Uint8Array;
  /** In the record's order, the primary signer first. */
  readonly signatures: readonly RecordSignature[];
  /** Unix ms by which refs are ordered for people; 0 when the kind has no time. Never trusted. */
  readonly seq: number;
  readonly visibility: Visibility;
  /** The decoded JSON of the record itself (unwrapped). Untrusted until admitted. */
  readonly value: Readonly<Record<string, unknown>>;
}

/** Why a record was refused: a stable code of step, for people a message, and when to try again. */
export interface Refusal {
  readonly code: ErrorCode;
  readonly message: string;
  /** Transient refusals may pass later without a change of the record. */
  readonly transient: boolean;
  /** The key whose arrival would lift the refusal, if that is what is missing. */
  readonly waitsForKey?: KeyId;
  /** The record whose arrival would lift it: its kind, and its natural key (32 B). */
  readonly waitsForRecord?: { readonly kind: KindToken; readonly naturalKey: Uint8Array };
}

export type AdmitVerdict = {
  /** Of the record, where the bytes told it. */
  readonly recordId?: Uint8Array;
} & (
  | {
      readonly status: "admitted";
      readonly kind: KindToken;
      readonly hash: Uint8Array;
      /** What waited for the record that holds it may be tried again. */
      readonly naturalKey?: Uint8Array;
      readonly position: number;
      /** It took the place of a form of the same record with fewer signatures. */
      readonly replaced?: true;
      /** The key that this record brought into the directory: what waited for it may be tried again. */
      readonly admittedKey?: KeyId;
    }
  | { readonly status: "duplicate"; readonly hash: Uint8Array }
  | {
      readonly status: "refused";
      /** Absent when the bytes did not tell. */
      readonly kind?: KindToken;
      readonly hash: Uint8Array;
      readonly refusal: Refusal;
    }
);

export type Admitted = Extract<AdmitVerdict, { readonly status: "admitted" }>;

export interface AdmitContext {
  /** Proven sender; absent for local `put`. */
  readonly peerKeyId?: KeyId;
  /** The records come from a peer whose key is not proven: only bootstrap kinds, and only into quarantine. */
  readonly unprovenPeer?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * The admission pipeline (DESIGN §5): size → parse → kind and schema → natural key and M → signatures →
 * admission rules → store. Implemented by `trust`.
 *
 * Laws:
 * 1. Verdicts come in input order, one a record; a bad record never changes another's verdict.
 * 2. `admitted` is durable when the promise resolves.
 * 3. The same record admitted by many callers at once is `admitted` exactly once.
 */
export interface Admission {
  /** `kind` undefined: detected from the bytes. */
  admit(
    kind: KindToken | undefined,
    records: readonly Uint8Array[],
    context: AdmitContext,
  ): Promise<AdmitVerdict[]>;
}
