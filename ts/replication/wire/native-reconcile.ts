/** Messages of a reconciliation (ts/reconcile) inside a WXRS frame. Sizes and meanings are the session's to check. */
import type { waxwing } from "#bindings/protobuf/replication/generated/native.js";
import { WaxwingError } from "../../base/errors.js";
import type { ReconcileMessage } from "../../reconcile/index.js";

type Reconcile = waxwing.replication.Reconcile.$Properties;

export function encodeReconcile(message: ReconcileMessage): Reconcile {
  switch (message.type) {
    case "open":
      return { open: { head: message.head, count: message.count } };
    case "more":
      return { more: { head: message.head, from: message.from, to: message.to } };
    case "ranges":
      return { ranges: message.message };
    case "page":
      return { page: message.after === undefined ? {} : { after: message.after } };
    case "found":
      return { found: { missing: message.missing, extra: message.extra } };
    case "equal":
      return { equal: message.head };
    case "sketch": {
      const { head, count, from, symbols } = message;
      return { sketch: { head, count, from, symbols } };
    }
    case "rangesAnswer":
      return { rangesAnswer: { head: message.head, message: message.message } };
    case "ids":
      return { ids: { head: message.head, ids: message.ids, last: message.last } };
  }
}

/** Throws `frame_decode`. Byte strings are copies. */
export function decodeReconcile(body: Reconcile): ReconcileMessage {
  const { open, more, ranges, page, found, equal, sketch, rangesAnswer, ids } = body;
  if (open) return { type: "open", head: copy(open.head), count: open.count ?? 0 };
  if (more) return { type: "more", head: copy(more.head), from: more.from ?? 0, to: more.to ?? 0 };
  if (ranges) return { type: "ranges", message: copy(ranges) };
  if (page) return page.after == null ? { type: "page" } : { type: "page", after: copy(page.after) };
  if (found) return { type: "found", missing: copy(found.missing), extra: copy(found.extra) };
  if (equal) return { type: "equal", head: copy(equal) };
  if (sketch) {
    const { head, count, from, symbols } = sketch;
    return { type: "sketch", head: copy(head), count: count ?? 0, from: from ?? 0, symbols: copy(symbols) };
  }
  if (rangesAnswer)
    return { type: "rangesAnswer", head: copy(rangesAnswer.head), message: copy(rangesAnswer.message) };
  if (ids) return { type: "ids", head: copy(ids.head), ids: copy(ids.ids), last: ids.last ?? false };
  const reason = "no reconciliation message that is known here";
  throw new WaxwingError("frame_decode", `WXRS body: ${reason}`, { detail: { reason } });
}

/** Not slice(), which shares the memory of a Buffer. */
function copy(bytes: Uint8Array | null | undefined): Uint8Array {
  return new Uint8Array(bytes ?? []);
}
