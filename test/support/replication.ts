/** What tests of the replication plane share: the stock kinds as a catalog, and messages from vector JSON. */
import { createKindCatalog, type ReplicationMessage } from "waxwing/replication";
import { recordTimeOf } from "./replication-store.js";

const rows = (tokens: string, wireVersion: 1 | 2) =>
  tokens.split(" ").map((token) => ({ token, wireVersion }));

const pullable = { subjectPullable: true, publicPullable: true };

/** The kinds of the reference (ciris-edge §2.2) and one of an embedder. */
export const testKinds = createKindCatalog([
  { token: "key", wireVersion: 1, bootstrap: true, ...pullable },
  { token: "identity_occurrence", wireVersion: 1, bootstrap: true, ...pullable },
  { token: "attestation", wireVersion: 1, subjectPullable: true },
  { token: "identity_occurrence_revocation", wireVersion: 1, ...pullable },
  { token: "transport_destination", wireVersion: 2, bootstrap: true, ...pullable },
  ...rows("revocation family community location_proof", 1),
  ...rows("family_membership_revocation community_membership_revocation", 1),
  ...rows("organization org_membership", 2),
  { token: "partner_record", wireVersion: 2, admitted: false },
  { token: "accord_quorum_evidence", wireVersion: 2, cursorServed: true, timeOf: recordTimeOf },
  { token: "note" },
]);

/** A message as it stands in JSON: byte strings are arrays of integers. */
export interface MessageJson {
  type: string;
  kind: string;
  refs?: { envelope_hash: number[]; seq: number }[];
  want?: number[][];
  envelopes?: number[][];
  subject_key_id?: string;
  since?: string;
}

export function messageFromJson(json: MessageJson): ReplicationMessage {
  const bytes = (lists: number[][] = []) => lists.map((list) => Uint8Array.from(list));
  const { kind } = json;
  switch (json.type) {
    case "summary":
      return {
        type: "summary",
        kind,
        refs: (json.refs ?? []).map((ref) => ({ hash: Uint8Array.from(ref.envelope_hash), seq: ref.seq })),
      };
    case "diff":
    case "fetch":
      return { type: json.type, kind, want: bytes(json.want) };
    case "deliver":
      return { type: "deliver", kind, envelopes: bytes(json.envelopes) };
    case "pull":
      return { type: "pull", kind, subjectKeyId: json.subject_key_id ?? "" };
    default:
      return { type: "cursor_pull", kind, ...(json.since === undefined ? {} : { since: json.since }) };
  }
}
