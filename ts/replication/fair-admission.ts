/**
 * Admission in turn: what peers send is verified and stored in pieces, and the next piece is taken from the
 * peer that has cost the least so far. A peer that floods, with valid records or with forged ones, gets its
 * share and delays the others by a piece or two.
 *
 * Cost is what a record takes here, not what it was worth: a hybrid signature that fails costs as much as one
 * that holds, and a record that is held already costs its hash. It is charged in advance and corrected when the
 * verdicts are there. A peer that comes back from a pause begins where the busy ones are, so that nobody saves
 * up a burst (start-time fair queueing).
 */
import type { KeyId, KindToken } from "../base/ids.js";
import { limits } from "../base/limits.js";
import type { Admission, AdmitContext, AdmitVerdict } from "../contracts/record.js";

/** In units of a record that is held: hybrid verification takes some 280 µs, a hash and a look-up some 15. */
const newRecordCost = 16;
/** Parsing and writing are a unit for each 4 KiB. */
const bytesPerUnit = 4096;

/** Strangers are one source, whoever they say they are. */
const strangers = "";

interface Source {
  /** What it has cost, on a clock that all sources share. */
  cost: number;
  running: number;
  readonly waiting: Piece[];
}

interface Piece {
  readonly start: () => void;
}

export class FairAdmission implements Admission {
  readonly #admission: Admission;
  readonly #sources = new Map<KeyId, Source>();
  #running = 0;
  /** The cost of the source that was served last: where a newcomer begins. */
  #now = 0;

  constructor(admission: Admission) {
    this.#admission = admission;
  }

  /** Pieces at work, and waiting. */
  get load(): { readonly running: number; readonly waiting: number; readonly sources: number } {
    let waiting = 0;
    for (const source of this.#sources.values()) waiting += source.waiting.length;
    return { running: this.#running, waiting, sources: this.#sources.size };
  }

  async admit(
    kind: KindToken | undefined,
    records: readonly Uint8Array[],
    context: AdmitContext,
  ): Promise<AdmitVerdict[]> {
    const name = context.unprovenPeer ? strangers : (context.peerKeyId ?? strangers);
    const verdicts: AdmitVerdict[] = [];
    // One piece after the other: keys that stand first are there for what follows.
    for (const piece of piecesOf(records))
      verdicts.push(...(await this.#admitPiece(name, kind, piece, context)));
    return verdicts;
  }

  async #admitPiece(
    name: KeyId,
    kind: KindToken | undefined,
    records: readonly Uint8Array[],
    context: AdmitContext,
  ): Promise<AdmitVerdict[]> {
    const source = await this.#turn(name, context.signal);
    const bytes = records.reduce((sum, record) => sum + record.length, 0) / bytesPerUnit;
    source.cost += bytes + records.length * newRecordCost;
    try {
      const verdicts = await this.#admission.admit(kind, records, context);
      const held = verdicts.filter(({ status }) => status === "duplicate").length;
      source.cost -= held * (newRecordCost - 1);
      return verdicts;
    } finally {
      source.running--;
      this.#running--;
      this.#forgetIdle(name, source);
      this.#startNext();
    }
  }

  /** Resolves when the source may run a piece; rejects when the caller gives up. */
  #turn(name: KeyId, signal: AbortSignal | undefined): Promise<Source> {
    const source = this.#sources.get(name) ?? { cost: this.#now, running: 0, waiting: [] };
    if (source.running === 0 && source.waiting.length === 0) source.cost = Math.max(source.cost, this.#now);
    this.#sources.set(name, source);
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        source.waiting.splice(source.waiting.indexOf(piece), 1);
        this.#forgetIdle(name, source);
        reject(signal?.reason);
      };
      const piece: Piece = {
        start: () => {
          signal?.removeEventListener("abort", onAbort);
          source.running++;
          this.#running++;
          this.#now = Math.max(this.#now, source.cost);
          resolve(source);
        },
      };
      if (signal?.aborted) {
        this.#forgetIdle(name, source);
        reject(signal.reason);
        return;
      }
      signal?.addEventListener("abort", onAbort, { once: true });
      source.waiting.push(piece);
      this.#startNext();
    });
  }

  #startNext(): void {
    while (this.#running < limits.admissionPiecesMax) {
      let next: Source | undefined;
      for (const source of this.#sources.values()) {
        if (source.waiting.length === 0 || source.running >= limits.admissionPiecesPerPeerMax) continue;
        if (next === undefined || source.cost < next.cost) next = source;
      }
      const piece = next?.waiting.shift();
      if (!piece) return;
      piece.start();
    }
  }

  /** What an idle source has cost is remembered by the clock alone, as far as it still matters. */
  #forgetIdle(name: KeyId, source: Source): void {
    if (source.running > 0 || source.waiting.length > 0) return;
    if (source.cost <= this.#now || this.#sources.size > limits.peersMax) this.#sources.delete(name);
  }
}

/** No larger than admission takes in one go anyway. */
function* piecesOf(records: readonly Uint8Array[]): Generator<readonly Uint8Array[]> {
  let start = 0;
  let bytes = 0;
  for (const [index, record] of records.entries()) {
    const full =
      index - start >= limits.admitChunkRecordsMax || bytes + record.length > limits.admissionPieceBytesMax;
    if (full && index > start) {
      yield records.slice(start, index);
      start = index;
      bytes = 0;
    }
    bytes += record.length;
  }
  if (start < records.length) yield records.slice(start);
}
