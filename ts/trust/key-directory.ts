/**
 * The key directory over the store's `keys` table, with pins from configuration laid over it and a bounded
 * cache in front.
 *
 * ```
 * key    key id, UTF-8
 * value  01 ‖ standing (1) ‖ Ed25519 key (32) ‖ ML-DSA-65 key (1952, or nothing)
 * ```
 * Pins are not stored: a pin that leaves the configuration leaves the directory. A revocation is stored and
 * outranks a pin.
 */
import { concatBytes, equalBytes, utf8Decode, utf8Encode } from "../base/bytes.js";
import { checkBytes, checkString } from "../base/check.js";
import { WaxwingError } from "../base/errors.js";
import { type KeyId, shortId } from "../base/ids.js";
import { limits } from "../base/limits.js";
import type { Engine } from "../contracts/engine.js";
import type { DirectoryEntry, KeyDirectory, KeyStanding } from "../contracts/key-directory.js";
import type { Store, StoreOperation } from "../contracts/store.js";
import { isNativeKeyId, nativeKeyId } from "../records/native-key-id.js";
import { isKeyId } from "../records/schema.js";

export interface KeyDirectoryOptions {
  readonly engine: Pick<Engine, "sha256">;
  readonly store: Store;
  /** Ids and keys that the operator's configuration binds. */
  readonly pins?: readonly Omit<DirectoryEntry, "standing">[];
  readonly cacheMax?: number;
}

export type PutOutcome = Awaited<ReturnType<KeyDirectory["put"]>>;

/** A change that is committed together with the record that causes it. */
export interface DirectoryChange {
  readonly outcome: PutOutcome;
  readonly operations: readonly StoreOperation[];
  /** To be called once the operations are committed. */
  readonly committed: () => void;
}

export interface StoreKeyDirectory extends KeyDirectory {
  /** What `put` would do. The operations fail with `batch_conflict` when the entry changed meanwhile. */
  prepare(entry: DirectoryEntry): Promise<DirectoryChange>;
  /** Drops what is cached of these ids, after a commit showed that somebody else changed them. */
  forget(keyIds: readonly KeyId[]): void;
  /** Entries of the store in order of key id; pins are not among them. */
  list(page: { readonly after?: KeyId; readonly limit: number }): Promise<DirectoryEntry[]>;
}

/** How much is believed; an entry only rises. A native id needs nobody's word, so nothing outranks it. */
const rank: Record<Exclude<KeyStanding, "revoked">, number> = {
  unproven: 0,
  attested: 1,
  operator: 2,
  pinned: 3,
  native: 4,
};
const standings: readonly KeyStanding[] = ["unproven", "attested", "operator", "pinned", "native", "revoked"];
const formatVersion = 1;
const attemptsMax = 4;

/** Throws `config_invalid` when a pin contradicts its own native id. */
export function createKeyDirectory(options: KeyDirectoryOptions): StoreKeyDirectory {
  const { engine, store, cacheMax = limits.keyDirectoryCacheMax } = options;
  const pins = readPins(engine, options.pins ?? []);
  const cache = new Map<KeyId, DirectoryEntry>();

  const remember = (entry: DirectoryEntry) => {
    cache.delete(entry.keyId);
    cache.set(entry.keyId, entry);
    if (cache.size > cacheMax) cache.delete(cache.keys().next().value!);
  };
  const readStored = async (keyId: KeyId): Promise<DirectoryEntry | undefined> => {
    const cached = cache.get(keyId);
    if (cached) {
      remember(cached);
      return cached;
    }
    const value = await store.read("keys", utf8Encode(keyId));
    // A commit that finished during the read has put something newer there.
    const newer = cache.get(keyId);
    if (newer) return newer;
    if (!value) return undefined;
    const entry = decodeEntry(keyId, value);
    remember(entry);
    return entry;
  };
  const lookup = async (keyId: KeyId): Promise<DirectoryEntry | undefined> => {
    if (!isKeyId(keyId)) return undefined;
    const stored = await readStored(keyId);
    return stored?.standing === "revoked" ? stored : (pins.get(keyId) ?? stored);
  };
  const prepare = async (entry: DirectoryEntry): Promise<DirectoryChange> => {
    checkEntry(entry);
    const known = await lookup(entry.keyId);
    const outcome = decideOutcome(engine, entry, known);
    if (outcome === "refused" || outcome === "unchanged")
      return { outcome, operations: [], committed: () => undefined };
    const stored = await readStored(entry.keyId);
    return {
      outcome,
      operations: writeEntry(entry, stored),
      committed: () => remember(entry),
    };
  };
  /** Somebody else may write between reading and committing: then it is decided again. */
  const commit = async (change: () => Promise<DirectoryChange>): Promise<PutOutcome> => {
    for (let attempt = 1; ; attempt++) {
      const { outcome, operations, committed } = await change();
      if (operations.length === 0) return outcome;
      try {
        await store.commit(operations);
        committed();
        return outcome;
      } catch (error) {
        const lostRace = error instanceof WaxwingError && error.code === "batch_conflict";
        if (!lostRace || attempt === attemptsMax) throw error;
        cache.clear();
      }
    }
  };

  return {
    lookup,
    prepare,
    forget(keyIds) {
      for (const keyId of keyIds) cache.delete(keyId);
    },
    put: (entry) => commit(() => prepare(entry)),
    async revoke(keyId) {
      const outcome = await commit(async () => {
        const known = await lookup(keyId);
        if (!known || known.standing === "revoked")
          return { outcome: "unchanged", operations: [], committed: () => undefined };
        const revoked: DirectoryEntry = { ...known, standing: "revoked" };
        return {
          outcome: "raised",
          operations: writeEntry(revoked, await readStored(keyId)),
          committed: () => remember(revoked),
        };
      });
      return outcome === "raised";
    },
    async list({ after, limit }) {
      const entries = await store.scan({
        table: "keys",
        prefix: new Uint8Array(0),
        ...(after === undefined ? {} : { after: utf8Encode(after) }),
        limit,
      });
      return entries.map(({ key, value }) => decodeEntry(utf8Decode(key), value));
    },
  };
}

export function sameKeys(
  a: Pick<DirectoryEntry, "ed25519" | "mlDsa65">,
  b: Pick<DirectoryEntry, "ed25519" | "mlDsa65">,
): boolean {
  if (!equalBytes(a.ed25519, b.ed25519)) return false;
  return a.mlDsa65 && b.mlDsa65 ? equalBytes(a.mlDsa65, b.mlDsa65) : a.mlDsa65 === b.mlDsa65;
}

/** Whether a native id is the hash of these keys; always true of foreign ids. */
export function fitsKeyId(
  engine: Pick<Engine, "sha256">,
  keyId: KeyId,
  { ed25519, mlDsa65 }: Pick<DirectoryEntry, "ed25519" | "mlDsa65">,
): boolean {
  if (!isNativeKeyId(keyId)) return true;
  return mlDsa65 !== undefined && nativeKeyId(engine, { ed25519, mlDsa65 }) === keyId;
}

function decideOutcome(
  engine: Pick<Engine, "sha256">,
  entry: DirectoryEntry,
  known: DirectoryEntry | undefined,
): PutOutcome {
  // Withdrawing goes through `revoke`, and nothing raises a withdrawn key again.
  if (entry.standing === "revoked" || known?.standing === "revoked") return "refused";
  if (!fitsKeyId(engine, entry.keyId, entry)) return "refused";
  if (entry.standing === "native" && !isNativeKeyId(entry.keyId)) return "refused";
  if (!known) return "added";
  if (!sameKeys(known, entry)) return "refused";
  const difference = rank[entry.standing] - rank[known.standing];
  if (difference === 0) return "unchanged";
  return difference > 0 ? "raised" : "refused";
}

function writeEntry(entry: DirectoryEntry, stored: DirectoryEntry | undefined): StoreOperation[] {
  const key = utf8Encode(entry.keyId);
  return [
    { op: "check", table: "keys", key, value: stored ? encodeEntry(stored) : null },
    { op: "put", table: "keys", key, value: encodeEntry(entry) },
  ];
}

function encodeEntry(entry: DirectoryEntry): Uint8Array {
  const head = Uint8Array.of(formatVersion, standings.indexOf(entry.standing));
  return concatBytes(head, entry.ed25519, entry.mlDsa65 ?? new Uint8Array(0));
}

function decodeEntry(keyId: KeyId, value: Uint8Array): DirectoryEntry {
  const standing = standings[value[1] ?? -1];
  if (value[0] !== formatVersion || !standing || (value.length !== 34 && value.length !== 34 + 1952))
    throw new WaxwingError(
      "store_corrupt",
      `key directory: the entry of ${shortId(keyId)} does not read back`,
    );
  const keys = { keyId, ed25519: value.slice(2, 34), standing };
  return value.length === 34 ? keys : { ...keys, mlDsa65: value.slice(34) };
}

function checkEntry(entry: DirectoryEntry): void {
  checkString(entry.keyId, "key id");
  if (!isKeyId(entry.keyId)) throw new RangeError(`key id: expected 1 to ${limits.keyIdBytesMax} bytes`);
  checkBytes(entry.ed25519, "ed25519 public key", 32);
  if (entry.mlDsa65 !== undefined) checkBytes(entry.mlDsa65, "ml-dsa-65 public key", 1952);
}

function readPins(
  engine: Pick<Engine, "sha256">,
  pins: readonly Omit<DirectoryEntry, "standing">[],
): Map<KeyId, DirectoryEntry> {
  const byId = new Map<KeyId, DirectoryEntry>();
  for (const pin of pins) {
    const entry: DirectoryEntry = { ...pin, standing: "pinned" };
    checkEntry(entry);
    const other = byId.get(pin.keyId);
    if (!fitsKeyId(engine, pin.keyId, pin) || (other && !sameKeys(other, entry)))
      throw new WaxwingError("config_invalid", `pin: ${pin.keyId} does not stand for these keys`);
    byId.set(pin.keyId, entry);
  }
  return byId;
}
