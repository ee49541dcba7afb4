/** One record on its way through admission: its verdict ends the way. */
import { base64Decode, hexEncode } from "../base/bytes.js";
import { InvariantError } from "../base/errors.js";
import type { KeyId } from "../base/ids.js";
import type { DirectoryEntry } from "../contracts/key-directory.js";
import type { AdmitVerdict, Refusal } from "../contracts/record.js";
import type { DecodedRecord } from "../records/parse-record.js";

export interface Item {
  readonly bytes: Uint8Array;
  /** SHA-256 of the bytes: the hash of verdicts until the record itself says otherwise. */
  readonly contentHash: Uint8Array;
  record?: DecodedRecord;
  /** Whose signatures hold, the primary signer first. */
  signers?: readonly KeyId[];
  signatureIds?: readonly Uint8Array[];
  /** The directory entry that the record introduces. */
  introduces?: DirectoryEntry;
  verdict?: AdmitVerdict;
}

export function undecided<T extends Item>(items: readonly T[]): T[] {
  return items.filter((item) => item.verdict === undefined);
}

export function refuse(item: Item, why: Refusal): void {
  const { record, contentHash } = item;
  item.verdict = {
    status: "refused",
    ...(record ? { kind: record.kind } : {}),
    hash: record?.hash ?? contentHash,
    refusal: why,
  };
}

/** The first input of each content; later ones share its fate. */
export function firstOfEach(items: readonly Item[]): Map<string, Item> {
  const first = new Map<string, Item>();
  for (const item of items) {
    const name = hexEncode(item.contentHash);
    if (!first.has(name)) first.set(name, item);
  }
  return first;
}

export function verdictOf(item: Item, first: Item): AdmitVerdict {
  const verdict = first.verdict;
  if (!verdict) throw new InvariantError("admission: a record left the pipeline without a verdict");
  const recordId = first.record?.recordId;
  const named = recordId === undefined ? {} : { recordId };
  return item === first || verdict.status !== "admitted"
    ? { ...verdict, ...named }
    : { status: "duplicate", hash: verdict.hash, ...named };
}

export function introducedEntry({ spec, value }: DecodedRecord): DirectoryEntry {
  const columns = spec.introducesKey!;
  const keyId = value[columns.keyId] as string;
  const mlDsa65 = value[columns.mlDsa65] as string | undefined;
  return {
    keyId,
    ed25519: base64Decode(value[columns.ed25519] as string),
    ...(mlDsa65 === undefined ? {} : { mlDsa65: base64Decode(mlDsa65) }),
    // A foreign entry with this standing verifies its own record here and never reaches the directory.
    standing: "native",
  };
}
