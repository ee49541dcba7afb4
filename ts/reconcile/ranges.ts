/**
 * Range reconciliation: negentropy protocol v1 over an id set, every id with timestamp 0, so that a stock peer whose
 * records have that timestamp answers it. Source: docs/negentropy-protocol-v1.md of hoytech/negentropy.
 *
 * ```
 * Message := 0x61 Range*          Range := Bound mode payload          Bound := timestamp length idPrefix
 * mode 0 skip    1 fingerprint, 16 bytes    2 ids: count, 32 bytes each
 * ```
 * A range that both sides have alike is skipped; one that differs is parted in 16, or listed where it is small. The
 * responder keeps nothing between messages. A message that would be too long ends with one fingerprint for all
 * that is left, which the other side parts again: so any set goes through frames of any size.
 *
 * Sums of ids can be forged by whoever chooses ids: that ranges find nothing more is no proof of equality.
 */
import { compareBytes, concatBytes, equalBytes } from "../base/bytes.js";
import { WaxwingError } from "../base/errors.js";
import { limits } from "../base/limits.js";
import type { SetDifference } from "../contracts/engine.js";
import type { IdSet } from "../contracts/id-set.js";
import { ascend, compareRange } from "./compare.js";
import { encodeVarint, malformed, Reader, Writer } from "./varint.js";

export interface RangeOptions {
  /** Bytes in one message; `limits.rangeMessageBytes` by default. */
  readonly bytesMax?: number;
  /** Differing ids that one answer may tell; `limits.reconcileIdsMax` by default. */
  readonly idsMax?: number;
}

/** What the initiator learns from an answer. */
export interface RangeStep extends SetDifference {
  /** To be sent; absent when there is nothing more to ask, or `idsMax` was met. */
  readonly reply?: Uint8Array;
  /** Not all that the answer says is here: `idsMax` was met. */
  readonly isCut: boolean;
}

const version = 0x61;
const mode = { skip: 0, fingerprint: 1, ids: 2 } as const;
const idBytes = 32;
/** A range is parted in this many, and listed when it holds fewer than twice as many ids, as the published ones do. */
const parts = 16;
/** What may still have to be written when a message is full: a skip, and a fingerprint of all that is left. */
const endBytes = 64;
/** A list of this many ids at least is worth a range of its own. */
const listIdsMin = 8;

/** The upper end of all ranges. */
const infinity = "infinity";
/** An id, or its beginning with zeros behind. */
type Bound = Uint8Array | typeof infinity;

/** The first message of the initiator. */
export function openRanges(set: IdSet): Uint8Array {
  const output = new Output(set, Number.POSITIVE_INFINITY);
  output.part(0, set.size, infinity);
  return output.bytes();
}

/** The answer of the responder. A message of another version gets the one byte that names ours. */
export function answerRanges(set: IdSet, message: Uint8Array, options: RangeOptions = {}): Uint8Array {
  if (message.length > 0 && message[0] !== version) return Uint8Array.of(version);
  const output = new Output(set, bytesMaxOf(options));
  for (const range of rangesOf(set, message)) {
    const { lower, upper, bound } = range;
    if (range.mode === mode.fingerprint && !equalBytes(range.fingerprint, set.fingerprint(lower, upper)))
      output.part(lower, upper, bound);
    else if (range.mode === mode.ids) output.list(lower, upper, bound);
    else output.skip(upper, bound);
    if (output.isFull) break;
  }
  return output.bytes();
}

/** What an answer says, and how the initiator goes on. */
export function readRanges(set: IdSet, message: Uint8Array, options: RangeOptions = {}): RangeStep {
  if (message.length === 1 && message[0] !== version)
    throw new WaxwingError("reconcile_version", `reconcile: the peer speaks version ${message[0]! - 0x60}`);
  const output = new Output(set, bytesMaxOf(options));
  const missing: Uint8Array[] = [];
  const extra: Uint8Array[] = [];
  let room = options.idsMax ?? limits.reconcileIdsMax;
  for (const range of rangesOf(set, message)) {
    const { lower, upper, bound } = range;
    // What no longer fits is asked for again, so it must not be counted now.
    if (output.isFull || room === 0) break;
    if (range.mode === mode.fingerprint && !equalBytes(range.fingerprint, set.fingerprint(lower, upper)))
      output.part(lower, upper, bound);
    else {
      if (range.mode === mode.ids) {
        const found = compareRange(set, lower, upper, range.ids, room);
        missing.push(found.missing);
        extra.push(found.extra);
        room -= (found.missing.length + found.extra.length) / idBytes;
      }
      output.skip(upper, bound);
    }
  }
  const found = { missing: concatBytes(...missing), extra: concatBytes(...extra), isCut: room === 0 };
  return output.isEmpty || found.isCut ? found : { ...found, reply: output.bytes() };
}

function bytesMaxOf({ bytesMax = limits.rangeMessageBytes }: RangeOptions): number {
  if (!Number.isSafeInteger(bytesMax) || bytesMax < limits.rangeMessageBytesMin)
    throw new RangeError(`bytesMax: expected ${limits.rangeMessageBytesMin} at least, got ${bytesMax}`);
  return bytesMax;
}

type Range = { readonly lower: number; readonly upper: number; readonly bound: Bound } & (
  | { readonly mode: typeof mode.skip }
  | { readonly mode: typeof mode.fingerprint; readonly fingerprint: Uint8Array }
  | { readonly mode: typeof mode.ids; readonly ids: Uint8Array }
);

/** The ranges of a message, with the positions that they stand for in this set. */
function* rangesOf(set: IdSet, message: Uint8Array): Generator<Range> {
  const reader = new Reader(message);
  if (reader.byte() !== version) throw malformed("another version in the middle of a session");
  let lower = 0;
  let below: Bound = new Uint8Array(idBytes);
  while (!reader.isAtEnd) {
    if (below === infinity) throw malformed("a range behind the last");
    const bound = decodeBound(reader);
    if (bound !== infinity && compareBytes(bound, below) < 0) throw malformed("ranges out of order");
    const upper = bound === infinity ? set.size : set.lowerBound(bound);
    const place = { lower, upper, bound };
    switch (reader.varint()) {
      case mode.skip:
        yield { ...place, mode: mode.skip };
        break;
      case mode.fingerprint:
        yield { ...place, mode: mode.fingerprint, fingerprint: reader.take(16) };
        break;
      case mode.ids: {
        const count = reader.varint();
        if (count > message.length / idBytes) throw malformed("a message that ends too soon");
        const ids = reader.take(count * idBytes);
        if (!ascend(ids, { id: below, inclusive: true }, bound === infinity ? undefined : bound))
          throw malformed("ids that are not ascending in their range");
        yield { ...place, mode: mode.ids, ids };
        break;
      }
      default:
        throw malformed("a range of unknown mode");
    }
    lower = upper;
    below = bound;
  }
}

function decodeBound(reader: Reader): Bound {
  const timestamp = reader.varint();
  const length = reader.varint();
  if (length > idBytes) throw malformed("a bound longer than an id");
  const prefix = reader.take(length);
  // 0 is infinity, and other values count from the timestamp before, plus one; ours are all zero.
  if (timestamp > 1) throw malformed("a timestamp that is not zero");
  if (timestamp === 0) return infinity;
  const bound = new Uint8Array(idBytes);
  bound.set(prefix);
  return bound;
}

/** The message that is being written: adjacent ranges, skips joined, never longer than allowed. */
class Output {
  readonly #set: IdSet;
  readonly #bytesMax: number;
  readonly #writer = new Writer();
  /** How far ranges are written, as a position. */
  #written = 0;
  /** A skip that is written when something follows it. */
  #skipped: { readonly upper: number; readonly bound: Bound } | undefined;
  isFull = false;

  constructor(set: IdSet, bytesMax: number) {
    this.#set = set;
    this.#bytesMax = bytesMax;
    this.#writer.write([version]);
  }

  get isEmpty(): boolean {
    return this.#writer.length === 1;
  }

  skip(upper: number, bound: Bound): void {
    this.#skipped = { upper, bound };
  }

  /** A range that differs: 16 fingerprints, or its ids where they are few. */
  part(lower: number, upper: number, bound: Bound): void {
    const count = upper - lower;
    if (count < 2 * parts) {
      this.list(lower, upper, bound);
      return;
    }
    // As the published implementations part: the first ones are larger by one where it does not come out even.
    const cut = (i: number) => lower + i * Math.floor(count / parts) + Math.min(i, count % parts);
    for (let i = 0; i < parts; i++) {
      const [from, to] = [cut(i), cut(i + 1)];
      const end = i === parts - 1 ? bound : this.#boundAt(to);
      if (!this.#fits(endBytes)) {
        this.#end();
        return;
      }
      this.#flush();
      this.#range(to, end, mode.fingerprint, this.#set.fingerprint(from, to));
    }
  }

  /** The ids of a range, as many as fit. */
  list(lower: number, upper: number, bound: Bound): void {
    const room = Math.floor((this.#bytesMax - this.#writer.length - 2 * endBytes) / idBytes);
    if (room < Math.min(upper - lower, listIdsMin)) {
      this.#end();
      return;
    }
    this.#flush();
    const to = Math.min(upper, lower + room);
    const end = to === upper ? bound : this.#boundAt(to);
    this.#range(to, end, mode.ids, encodeVarint(to - lower), this.#set.ids(lower, to));
    if (to < upper) this.#end();
  }

  bytes(): Uint8Array {
    return this.#writer.bytes();
  }

  #fits(bytes: number): boolean {
    return this.#writer.length + bytes + endBytes <= this.#bytesMax;
  }

  #flush(): void {
    const skipped = this.#skipped;
    if (skipped === undefined) return;
    this.#skipped = undefined;
    this.#range(skipped.upper, skipped.bound, mode.skip);
  }

  /** One fingerprint for all that is not written. */
  #end(): void {
    this.#flush();
    this.isFull = true;
    this.#range(
      this.#set.size,
      infinity,
      mode.fingerprint,
      this.#set.fingerprint(this.#written, this.#set.size),
    );
  }

  #range(upper: number, bound: Bound, kind: number, ...payload: (Uint8Array | number[])[]): void {
    this.#writer.write(encodeBound(bound), [kind], ...payload);
    this.#written = upper;
  }

  /** The shortest bound between the ids at `index` − 1 and `index`. */
  #boundAt(index: number): Uint8Array {
    const pair = this.#set.ids(index - 1, index + 1);
    let shared = 0;
    while (pair[shared] === pair[idBytes + shared]) shared++;
    const bound = new Uint8Array(idBytes);
    bound.set(pair.subarray(idBytes, idBytes + shared + 1));
    return bound;
  }
}

function encodeBound(bound: Bound): Uint8Array {
  if (bound === infinity) return Uint8Array.of(0, 0);
  let length = idBytes;
  while (length > 0 && bound[length - 1] === 0) length--;
  return concatBytes(Uint8Array.of(1, length), bound.subarray(0, length));
}
