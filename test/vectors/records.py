#!/usr/bin/env python3
"""Second oracle for the record vectors: names of records from their bytes, with hashlib and json alone.

    python3 test/vectors/records.py --check test/vectors/records-*.json    compares, exits 1 on a difference
    python3 test/vectors/records.py --fill  test/vectors/records-*.json    writes `expect`

Shares no code and no table with the package: what is signed and what names a record is written down again here,
from DESIGN section 5 and the fact sheet sections 7.1 to 7.5. Signatures are not judged here (hashlib has none).
"""
import hashlib
import json
import sys

ENVELOPES = {
    "key": ("record", "registration_envelope"),
    "attestation": (None, "attestation_envelope"),
    "key_grant": (None, "attestation_envelope"),
    "revocation": ("revocation", "revocation_envelope"),
    "organization": (None, "signed_envelope"),
    "org_membership": (None, "signed_envelope"),
    "partner_record": ("partner_record", "signed_envelope"),
    "accord_quorum_evidence": (None, "proposal"),
}
NATURAL_KEYS = {
    "key": ["key_id"],
    "attestation": ["attestation_id"],
    "key_grant": ["attestation_id"],
    "revocation": ["revocation_id"],
    "identity_occurrence": ["identity_key_id", "occurrence_key_id"],
    "identity_occurrence_revocation": ["identity_key_id", "occurrence_key_id", "effective_at"],
    "family": ["family_key_id"],
    "community": ["community_key_id"],
    "family_membership_revocation": ["family_key_id", "removed_identity_key_id", "effective_at"],
    "community_membership_revocation": ["community_key_id", "removed_identity_key_id", "effective_at"],
    "location_proof": ["subject_key_id", "cell_id", "asserted_at"],
    "organization": ["attestation_id"],
    "org_membership": ["attestation_id"],
    "partner_record": ["attestation_id"],
    "accord_quorum_evidence": ["proposal"],
    "transport_destination": ["occurrence_key_id", "transport_kind", "destination", "epoch"],
    "note": ["signer_key_id", "id"],
}
OWN_KINDS = {"note"}
BOUND_BY_SIGNATURE = {"key", "accord_quorum_evidence"}


class Token(float):
    """A number that remembers how it was written."""

    def __new__(cls, text):
        self = super().__new__(cls, text)
        self.text = text
        return self


def parse(data):
    return json.loads(data, parse_float=Token)


def sha256(data):
    return hashlib.sha256(data).digest()


def jcs(value):
    """RFC 8785 for what the vectors hold: numbers are integers and short decimals, whose forms agree."""
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(json.dumps(n, ensure_ascii=False) + ":" + jcs(value[n]) for n in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(jcs(element) for element in value) + "]"
    if isinstance(value, float):
        return str(int(value)) if value == int(value) and abs(value) < 1e21 else repr(float(value))
    return json.dumps(value, ensure_ascii=False)


def python_form(value):
    """json.dumps(sort_keys, compact, ascii) with number tokens kept."""
    if isinstance(value, dict):
        return "{" + ",".join(json.dumps(n) + ":" + python_form(value[n]) for n in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(python_form(element) for element in value) + "]"
    if isinstance(value, Token):
        return value.text
    return json.dumps(value)


def without(record, *names):
    return {name: value for name, value in record.items() if name not in names}


def names_of(kind, data):
    outer = parse(data)
    if kind in OWN_KINDS:
        record, signed = {**outer[kind], "signer_key_id": outer["signer_key_id"]}, without(outer, "signature")
    elif kind in ENVELOPES:
        wrapper, member = ENVELOPES[kind]
        record = outer[wrapper] if wrapper else outer
        signed = record[member]
    else:
        record = outer[kind]
        signed = outer["signed_envelope"] if "signed_envelope" in outer else without(record, "persist_row_hash")
    message = jcs(signed).encode()
    # Every vector's M repeats its natural key, but for those that the signature itself binds.
    repeated = {**signed, **signed.get("row", {}), **(signed.get(kind) if kind in OWN_KINDS else {})}
    values = [record[name] for name in NATURAL_KEYS[kind]]
    if kind not in BOUND_BY_SIGNATURE:
        assert all(repeated.get(name) == record[name] for name in NATURAL_KEYS[kind]), kind
    prefix = kind.encode() + b"\0" + jcs(values).encode()
    row_hash = None
    if "persist_row_hash" in record:
        row_hash = sha256(python_form(without(record, "persist_row_hash", "consent_role")).encode()).hex()
    return {
        "wireHash": row_hash if kind == "revocation" else sha256(data).hex(),
        "messageHash": sha256(message).hex(),
        "recordId": sha256(prefix + sha256(message)).hex(),
        "naturalKey": sha256(prefix).hex(),
        "rowHash": row_hash,
    }


def main(mode, paths):
    differing = 0
    for path in paths:
        with open(path, encoding="utf-8") as file:
            vector = json.load(file)
        expect = names_of(vector["kind"], bytes.fromhex(vector["bytesHex"]))
        if mode == "--fill":
            vector["expect"] = expect
            with open(path, "w", encoding="utf-8") as file:
                json.dump(vector, file, indent=1, ensure_ascii=False)
                file.write("\n")
        elif vector["expect"] != expect:
            differing += 1
            print(f"{path}: expected {vector['expect']}, got {expect}")
    print(f"{len(paths)} vectors, {differing} differ")
    return 1 if differing or not paths else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
