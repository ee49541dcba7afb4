/**
 * KeyDirectory: which keys stand behind a key id, and how far they are believed.
 *
 * Laws (suite: `testing/key-directory-suite`):
 * 1. A native id resolves only to keys that hash to it.
 * 2. A foreign id is usable only when pinned, attested by a trusted key, or set by an operator.
 * 3. The keys of an id never change under it: a second key record with other keys is refused, not merged. A
 *    post-quantum half may come to a foreign key that had none, and never goes again.
 * 4. What `put` acknowledged survives a restart.
 */
import type { KeyId } from "../base/ids.js";

/**
 * - `native`: the id is the hash of the keys; nothing else is needed.
 * - `pinned`: an operator's configuration binds id and keys.
 * - `operator`: an operator said so at run time.
 * - `attested`: a trusted key vouches for the binding.
 * - `unproven`: known and not believed (quarantine); verifies nothing.
 * - `revoked`: was believed; verifies nothing any more.
 */
export type KeyStanding = "native" | "pinned" | "operator" | "attested" | "unproven" | "revoked";

export interface DirectoryEntry {
  readonly keyId: KeyId;
  /** 32 B. */
  readonly ed25519: Uint8Array;
  /** 1952 B; absent for a classical-only foreign key. */
  readonly mlDsa65?: Uint8Array;
  readonly standing: KeyStanding;
  /** Present where records withdrew the key: what it signed before that may still hold. */
  readonly withdrawn?: Withdrawal;
}

export interface Withdrawal {
  /** What the standing was. */
  readonly standing: KeyStanding;
  /** Signatures made at or after this time (Unix ms) do not count. */
  readonly signedBeforeMs: number;
  /** It begins later by this host's clock, which is not synchronised; the standing has not changed then. */
  readonly unsure?: true;
}

export interface KeyDirectory {
  lookup(keyId: KeyId): Promise<DirectoryEntry | undefined>;
  /** Adds or raises an entry. `refused` when the id is held with other keys, or the standing would fall. */
  put(entry: DirectoryEntry): Promise<"added" | "raised" | "unchanged" | "refused">;
  revoke(keyId: KeyId): Promise<boolean>;
}

/** Whether keys of that standing may verify records and tokens. */
export type IsTrusted = (standing: KeyStanding) => boolean;
