/**
 * Who the peers are and where they are reached: those of the configuration, and those that were added
 * while running, which the store's `peers` table remembers. Handed to transports as their address book.
 */
import { type KeyId, utf8Decode, utf8Encode, WaxwingError } from "../base/index.js";
import type { PeerAddressBook, Store, TransportId } from "../contracts/index.js";
import { configSchema } from "./config.js";
import type { PeerInput } from "./types.js";

/** Keys of the `peers` table that hold added peers: this prefix and the key id. */
const prefix = utf8Encode("book/");

/** Checks a peer that came as JSON; throws `config_invalid`. */
export function parsePeer(value: unknown): PeerInput {
  const result = configSchema.shape.peers.unwrap().element.safeParse(value);
  if (!result.success) {
    const problems = result.error.issues
      .map((issue) => `${issue.path.join(".") || "peer"}: ${issue.message}`)
      .join("; ");
    throw new WaxwingError("config_invalid", `peer: ${problems}`);
  }
  return result.data as PeerInput;
}

export class PeerBook implements PeerAddressBook {
  readonly #peers = new Map<KeyId, PeerInput>();
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Peers of the configuration win over remembered ones of the same id. */
  async load(configured: readonly PeerInput[], onBad: (error: unknown) => void): Promise<void> {
    for (let after: Uint8Array | undefined; ; ) {
      const entries = await this.#store.scan({
        table: "peers",
        prefix,
        limit: 256,
        ...(after ? { after } : {}),
      });
      for (const { value } of entries) this.#recall(value, onBad);
      if (entries.length < 256) break;
      after = entries.at(-1)!.key;
    }
    for (const peer of configured) this.remember(peer);
  }

  /** A remembered peer that this version cannot read is told and left out: it must not keep the node from starting. */
  #recall(value: Uint8Array, onBad: (error: unknown) => void): void {
    try {
      this.remember(parsePeer(JSON.parse(utf8Decode(value))));
    } catch (error) {
      onBad(error);
    }
  }

  remember(peer: PeerInput): void {
    this.#peers.set(peer.keyId, peer);
  }

  async add(peer: PeerInput): Promise<void> {
    const key = bookKey(peer.keyId);
    await this.#store.commit([{ op: "put", table: "peers", key, value: utf8Encode(JSON.stringify(peer)) }]);
    this.remember(peer);
  }

  async remove(keyId: KeyId): Promise<boolean> {
    await this.#store.commit([{ op: "delete", table: "peers", key: bookKey(keyId) }]);
    return this.#peers.delete(keyId);
  }

  get(keyId: KeyId): PeerInput | undefined {
    return this.#peers.get(keyId);
  }

  list(): PeerInput[] {
    return [...this.#peers.values()];
  }

  /** Where on a native link the peer is: the other end unless the book says more; undefined: it is not reached by it. */
  linkAddress(peer: KeyId, name: string): string | undefined {
    const link = this.#peers.get(peer)?.links?.find((candidate) => candidate.name === name);
    return link && (link.address ?? "");
  }

  address(peer: KeyId, transport: TransportId): string | undefined {
    return transport === "http" ? this.#peers.get(peer)?.url : undefined;
  }
}

function bookKey(keyId: KeyId): Uint8Array {
  const id = utf8Encode(keyId);
  const key = new Uint8Array(prefix.length + id.length);
  key.set(prefix);
  key.set(id, prefix.length);
  return key;
}
