/**
 * How a node comes to believe its peers' keys: an operator's word (configuration, `peer add`) or, for native
 * ids, the keys that the peer's own address shows, which prove themselves by hashing to the id.
 */
import { base64Decode, isWaxwingError, type KeyId, WaxwingError } from "../base/index.js";
import type { DirectoryEntry, Engine, Host, TimerHandle } from "../contracts/index.js";
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

/** Peers whose keys are not known yet are asked again after this time. */
const askAgainMs = 5000;

export interface PeerKeysParts {
  readonly engine: Engine;
  readonly host: Pick<Host, "http" | "timers">;
  readonly directory: StoreKeyDirectory;
  readonly authorities: string | undefined;
  /** The keys of this peer are believed from now on. */
  onLearnt(keyId: KeyId): Promise<unknown>;
  /** The peer's address shows keys that are not its own; it is not asked again. */
  onImpostor(error: unknown): void;
}

export class PeerKeys {
  readonly #parts: PeerKeysParts;
  /** Peers that are being asked, and the timer of the next attempt between two. */
  readonly #asking = new Map<KeyId, { peer: PeerInput; timer: TimerHandle | undefined }>();
  #closed = false;

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

  /** From what came with the peer, else from its address, again and again until it answers. */
  async learnOrAsk(peer: PeerInput): Promise<void> {
    if (await this.learn(peer)) {
      this.forget(peer.keyId);
      await this.#parts.onLearnt(peer.keyId);
    } else if (peer.url !== undefined && isNativeKeyId(peer.keyId)) {
      this.forget(peer.keyId);
      this.#asking.set(peer.keyId, { peer, timer: undefined });
      void this.#askUntilAnswered(peer);
    }
  }

  /** No longer asks this peer. */
  forget(keyId: KeyId): void {
    this.#asking.get(keyId)?.timer?.cancel();
    this.#asking.delete(keyId);
  }

  close(): void {
    this.#closed = true;
    for (const keyId of [...this.#asking.keys()]) this.forget(keyId);
  }

  async #askUntilAnswered(peer: PeerInput): Promise<void> {
    let learnt: boolean;
    try {
      learnt = await this.#ask(peer);
    } catch (error) {
      this.forget(peer.keyId);
      this.#parts.onImpostor(error);
      return;
    }
    const asking = this.#asking.get(peer.keyId);
    if (this.#closed || asking?.peer !== peer) return;
    if (learnt) {
      this.forget(peer.keyId);
      await this.#parts.onLearnt(peer.keyId);
    } else asking.timer = this.#parts.host.timers.after(askAgainMs, () => void this.#askUntilAnswered(peer));
  }

  /** Asks a native peer's address for its keys; false when it does not answer, or not with a card, now. */
  async #ask(peer: PeerInput): Promise<boolean> {
    try {
      return await this.learn(
        await fetchCardWith(this.#parts.host, peer.url!, peer.keyId, this.#parts.authorities),
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
