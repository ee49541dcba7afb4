/** The side that answers. It keeps nothing between messages: any answer depends on the set and the request alone. */
import { equalBytes } from "../base/bytes.js";
import { limits } from "../base/limits.js";
import type { SetDifference } from "../contracts/engine.js";
import type { IdSet } from "../contracts/id-set.js";
import { checkMessage, type ReconcileAnswer, type ReconcileRequest } from "./message.js";
import { answerRanges, type RangeOptions } from "./ranges.js";
import { packSymbols } from "./symbols.js";

export interface ReconcileResponse {
  readonly answer?: ReconcileAnswer;
  /** The initiator has ended: what it says that this side lacks (`missing`) and has alone (`extra`). Claims, no proof. */
  readonly found?: SetDifference;
}

/** Throws `reconcile_malformed` for what breaks the protocol. */
export function respond(
  set: IdSet,
  request: ReconcileRequest,
  options: RangeOptions = {},
): ReconcileResponse {
  checkMessage(request);
  switch (request.type) {
    case "open": {
      const head = set.head();
      if (equalBytes(head, request.head)) return { answer: { type: "equal", head } };
      return { answer: sketch(set, head, 0, limits.sketchFirstSymbols) };
    }
    case "more": {
      const head = set.head();
      // Symbols of two states of a set do not belong together: the sketch begins anew.
      if (equalBytes(head, request.head)) return { answer: sketch(set, head, request.from, request.to) };
      return { answer: sketch(set, head, 0, limits.sketchFirstSymbols) };
    }
    case "ranges":
      return {
        answer: {
          type: "rangesAnswer",
          head: set.head(),
          message: answerRanges(set, request.message, options),
        },
      };
    case "page": {
      const from = request.after === undefined ? 0 : positionAfter(set, request.after);
      const idsMax = Math.floor((options.bytesMax ?? limits.rangeMessageBytes) / 32);
      const to = Math.min(set.size, from + idsMax);
      return { answer: { type: "ids", head: set.head(), ids: set.ids(from, to), last: to === set.size } };
    }
    case "found":
      return { found: { missing: request.extra, extra: request.missing } };
  }
}

function sketch(set: IdSet, head: Uint8Array, from: number, to: number): ReconcileAnswer {
  const symbols = packSymbols(set.symbols(from, to), from, set.size);
  return { type: "sketch", head, count: set.size, from, symbols };
}

/** How many ids are not above `id`. */
export function positionAfter(set: IdSet, id: Uint8Array): number {
  return set.lowerBound(id) + (set.has(id) ? 1 : 0);
}
