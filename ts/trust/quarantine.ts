/**
 * Quarantine: bootstrap records that cannot be believed yet, because their key id is foreign and unpinned or
 * because the peer that sent them is not proven. Bounded by count and by bytes, oldest dropped; nothing reads
 * it but release, so nothing is derived from it.
 *
 * ```
 * key    order of arrival (u64 BE)
 * value  kind length (1) ‖ kind ‖ key-id length (u16 BE) ‖ key id ‖ record bytes
 * ```
 */
import {
  concatBytes,
  hexEncode,
  uint64BeDecode,
  uint64BeEncode,
  utf8Decode,
  utf8Encode,
} from "../base/bytes.js";
import type { KeyId, KindToken } from "../base/ids.js";
import { limits } from "../base/limits.js";
import type { Engine } from "../contracts/engine.js";
import type { Store, StoreOperation } from "../contracts/store.js";

export interface QuarantinedRecord {
  readonly kind: KindToken;
  /** The key whose standing would release it. */
  readonly keyId: KeyId;
  readonly bytes: Uint8Array;
}

export interface QuarantineOptions {
  readonly engine: Pick<Engine, "sha256">;
  readonly store: Store;
  readonly recordsMax?: number;
  readonly bytesMax?: number;
}

interface Held {
  readonly order: number;
  readonly name: string;
  readonly keyId: KeyId;
  readonly bytes: number;
}

const pageMax = 256;

export class Quarantine {
  readonly #options: QuarantineOptions;
  /** By content hash, oldest first. */
  readonly #held = new Map<string, Held>();
  #bytes = 0;
  #nextOrder = 1;
  #loading: Promise<void> | undefined;

  constructor(options: QuarantineOptions) {
    this.#options = options;
  }

  get size(): { records: number; bytes: number } {
    return { records: this.#held.size, bytes: this.#bytes };
  }

  /** Once; a failed read is tried again by the next call. */
  load(): Promise<void> {
    this.#loading ??= this.#read().catch((error: unknown) => {
      this.#loading = undefined;
      throw error;
    });
    return this.#loading;
  }

  /** Keeps the record, dropping the oldest to make room; false when it alone is larger than the quarantine. */
  async add(record: QuarantinedRecord): Promise<boolean> {
    await this.load();
    const { recordsMax = limits.quarantineRecordsMax, bytesMax = limits.quarantineBytesMax } = this.#options;
    if (record.bytes.length > bytesMax || recordsMax < 1) return false;
    const name = this.#nameOf(record.bytes);
    if (this.#held.has(name)) return true;
    const operations: StoreOperation[] = [];
    while (this.#held.size >= recordsMax || this.#bytes + record.bytes.length > bytesMax) {
      const oldest = this.#held.values().next().value!;
      operations.push(this.#drop(oldest));
    }
    const held = { order: this.#nextOrder++, name, keyId: record.keyId, bytes: record.bytes.length };
    this.#keep(held);
    const put = { op: "put", table: "quarantine", key: orderKey(held), value: encode(record) } as const;
    await this.#options.store.commit([...operations, put]);
    return true;
  }

  /** What waits for that key, oldest first; it stays until `remove`. */
  async waitingFor(keyId: KeyId): Promise<QuarantinedRecord[]> {
    await this.load();
    const records: QuarantinedRecord[] = [];
    for (const held of this.#held.values()) {
      if (held.keyId !== keyId) continue;
      const value = await this.#options.store.read("quarantine", orderKey(held));
      if (value) records.push(decode(value));
    }
    return records;
  }

  async remove(records: readonly QuarantinedRecord[]): Promise<void> {
    const operations: StoreOperation[] = [];
    for (const record of records) {
      const held = this.#held.get(this.#nameOf(record.bytes));
      if (held) operations.push(this.#drop(held));
    }
    if (operations.length > 0) await this.#options.store.commit(operations);
  }

  async #read(): Promise<void> {
    const prefix = new Uint8Array(0);
    for (let after: Uint8Array | undefined; ; ) {
      const page = await this.#options.store.scan({
        table: "quarantine",
        prefix,
        ...(after ? { after } : {}),
        limit: pageMax,
      });
      for (const { key, value } of page) {
        const { keyId, bytes } = decode(value);
        const order = Number(uint64BeDecode(key));
        this.#keep({ order, name: this.#nameOf(bytes), keyId, bytes: bytes.length });
        this.#nextOrder = order + 1;
      }
      if (page.length < pageMax) return;
      after = page.at(-1)!.key;
    }
  }

  #nameOf(bytes: Uint8Array): string {
    return hexEncode(this.#options.engine.sha256(bytes));
  }

  #keep(held: Held): void {
    this.#held.set(held.name, held);
    this.#bytes += held.bytes;
  }

  #drop(held: Held): StoreOperation {
    this.#held.delete(held.name);
    this.#bytes -= held.bytes;
    return { op: "delete", table: "quarantine", key: orderKey(held) };
  }
}

function orderKey(held: Pick<Held, "order">): Uint8Array {
  return uint64BeEncode(BigInt(held.order));
}

function encode({ kind, keyId, bytes }: QuarantinedRecord): Uint8Array {
  const kindText = utf8Encode(kind);
  const keyText = utf8Encode(keyId);
  return concatBytes(
    Uint8Array.of(kindText.length),
    kindText,
    Uint8Array.of(keyText.length >> 8, keyText.length & 0xff),
    keyText,
    bytes,
  );
}

function decode(value: Uint8Array): QuarantinedRecord {
  const keyStart = 1 + value[0]! + 2;
  const keyLength = (value[keyStart - 2]! << 8) | value[keyStart - 1]!;
  return {
    kind: utf8Decode(value.subarray(1, keyStart - 2)),
    keyId: utf8Decode(value.subarray(keyStart, keyStart + keyLength)),
    bytes: value.slice(keyStart + keyLength),
  };
}
