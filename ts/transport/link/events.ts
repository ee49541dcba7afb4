/** What an endpoint tells its driver, and what it asks of it. */
import type { KeyId } from "../../base/ids.js";
import type { MediumAddress } from "../../contracts/medium.js";
import type { SendOutcome } from "../../contracts/transport.js";

export type LinkEvent =
  /** Answer with `signed`. */
  | { readonly type: "sign"; readonly request: number; readonly message: Uint8Array }
  /** Answer with `resolved`. */
  | { readonly type: "lookup"; readonly request: number; readonly keyId: KeyId }
  /** Answer with `answer`. */
  | {
      readonly type: "frame";
      readonly delivery: number;
      readonly peer: KeyId;
      readonly bytes: Uint8Array;
      readonly from: MediumAddress;
    }
  | { readonly type: "settled"; readonly sendId: number; readonly outcome: SendOutcome }
  /** Something authentic came, at most once in `limits.linkActivityMs`. */
  | { readonly type: "heard"; readonly peer: KeyId }
  | { readonly type: "up"; readonly peer: KeyId; readonly address: MediumAddress }
  | { readonly type: "refused"; readonly keyId: KeyId };

/** What stands behind a key id: its trusted Ed25519 key, nothing yet, or a key that is not believed. */
export type KeyStandingOnLink = Uint8Array | "unknown" | "refused";
