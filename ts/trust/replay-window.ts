/**
 * The replay window: which (sender, nonce) pairs were accepted, bounded by time and by count.
 *
 * Dropping an entry raises the low-water mark to its `sent_at`, and nothing sent at or before the mark is
 * accepted any more: forgetting can refuse an honest latecomer, never admit a replay. Marks and low-water
 * mark are in the store, so a restart, a crash or a clock that steps back starts from them.
 */
import { concatBytes, uint64BeDecode, uint64BeEncode, utf8Encode } from "../base/bytes.js";
import { isWaxwingError } from "../base/errors.js";
import type { KeyId } from "../base/ids.js";
import { limits } from "../base/limits.js";
import type { Engine } from "../contracts/engine.js";
import type { Store, StoreOperation } from "../contracts/store.js";
import { MarkSet } from "./marks.js";

export interface ReplayWindowOptions {
  readonly engine: Pick<Engine, "sha256">;
  readonly store: Store;
  readonly windowMs?: number;
  readonly entriesMax?: number;
}

export interface ReplayWindow {
  /** Unix ms; what was sent at or before it is refused. -1 when nothing was ever dropped. */
  lowWaterMs(): Promise<number>;
  /** Remembers the nonce durably, together with `effects`; false when it was accepted before or lies below the mark. */
  accept(
    keyId: KeyId,
    nonce: Uint8Array,
    sentAtMs: number,
    nowMs: number,
    effects?: readonly StoreOperation[],
  ): Promise<boolean>;
}

const lowWaterKey = utf8Encode("replay/low-water");
/** Entries dropped with one accepted envelope at most; two a call already shrinks the set. */
const dropsMax = 64;

export function createReplayWindow(options: ReplayWindowOptions): ReplayWindow {
  const { engine, store } = options;
  const { windowMs = limits.replayWindowMs, entriesMax = limits.replayEntriesMax } = options;
  const nonces = new MarkSet(store, "nonce/");
  let lowWater: number | undefined;

  const load = async (): Promise<number> => {
    await nonces.load();
    if (lowWater === undefined) {
      const value = await store.read("meta", lowWaterKey);
      lowWater = Math.max(lowWater ?? -1, value ? Number(uint64BeDecode(value)) : -1);
    }
    return lowWater;
  };
  /** Drops what is too old to be fresh, then the oldest until one more fits; raises the mark over them. */
  const makeRoom = (nowMs: number): StoreOperation[] => {
    const operations: StoreOperation[] = [];
    for (let count = 0; count < dropsMax; count++) {
      const oldest = nonces.oldestMs();
      if (oldest === undefined || (oldest >= nowMs - windowMs && nonces.size < entriesMax)) break;
      const dropped = nonces.dropOldest()!;
      lowWater = Math.max(lowWater ?? -1, dropped.timeMs);
      operations.push(...dropped.operations);
    }
    if (operations.length === 0) return [];
    const value = uint64BeEncode(BigInt(Math.max(0, lowWater ?? 0)));
    return [...operations, { op: "put", table: "meta", key: lowWaterKey, value }];
  };

  return {
    lowWaterMs: load,
    async accept(keyId, nonce, sentAtMs, nowMs, effects = []) {
      const mark = await load();
      const id = engine.sha256(concatBytes(utf8Encode(keyId), Uint8Array.of(0), nonce));
      // Before room is made: a captured envelope that is sent again and again must not push others out.
      if (nonces.has(id) || sentAtMs <= mark) return false;
      const room = makeRoom(nowMs);
      if (sentAtMs <= (lowWater ?? -1)) {
        if (room.length > 0) await store.commit(room);
        return false;
      }
      const operations = [...room, ...nonces.add(id, sentAtMs), ...effects];
      try {
        await store.commit(operations);
        return true;
      } catch (error) {
        nonces.forget(id);
        // The mark was there: another process that shares the store accepted it.
        if (isWaxwingError(error, "batch_conflict")) return false;
        throw error;
      }
    },
  };
}
