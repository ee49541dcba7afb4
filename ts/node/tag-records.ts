/**
 * Tags of records that a store took before it kept tags: by what a `pull` finds them. Done once a store, beside the
 * running node; until it is done a pull is answered with less, as a page always may be.
 */
import type { KindToken } from "../base/index.js";
import type { Store, StoreOperation } from "../contracts/index.js";
import { type KindSpec, type Kinds, storedRecordTags } from "../records/index.js";

/** In table `meta`. What it says is the version of the tags; another rule for them is another version. */
const versionKey = new TextEncoder().encode("tags");
const version = Uint8Array.of(1);
/** Their bytes are read for it, in one turn of the event loop. */
const recordsPerBatch = 64;

export async function tagStoredRecords(store: Store, kinds: Kinds, signal: AbortSignal): Promise<void> {
  const known = await store.read("meta", versionKey);
  if (known?.[0] === version[0]) return;
  for (const spec of kinds.all()) {
    if (spec.subjects !== undefined || spec.cursorServed) await tagKind(store, spec, signal);
  }
  signal.throwIfAborted();
  await store.commit([{ op: "put", table: "meta", key: versionKey, value: version }]);
}

async function tagKind(store: Store, spec: KindSpec, signal: AbortSignal): Promise<void> {
  const kind: KindToken = spec.token;
  for (let after = 0; ; ) {
    signal.throwIfAborted();
    const records = await store.list(kind, { after, limit: recordsPerBatch });
    const operations = records
      .filter(({ visibility }) => visibility === "federation")
      .map(
        ({ hash, bytes, seq }): StoreOperation => ({
          op: "tag",
          kind,
          hash,
          tags: storedRecordTags(spec, bytes, seq),
        }),
      );
    await store.commit(operations);
    after = records.at(-1)?.position ?? after;
    if (records.length < recordsPerBatch) return;
  }
}
