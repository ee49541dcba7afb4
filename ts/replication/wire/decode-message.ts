/**
 * Bytes → message, tolerant as the reference is (ciris-edge §2.1): members in any order, unknown ones
 * skipped, white space around tokens allowed. Refused as `frame_decode`: members that are missing or come
 * twice, floats, bytes above 255, hashes that are not 32 bytes, unknown types and kinds, trailing bytes.
 */
import { hashBytes } from "../../base/ids.js";
import { limits } from "../../base/limits.js";
import type { KindCatalog } from "../kind-catalog.js";
import { decodeError, JsonScanner } from "./json-scanner.js";
import { type MessageType, messageTypes, type ReplicationMessage, type SummaryRef } from "./message.js";

interface Members {
  kind?: string;
  refs?: SummaryRef[];
  want?: Uint8Array[];
  envelopes?: Uint8Array[];
  subject_key_id?: string;
  since?: string;
}

/** Which member beside `type` and `kind` a message has. A member of another message is an unknown one. */
const payloadOf: Readonly<Record<MessageType, keyof Members>> = {
  summary: "refs",
  diff: "want",
  fetch: "want",
  deliver: "envelopes",
  pull: "subject_key_id",
  cursor_pull: "since",
};

export function decodeMessage(
  bytes: Uint8Array,
  start: number,
  kinds: Pick<KindCatalog, "has">,
): ReplicationMessage {
  const type = readType(bytes, start);
  const members: Members = {};
  const scanner = new JsonScanner(bytes, start);
  scanner.object((name) => {
    if (name === "kind") members.kind = readKind(scanner, kinds);
    else if (name === payloadOf[type]) readPayload(scanner, name as keyof Members, members);
    else scanner.skip();
  });
  scanner.end();
  return assemble(type, members, start);
}

/** The type decides how the rest is read. It stands first in honest frames, so this pass ends there. */
function readType(bytes: Uint8Array, start: number): MessageType {
  const found: { type?: string } = {};
  const scanner = new JsonScanner(bytes, start);
  try {
    scanner.object((name) => {
      if (name !== "type") return scanner.skip();
      found.type = scanner.string();
      throw typeFound;
    });
  } catch (error) {
    if (error !== typeFound) throw error;
  }
  const type = messageTypes.find((known) => known === found.type);
  if (type === undefined) throw decodeError("no known message type", start);
  return type;
}

/** Ends the first pass; never leaves this module. */
const typeFound = Symbol("type found");

function readKind(scanner: JsonScanner, kinds: Pick<KindCatalog, "has">): string {
  const kind = scanner.string();
  if (!kinds.has(kind)) scanner.fail(unknownKind);
  return kind;
}

/** `detail.reason` of a frame whose kind is in no catalog, which routers count apart. */
export const unknownKind = "unknown kind";

function readPayload(scanner: JsonScanner, name: keyof Members, members: Members): void {
  if (name === "refs") members.refs = readRefs(scanner);
  else if (name === "want") members.want = readHashes(scanner);
  else if (name === "envelopes") members.envelopes = readEnvelopes(scanner);
  else if (name === "since") members.since = scanner.string();
  else members.subject_key_id = readKeyId(scanner);
}

function readRefs(scanner: JsonScanner): SummaryRef[] {
  const refs: SummaryRef[] = [];
  scanner.array(limits.summaryRefsAcceptedMax, () => {
    let hash: Uint8Array | undefined;
    let seq: number | undefined;
    scanner.object((name) => {
      if (name === "envelope_hash") hash = scanner.bytes(hashBytes);
      else if (name === "seq") seq = scanner.uint64();
      else scanner.skip();
    });
    if (hash === undefined || seq === undefined) return scanner.fail("a ref without hash or seq");
    refs.push({ hash, seq });
  });
  return refs;
}

function readHashes(scanner: JsonScanner): Uint8Array[] {
  const hashes: Uint8Array[] = [];
  scanner.array(limits.summaryRefsAcceptedMax, () => void hashes.push(scanner.bytes(hashBytes)));
  return hashes;
}

function readEnvelopes(scanner: JsonScanner): Uint8Array[] {
  const envelopes: Uint8Array[] = [];
  scanner.array(limits.deliverRecordsAcceptedMax, () => void envelopes.push(scanner.bytes()));
  return envelopes;
}

function readKeyId(scanner: JsonScanner): string {
  const keyId = scanner.string();
  // A text of n characters has n bytes or more, so this bounds what is kept and compared.
  if (keyId.length > limits.keyIdBytesMax) scanner.fail("a key id longer than the limit");
  return keyId;
}

function assemble(type: MessageType, members: Members, start: number): ReplicationMessage {
  const { kind, refs, want, envelopes, since } = members;
  const subjectKeyId = members.subject_key_id;
  if (kind !== undefined) {
    if (type === "summary" && refs) return { type, kind, refs };
    if ((type === "diff" || type === "fetch") && want) return { type, kind, want };
    if (type === "deliver" && envelopes) return { type, kind, envelopes };
    if (type === "pull" && subjectKeyId !== undefined) return { type, kind, subjectKeyId };
    if (type === "cursor_pull") return since === undefined ? { type, kind } : { type, kind, since };
  }
  throw decodeError(`a ${type} without ${kind === undefined ? "kind" : payloadOf[type]}`, start);
}
