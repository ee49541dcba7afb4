/**
 * Reads a request body within its bounds: bytes counted as they arrive (a Content-Length may lie, a chunked
 * body has none) and time from the first read to the last.
 */
import { WaxwingError } from "../../base/errors.js";
import type { Timers } from "../../contracts/host.js";

export interface BodyBounds {
  readonly bytesMax: number;
  readonly timeoutMs: number;
}

/** Throws `frame_too_large`, `transport_timeout`, or `transport_closed` when the sender went away. */
export async function readBody(request: Request, bounds: BodyBounds, timers: Timers): Promise<Uint8Array> {
  const declared = declaredLength(request.headers.get("content-length"), bounds.bytesMax);
  if (request.body === null) return new Uint8Array(0);
  const reader = request.body.getReader();
  let timedOut = false;
  const timer = timers.after(bounds.timeoutMs, () => {
    timedOut = true;
    // Ends the pending read as if the body were complete; `timedOut` tells the two apart.
    void reader.cancel().catch(() => {});
  });
  try {
    const body = await collect(reader, bounds.bytesMax, declared);
    if (timedOut) throw new WaxwingError("transport_timeout", `no body within ${bounds.timeoutMs} ms`);
    return body;
  } catch (error) {
    void reader.cancel().catch(() => {});
    if (error instanceof WaxwingError) throw error;
    throw new WaxwingError("transport_closed", "the sender ended before its body did", { cause: error });
  } finally {
    timer.cancel();
  }
}

/** Refuses before the first byte what says of itself that it is too large. 0 where nothing is said. */
function declaredLength(contentLength: string | null, bytesMax: number): number {
  const length = Number(contentLength ?? 0);
  if (length > bytesMax) throw tooLarge(bytesMax);
  return Number.isSafeInteger(length) && length > 0 ? length : 0;
}

type Reader = ReadableStreamDefaultReader<Uint8Array>;

/** What a declared length gets before a byte of it has come; with so many there, it gets all it says. */
const trustedBytes = 64 * 1024;

async function collect(reader: Reader, bytesMax: number, declared: number): Promise<Uint8Array> {
  // One growing buffer and not a list of chunks: a body sent byte by byte would make eight million of them.
  let buffer = new Uint8Array(declared === 0 ? 4096 : Math.min(declared, trustedBytes));
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return length === buffer.length ? buffer : buffer.slice(0, length);
    const needed = length + value.length;
    if (needed > bytesMax) throw tooLarge(bytesMax);
    if (needed > buffer.length)
      buffer = grow(buffer, length, Math.max(needed, needed <= declared ? declared : 2 * buffer.length));
    buffer.set(value, length);
    length = needed;
  }
}

function grow(buffer: Uint8Array<ArrayBuffer>, length: number, capacity: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(capacity);
  larger.set(buffer.subarray(0, length));
  return larger;
}

function tooLarge(bytesMax: number): WaxwingError {
  return new WaxwingError("frame_too_large", `the body is larger than ${bytesMax} bytes`, {
    detail: { bytesMax },
  });
}
