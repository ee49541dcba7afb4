/**
 * Streaming ingest: verdicts come out in the order of the records that went in, and no more than
 * `limits.putBatchInFlight` records are read ahead of the verdict that is taken next.
 */
import { limits } from "../base/index.js";
import type { PutResult } from "./types.js";

/** Verified and flushed together: large enough to share a flush, small enough to answer soon. */
const chunkRecords = 64;

export async function* putStream(
  records: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  put: (chunk: readonly Uint8Array[]) => Promise<readonly PutResult[]>,
): AsyncGenerator<PutResult, void, undefined> {
  const inFlight: Promise<readonly PutResult[]>[] = [];
  const submit = (chunk: readonly Uint8Array[]) => {
    const results = put(chunk);
    // The failure is thrown where the verdicts are taken; until then it must not count as unhandled.
    results.catch(() => {});
    inFlight.push(results);
  };
  let chunk: Uint8Array[] = [];
  for await (const record of records) {
    chunk.push(record);
    if (chunk.length < chunkRecords) continue;
    submit(chunk);
    chunk = [];
    if (inFlight.length * chunkRecords >= limits.putBatchInFlight) yield* await inFlight.shift()!;
  }
  if (chunk.length > 0) submit(chunk);
  for (const results of inFlight) yield* await results;
}
