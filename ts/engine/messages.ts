/** The messages of sha256Batch, checked at the edge of every engine. */
import { checkBytes } from "../base/check.js";

export function checkMessages(messages: unknown): asserts messages is readonly Uint8Array[] {
  if (!Array.isArray(messages)) throw new TypeError("messages: expected an array of Uint8Array");
  for (let i = 0; i < messages.length; i++) {
    // The title costs more than the check, and only a failure needs it.
    if (!(messages[i] instanceof Uint8Array)) checkBytes(messages[i], `messages[${i}]`);
  }
}
