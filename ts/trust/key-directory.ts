/**
 * The key directory over the store's `keys` table, with pins from configuration laid over it and a bounded
 * cache in front.
 *
 * ```
 * key    key id, UTF-8
 * value  01 ‖ standing (1) ‖ Ed25519 key (32) ‖ ML-DSA-65 key (1952, or nothing)
 * ```
 * Pins are not stored: a pin that leaves the configuration leaves the directory. What withdraws a key outranks a
 * pin: an operator's word, stored in the entry, and revocation records, whose facts (facts.ts) are read
 * beside it and begin by the clock.
 */
import { concatBytes, equalBytes, utf8Decode, utf8Encode } from "../base/bytes.js";
import { checkBytes, checkString } from "../base/check.js";
import { WaxwingError } from "../base/errors.js";
import { type KeyId, shortId } from "../base/ids.js";
import { limits } from "../base/limits.js";
import type { Engine } from "../contracts/engine.js";
import type { Clock } from "../contracts/host.js";
import type { DirectoryEntry, KeyDirectory, KeyStanding } from "../contracts/key-directory.js";
import type { Store, StoreOperation } from "../contracts/store.js";
import { isNativeKeyId, nativeKeyId } from "../records/native-key-id.js";
import { isKeyId } from "../records/schema.js";
import { decodeFacts, factKey, revocationNames } from "./facts.js";
import type { HeldFact } from "./rules/rule.js";

export interface KeyDirectoryOptions {
  readonly engine: Pick<Engine, "sha256" | "canonicalize">;
  readonly store: Store;
  /** Tells when a revocation begins; without it every one has begun. */
  readonly clock?: Clock;
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
  /** Drops what is cached of these ids, after a commit changed them or showed that somebody else did. */
  forget(keyIds: readonly KeyId[]): void;
  /** Conditions that fail when what `lookup` last knew of the key's revocations holds no longer. */
  revocationChecks(keyId: KeyId): Promise<readonly StoreOperation[]>;
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
  const { engine, store, clock, cacheMax = limits.keyDirectoryCacheMax } = options;
  const pins = readPins(engine, options.pins ?? []);
  const cache = new Map<KeyId, Known>();
  /** Grows with every change, so that a read which one overtook is not kept. */
  let changes = 0;

  const forget = (keyIds: readonly KeyId[]) => {
    changes++;
    for (const keyId of keyIds) cache.delete(keyId);
  };
  const readKnown = async (keyId: KeyId): Promise<Known> => {
    const cached = cache.get(keyId);
    if (cached) {
      cache.delete(keyId);
      cache.set(keyId, cached);
      return cached;
    }
    const before = changes;
    const [value, ...rows] = await Promise.all([
      store.read("keys", utf8Encode(keyId)),
      ...revocationNames.map((name) => store.read("facts", factKey(engine, name, [keyId]))),
    ]);
    const known: Known = {
      stored: value && decodeEntry(keyId, value),
      rows: rows.map((row) => row ?? null),
      revocation: foldRevocations(rows.flatMap((row) => (row ? decodeFacts(row) : []))),
    };
    // Strangers are not kept: their names cost nothing to invent.
    if (before === changes && (known.stored || pins.has(keyId))) {
      cache.set(keyId, known);
      if (cache.size > cacheMax) cache.delete(cache.keys().next().value!);
    }
    return known;
  };
  /** Without what revocation records say. */
  const entryOf = (keyId: KeyId, stored: DirectoryEntry | undefined): DirectoryEntry | undefined => {
    if (stored?.standing === "revoked") return stored;
    const pin = pins.get(keyId);
    return pin === undefined ? stored : withHalf(pin, stored);
  };
  const lookup = async (keyId: KeyId): Promise<DirectoryEntry | undefined> => {
    if (!isKeyId(keyId)) return undefined;
    const { stored, revocation } = await readKnown(keyId);
    const entry = entryOf(keyId, stored);
    return entry && revocation ? withdrawn(entry, revocation, clock) : entry;
  };
  const prepare = async (entry: DirectoryEntry): Promise<DirectoryChange> => {
    checkEntry(entry);
    const { stored } = await readKnown(entry.keyId);
    const known = entryOf(entry.keyId, stored);
    const outcome = decideOutcome(engine, entry, known);
    if (outcome === "refused" || outcome === "unchanged")
      return { outcome, operations: [], committed: () => undefined };
    return {
      outcome,
      // A half that comes to a key raises nothing else; where a pin is what vouches, that goes with the pin.
      operations: writeEntry(
        known && addsHalf(known, entry) ? { ...entry, standing: stored?.standing ?? "unproven" } : entry,
        stored,
      ),
      committed: () => forget([entry.keyId]),
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
        forget([...cache.keys()]);
      }
    }
  };

  return {
    lookup,
    prepare,
    forget,
    async revocationChecks(keyId) {
      const { rows } = await readKnown(keyId);
      return revocationNames.map((name, index) => ({
        op: "check",
        table: "facts",
        key: factKey(engine, name, [keyId]),
        value: rows[index]!,
      }));
    },
    put: (entry) => commit(() => prepare(entry)),
    async revoke(keyId) {
      const outcome = await commit(async () => {
        const { stored } = await readKnown(keyId);
        const known = entryOf(keyId, stored);
        if (!known || known.standing === "revoked")
          return { outcome: "unchanged", operations: [], committed: () => undefined };
        return {
          outcome: "raised",
          operations: writeEntry({ ...known, standing: "revoked" }, stored),
          committed: () => forget([keyId]),
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

/** What is known of one id; `stored` and `rows`, in the order of `revocationNames`, as the store has them. */
interface Known {
  readonly stored: DirectoryEntry | undefined;
  readonly rows: readonly (Uint8Array | null)[];
  readonly revocation: Revocation | undefined;
}

interface Revocation {
  readonly effectiveMs: number;
  readonly signedBeforeMs: number;
}

/** The earliest of each: no revocation can take back another. */
function foldRevocations(facts: readonly HeldFact[]): Revocation | undefined {
  if (facts.length === 0) return undefined;
  return {
    effectiveMs: Math.min(...facts.map(({ numbers }) => numbers[0])),
    signedBeforeMs: Math.min(...facts.map(({ numbers }) => numbers[1])),
  };
}

function withdrawn(
  entry: DirectoryEntry,
  { effectiveMs, signedBeforeMs }: Revocation,
  clock: Clock | undefined,
): DirectoryEntry {
  if (entry.standing === "revoked") return entry;
  const now = clock?.wallClock();
  const withdrawal = { standing: entry.standing, signedBeforeMs };
  if (now === undefined || now.ms >= effectiveMs)
    return { ...entry, standing: "revoked", withdrawn: withdrawal };
  return now.synchronised ? entry : { ...entry, withdrawn: { ...withdrawal, unsure: true } };
}

/** A pin of the Ed25519 key alone takes the half that came later. */
function withHalf(pin: DirectoryEntry, stored: DirectoryEntry | undefined): DirectoryEntry {
  return stored?.mlDsa65 && addsHalf(pin, stored) ? { ...pin, mlDsa65: stored.mlDsa65 } : pin;
}

/** Whether these are the keys that are known and a post-quantum half more. */
export function addsHalf(
  known: Pick<DirectoryEntry, "ed25519" | "mlDsa65">,
  entry: Pick<DirectoryEntry, "ed25519" | "mlDsa65">,
): boolean {
  return (
    known.mlDsa65 === undefined && entry.mlDsa65 !== undefined && equalBytes(known.ed25519, entry.ed25519)
  );
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
  if (addsHalf(known, entry)) return "raised";
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
