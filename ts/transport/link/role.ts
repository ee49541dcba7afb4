/** What both roles of a handshake need of the endpoint, and what each gives it in the end. */
import type { KeyId } from "../../base/ids.js";
import type { Ed25519, HybridPair } from "../../contracts/engine.js";
import type { LinkAead } from "../../contracts/link-crypto.js";
import type { MediumAddress } from "../../contracts/medium.js";
import type { HandshakeParts } from "./handshake.js";
import type { DriverRequests } from "./requests.js";
import type { Proof } from "./wire.js";

export interface RoleOptions extends HandshakeParts {
  readonly keyId: KeyId;
  readonly publicKeys: HybridPair;
  readonly ed25519: Pick<Ed25519, "verify">;
  /** Authenticated and not encrypted, for wires that must stay readable. */
  readonly readable: boolean;
}

export interface RoleHooks {
  /** A number that names no session of ours yet. */
  freeSession(): number;
  transmit(packet: Uint8Array, to: MediumAddress): void;
  /** That packet need not leave any more. */
  forget(packet: Uint8Array): void;
  readonly requests: DriverRequests;
}

/** A session whose peer has signed for its key id. */
export interface Agreed {
  readonly keyId: KeyId;
  readonly ed25519: Uint8Array;
  readonly from: MediumAddress;
  readonly localSession: number;
  readonly peerSession: number;
  readonly send: LinkAead;
  readonly receive: LinkAead;
}

export function ownProof({ keyId, publicKeys }: RoleOptions, signature: Uint8Array): Proof {
  return { keyId, ed25519: publicKeys.ed25519, signature };
}
