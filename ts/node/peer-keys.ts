/**
 * How a node comes to believe its peers' keys: an operator's word (configuration, `peer add`) or, for native
 * ids, the keys that the peer's own address shows, which prove themselves by hashing to the id.
 */
import { base64Decode, isWaxwingError, type KeyId, WaxwingError } from "../base/index.js";
import type { DirectoryEntry, Engine, Host } from "../contracts/index.js";
import { isNativeKeyId } from "../records/index.js";
import { isTrusted, type StoreKeyDirectory } from "../trust/index.js";
import { fetchCardWith } from "./card.js";
import type { Config } from "./config.js";
import type { PeerInput } from "./types.js";

interface PublicKeysText {
  readonly ed25519: string;
  readonly mlDsa65?: string | undefined;
}

/** Ids and keys that the configuration binds: `trust.pins`, and peers that come with their keys. */
export function pinsOf(config: Config): Omit<DirectoryEntry, "standing">[] {
  const peers = config.peers.flatMap(({ keyId, publicKeys }) =>
    publicKeys ? [{ keyId, ...decodeKeys(keyId, publicKeys) }] : [],
  );
  return [
    ...config.trust.pins.map(({ keyId, ...keys }) => ({ keyId, ...decodeKeys(keyId, keys) })),
    ...peers,
  ];
}

export interface PeerKeysParts {
  readonly engine: Engine;
  readonly host: Pick<Host, "http">;
  readonly directory: StoreKeyDirectory;
  readonly authorities: string | undefined;
}

export class PeerKeys {
  readonly #parts: PeerKeysParts;

  constructor(parts: PeerKeysParts) {
    this.#parts = parts;
  }

  async isTrusted(keyId: KeyId): Promise<boolean> {
    const entry = await this.#parts.directory.lookup(keyId);
    return entry !== undefined && isTrusted(entry.standing);
  }

  /**
   * Puts the keys that came with a peer into the directory. False when they did not come and are not known: a
   * native id can then be asked at its address (`ask`). Throws `key_id_mismatch` when they contradict what is known.
   */
  async learn({ keyId, publicKeys }: PeerInput): Promise<boolean> {
    if (publicKeys === undefined) return this.isTrusted(keyId);
    const standing = isNativeKeyId(keyId) ? "native" : "operator";
    const outcome = await this.#parts.directory.put({ keyId, ...decodeKeys(keyId, publicKeys), standing });
    if (outcome === "refused" && !(await this.isTrusted(keyId))) {
      throw new WaxwingError("key_id_mismatch", `peer ${keyId}: these keys do not belong to the id`);
    }
    return true;
  }

  /** Asks a native peer's address for its keys; false when it does not answer now. */
  async ask(peer: PeerInput): Promise<boolean> {
    if (peer.url === undefined || !isNativeKeyId(peer.keyId)) return false;
    try {
      return await this.learn(
        await fetchCardWith(this.#parts.host, peer.url, peer.keyId, this.#parts.authorities),
      );
    } catch (error) {
      if (isWaxwingError(error) && error.scope === "session") return false;
      throw error;
    }
  }
}

function decodeKeys(
  keyId: KeyId,
  { ed25519, mlDsa65 }: PublicKeysText,
): Pick<DirectoryEntry, "ed25519" | "mlDsa65"> {
  try {
    const keys = {
      ed25519: base64Decode(ed25519),
      ...(mlDsa65 === undefined ? {} : { mlDsa65: base64Decode(mlDsa65) }),
    };
    if (keys.ed25519.length === 32 && (keys.mlDsa65 === undefined || keys.mlDsa65.length === 1952))
      return keys;
  } catch {
    // Falls through to the one message.
  }
  throw new WaxwingError(
    "config_invalid",
    `keys of ${keyId}: expected base64 of 32 (ed25519) and 1952 (mlDsa65) bytes`,
  );
}
