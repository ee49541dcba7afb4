/**
 * Stores made for a bench, by a loader that trusts its records: they are parsed, so that their ids are those that
 * admission would give, and written as admission would write them, but nobody verifies what this program has signed
 * itself. Made once and copied, since signing a hundred thousand records takes half a minute.
 */
import { createHash } from "node:crypto";
import { cp, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { limits, type StoreOperation } from "waxwing";
import { type Engine, loadCore } from "waxwing/core";
import {
  buildOwnRecord,
  createKinds,
  type DecodedRecord,
  isRefusal,
  type Kinds,
  type OwnKind,
  parseRecord,
} from "waxwing/records";
import { openLmdbStore } from "waxwing/store";
import { SeededRandom } from "waxwing/testing";
import { createSoftwareIdentity, ensureFacts } from "waxwing/trust";

/** Federation-visible, content-addressed, one natural key a record. */
export const noteKind: OwnKind = {
  token: "note",
  naturalKey: ["id"],
  fields: { id: "text", "text?": "text" },
};

export type Identity = ReturnType<typeof createSoftwareIdentity>;

/** Whoever signs: equal from run to run, so that what was made once stays valid. */
export function signers(engine: Engine, name: string, count: number): Identity[] {
  const random = new SeededRandom(`bench/flow/${name}`);
  return Array.from({ length: count }, () =>
    createSoftwareIdentity(engine, { ed25519Seed: random.bytes(32), mlDsa65Seed: random.bytes(32) }),
  );
}

/** What makes a node believe them, as in its configuration. */
export function pinsOf(identities: readonly Identity[]) {
  return identities.map(({ keyId, publicKeys }) => ({
    keyId,
    ed25519: Buffer.from(publicKeys.ed25519).toString("base64"),
    mlDsa65: Buffer.from(publicKeys.mlDsa65).toString("base64"),
  }));
}

export class Loader {
  readonly engine: Engine;
  readonly kinds: Kinds;
  readonly #spec;

  private constructor(engine: Engine) {
    this.engine = engine;
    this.kinds = createKinds();
    this.#spec = this.kinds.define(noteKind);
  }

  static async create(): Promise<Loader> {
    return new Loader(await loadCore());
  }

  /** Signed by both halves. `textBytes` of filler that no compression shortens. */
  async signed(signer: Identity, id: string, textBytes = 0): Promise<DecodedRecord> {
    const text = textBytes === 0 ? {} : { text: fillerText(id, textBytes) };
    return buildOwnRecord(this.engine, this.kinds, this.#spec, { id, ...text }, signer);
  }

  /** Carries no signature that holds: for what lies in a store and never moves. */
  synthetic(keyId: string, id: string): DecodedRecord {
    const bytes = Buffer.from(
      `{"note":{"id":"${id}"},"signer_key_id":"${keyId}","signature":{"ed25519_signature_base64":"AA=="}}`,
    );
    return this.parse(new Uint8Array(bytes));
  }

  parse(bytes: Uint8Array): DecodedRecord {
    const record = parseRecord(this.engine, this.kinds, "note", bytes);
    if (isRefusal(record)) throw new Error(`the loader's record: ${record.message}`);
    return record;
  }

  /** Into the store of this data directory, which no node has open. */
  async load(
    dataDirectory: string,
    records: AsyncIterable<DecodedRecord> | Iterable<DecodedRecord>,
  ): Promise<void> {
    const path = join(dataDirectory, "store");
    await mkdir(path, { recursive: true, mode: 0o700 });
    const store = await openLmdbStore({ path });
    // Notes and attestations state no facts: there are none to derive from what is loaded behind this.
    await ensureFacts({ engine: this.engine, store, kinds: this.kinds });
    const receivedAtMs = Date.now();
    let batch: StoreOperation[] = [];
    let bytes = 0;
    let flushing: Promise<unknown> = Promise.resolve();
    const flush = async () => {
      // One behind the other: the next batch is made while this one is written.
      await flushing;
      flushing = store.commit(batch);
      batch = [];
      bytes = 0;
    };
    try {
      for await (const record of records) {
        batch.push(this.#operation(record, receivedAtMs));
        bytes += record.bytes.length;
        if (batch.length === limits.writeBatchOperationsMax || bytes > limits.writeBatchBytesMax / 2)
          await flush();
      }
      await flush();
      await flushing;
    } finally {
      await store.close();
    }
  }

  #operation(record: DecodedRecord, receivedAtMs: number): StoreOperation {
    const { kind, hash, bytes, recordId, naturalKey, seq, visibility } = record;
    const signatureIds = record.signatures.flatMap(({ keyId }) =>
      ["ed25519", "ml-dsa-65"].map((half) => this.engine.sha256(Buffer.from(`${half}\0${keyId}`))),
    );
    return {
      op: "admit",
      record: { kind, hash, bytes, recordId, naturalKey, signatureIds, seq, visibility, receivedAtMs },
    };
  }
}

/** Hex of a hash chain: as good as random, and JSON without escapes. */
export function fillerText(id: string, bytes: number): string {
  let text = "";
  let last = id;
  while (text.length < bytes) {
    last = createHash("sha512").update(last).digest("base64");
    text += last;
  }
  return text.slice(0, bytes);
}

/** Made under this name once, then copied to where it is wanted. `version` names what is in it. */
export async function fromCache(
  name: string,
  version: string,
  to: string,
  make: (directory: string) => Promise<void>,
): Promise<void> {
  const folder = join(tmpdir(), "waxwing-bench-stores", name);
  const made = await readFile(join(folder, "version"), "utf8").catch(() => undefined);
  if (made !== version) {
    const fresh = `${folder}.new`;
    await rm(fresh, { recursive: true, force: true });
    await mkdir(fresh, { recursive: true });
    await make(join(fresh, "data"));
    await writeFile(join(fresh, "version"), version);
    await rm(folder, { recursive: true, force: true });
    await rename(fresh, folder);
  }
  await cp(join(folder, "data"), to, { recursive: true });
}

/** Hash over all record ids of a kind in order, read beside the node that has the store open. */
export async function storeHead(
  dataDirectory: string,
  kind: string,
): Promise<{ records: number; hash: string }> {
  const store = await openLmdbStore({ path: join(dataDirectory, "store"), readOnly: true });
  try {
    const hash = createHash("sha256");
    let records = 0;
    for (let after: Uint8Array | undefined; ; ) {
      const page = await store.recordIds(kind, after, limits.storePageMax);
      for (const id of page) hash.update(id);
      records += page.length;
      after = page.at(-1);
      if (page.length < limits.storePageMax) return { records, hash: hash.digest("hex") };
    }
  } finally {
    await store.close();
  }
}
