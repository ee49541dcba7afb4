/**
 * Kinds 16 to 19, which newer releases of the reference added (v24.1 and later; ciris-edge §0, §2.2, §7.3). Older
 * peers do not know them, so rounds are opened for them only where the configuration names them; a peer that asks is
 * answered.
 *
 * `key_grant` rows are attestation rows of their own types. They travel on the attestation plane too and look the
 * same there, so bytes alone are taken for an attestation. Of the other three only the key is known and not the fields:
 * they are neither decoded nor wanted, and a peer that opens a round for one gets an empty answer (ADR 0018).
 */
import { common } from "./kind-parts.js";
import type { JsonObject, KindSpec } from "./kind-spec.js";

const grantTypes = ["key_grant:epoch:v1", "key_grant:content:v1"];

export function laterKinds(attestation: KindSpec): readonly KindSpec[] {
  const { alsoWrappedIn: _, subjects: __, ...row } = attestation;
  const keyGrant: KindSpec = {
    ...row,
    token: "key_grant",
    wireVersion: 2,
    subjectPullable: false,
    onlyByName: true,
    check: ({ attestation_type: type }: JsonObject) =>
      grantTypes.includes(type as string)
        ? undefined
        : `attestation_type is not one of ${grantTypes.join(", ")}`,
  };
  return [
    keyGrant,
    undecoded("community_membership_widening"),
    undecoded("family_membership_widening"),
    undecoded("community_membership_listing"),
  ];
}

function undecoded(token: string): KindSpec {
  return {
    ...common,
    token,
    wireVersion: 2,
    onlyByName: true,
    status: "unsupported",
    wrapper: token,
    fields: [],
    signed: { in: "record", without: ["persist_row_hash"] },
    naturalKey: [],
  };
}
