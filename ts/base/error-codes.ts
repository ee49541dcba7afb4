/**
 * Every error code of Waxwing, with what it means, how far it reaches and whether trying again can help.
 * Codes are a contract: never reworded, never reused. `docs/errors.md` is generated from this table.
 */

/** frame: drop one frame · record: refuse one record · session: end one round or link · peer: distrust one peer · node: the node cannot go on. */
export type ErrorScope = "frame" | "record" | "session" | "peer" | "node";

interface ErrorCodeInfo {
  readonly scope: ErrorScope;
  readonly retryable: boolean;
  readonly about: string;
}

const row = (scope: ErrorScope, retryable: boolean, about: string): ErrorCodeInfo => ({
  scope,
  retryable,
  about,
});

export const errorCodes = {
  // Core: JSON (RFC 8259, RFC 8785). `detail.offset` is the byte where the scanner stopped.
  json_syntax: row("record", false, "not JSON, or bytes after the value"),
  json_utf8: row("record", false, "not valid UTF-8"),
  json_depth: row("record", false, "nested deeper than the limit"),
  json_duplicate_key: row("record", false, "an object names a key twice"),
  json_lone_surrogate: row("record", false, "a \\u escape leaves a surrogate without its pair"),
  json_number_range: row("record", false, "a number that no finite double stands for"),
  json_too_large: row(
    "record",
    false,
    "larger than the core's input window, or more objects or members than its index holds",
  ),
  // Core: loading.
  wasm_unavailable: row("node", false, "this runtime cannot run the WebAssembly build"),
  id_sets_full: row("node", true, "no room for more ids or more sets; nothing of the batch was taken"),
  verifier_closed: row("node", false, "signatures were given to a verifier after its close"),

  // Admission of records: one code a step, in the order of the pipeline.
  record_too_large: row("record", false, "more bytes than a record may have"),
  record_malformed: row("record", false, "not a JSON object, or JSON that the core refuses"),
  kind_unknown: row("record", false, "no kind of that token is defined here"),
  kind_not_supported: row("record", false, "the kind is known and not admitted by this version"),
  record_schema: row("record", false, "a member is missing, of the wrong type or out of range"),
  integer_unsafe: row("record", false, "an integer that does not survive a double"),
  member_mismatch: row("record", false, "a member outside the signed bytes disagrees with what they repeat"),
  member_unbound: row("record", false, "a member that the signed bytes must repeat and do not"),
  content_hash_mismatch: row(
    "record",
    false,
    "original_content_hash or persist_row_hash is not the hash of what it names",
  ),
  key_id_mismatch: row(
    "record",
    false,
    "a key id that stands for other keys: by its hash, or by what the directory holds",
  ),
  key_unknown: row("record", true, "the signer's key is not in the directory yet"),
  key_not_trusted: row("record", true, "the signer's key is known and not trusted: unpinned, quarantined"),
  key_revoked: row("record", false, "the signer's key was withdrawn"),
  signature_missing: row("record", false, "no signature where the kind demands one"),
  signature_invalid: row("record", false, "a signature does not hold"),
  pqc_missing: row("record", false, "the policy demands the post-quantum half and it is absent"),
  pqc_fields_must_be_both: row(
    "record",
    false,
    "post-quantum signature and public key must be both present or both absent",
  ),
  authority_not_configured: row(
    "record",
    false,
    "a kind that only somebody named by this node's operator may speak for, and nobody is named: trust.operators, trust.stewards, trust.accord",
  ),
  roster_unknown: row("record", true, "the roster that must have signed has not arrived yet"),
  quorum_keys_missing: row(
    "record",
    true,
    "too few of the quorum can be verified: keys of members that signed are not here, or not trusted, yet",
  ),
  quorum_not_reached: row("record", false, "too few members of the quorum have signed, with both halves"),
  natural_key_conflict: row("record", false, "another record holds this natural key with other content"),
  record_expired: row("record", false, "the record's validity ended before it arrived"),
  record_from_future: row("record", true, "asserted further in the future than the allowed clock skew"),
  third_party_row: row("record", false, "signed by somebody who may not speak for the subject"),
  key_downgrade: row("record", false, "a key record without the post-quantum half that the key has"),
  conflicting_version: row(
    "record",
    false,
    "the same signer says something else for the same natural key at the same time",
  ),
  family_roster_fork: row("record", false, "the family is held with another roster"),
  community_roster_fork: row("record", false, "the community is held with another roster"),
  retry_after_family_roster: row("record", true, "the family's roster, which this needs, is not held yet"),
  retry_after_community_roster: row(
    "record",
    true,
    "the community's roster, which this needs, is not held yet",
  ),
  consensus_not_reached: row(
    "record",
    false,
    "fewer of the members signed than the group's consensus asks for",
  ),
  consensus_not_verifiable: row(
    "record",
    false,
    "the group's consensus (weighted, custom, reverse_quorum) cannot be decided from the record's signers",
  ),
  location_too_precise: row("record", false, "a location cell finer than resolution 7"),
  facts_full: row("record", true, "as much follows about this subject as a node keeps"),
  record_local: row("record", false, "a record that never leaves its node came from a peer"),
  clock_not_synchronised: row(
    "record",
    true,
    "a rule needs the wall clock and this host's is not synchronised",
  ),
  quarantine_full: row("record", true, "the quarantine for bootstrap records has no room"),

  // Envelopes: acceptEnvelope, in the order of the pipeline.
  state_head_malformed: row("frame", false, "not a signed state head"),
  state_head_unavailable: row(
    "session",
    true,
    "this kind has no resident set of record ids here, so it has no head",
  ),
  envelope_too_large: row("frame", false, "more bytes than an envelope may have"),
  envelope_malformed: row("frame", false, "not JSON, or not an envelope"),
  envelope_schema: row("frame", false, "unsupported schema version, or a field of the wrong type"),
  envelope_misrouted: row("frame", false, "addressed to somebody else"),
  envelope_stale: row("frame", false, "sent_at is too far from now"),
  envelope_replayed: row("frame", false, "this nonce was accepted before, or lies below the low-water mark"),

  // Store.
  store_locked: row("node", true, "another process holds the data directory"),
  store_unavailable: row("node", true, "the store is closed or cannot be opened"),
  store_busy: row("node", true, "too many commits wait for their flush"),
  store_read_only: row(
    "node",
    false,
    "the data directory cannot be written, or the store was opened for reading",
  ),
  store_full: row(
    "node",
    true,
    "the disk or the store's size limit is exhausted; nothing of the batch was written",
  ),
  store_corrupt: row("node", false, "stored data does not read back as what was written"),
  store_version: row("node", false, "the data directory was written by an incompatible version"),
  batch_conflict: row("record", true, "a condition of the batch did not hold; nothing of it was written"),

  // Transports.
  transport_unreachable: row("session", true, "the peer could not be reached"),
  transport_timeout: row("session", true, "the peer did not answer in time"),
  transport_rejected: row("session", false, "the peer refused the frame"),
  transport_rate_limited: row("session", true, "the peer asks to slow down"),
  source_rate_limited: row(
    "peer",
    true,
    "this source sends more than its limit; Retry-After says when to go on",
  ),
  request_malformed: row("frame", false, "no valid HTTP request: its target, or its Host header"),
  transport_unauthorized: row("peer", false, "the peer did not accept our proof of identity"),
  transport_closed: row("session", true, "the transport is stopped"),
  transport_config: row("node", false, "the transport's settings cannot work"),
  frame_length: row("session", true, "a length that no frame has: the stream cannot be read any further"),
  frame_checksum: row("frame", false, "a radio frame whose checksum is another"),
  radio_frame_malformed: row("frame", false, "not a CIRP frame: too short, another magic or length"),
  fragment_malformed: row("frame", false, "begins with CFRG or CNAK and is neither"),
  frame_too_large: row("frame", false, "more bytes than a frame may have"),
  no_route_to_peer: row("session", true, "no address is known for the peer"),
  address_refused: row("peer", false, "the peer's URL points where policy does not go"),

  // Devices: serial ports and raw sockets through the native addon. `detail.syscall` and `detail.errno` say
  // what the kernel answered; native/src/errors.rs holds the table from errno to code.
  native_unavailable: row(
    "node",
    false,
    "the native addon is not here or does not load; `detail.tried` says why",
  ),
  unsupported_platform: row("node", false, "the addon has no such device on this operating system"),
  device_not_found: row("session", true, "no such port or interface, or it is not plugged in"),
  device_busy: row("session", true, "another program holds the port"),
  device_permission: row("node", false, "this user may not open the device; the message says what helps"),
  device_setting: row("node", false, "the device or its driver does not take this setting or request"),
  disconnected: row(
    "session",
    true,
    "the device went away while it was in use: unplugged, or its peer closed",
  ),
  interface_down: row("session", true, "the network interface is down"),
  mtu_exceeded: row("frame", false, "more bytes than the interface sends in one packet"),
  network_unreachable: row("session", true, "no way to that network address now"),
  address_in_use: row("node", true, "another socket holds the address"),
  address_unavailable: row("node", false, "no interface of this host has the address"),
  resource_exhausted: row("session", true, "no descriptor, memory or queue space is left for the device"),
  canceled: row("session", true, "given up by its caller, or by closing the device, before it was done"),
  handle_closed: row("session", false, "the device was closed here"),
  native_io: row(
    "session",
    true,
    "the kernel refused a request of the device in a way that has no code of its own",
  ),
  native_panic: row("session", false, "a fault inside the addon; the handle that met it is closed"),

  // Attribution: bearer tokens and peer certificates.
  token_missing: row("frame", false, "no bearer token and no other proof of the sender"),
  token_malformed: row("frame", false, "not a compact JWT with the expected header and claims"),
  token_algorithm: row("frame", false, "the token's algorithm is not EdDSA"),
  token_key_unknown: row("frame", true, "the token names a key that is not in the directory"),
  token_signature: row("frame", false, "the token's signature does not hold"),
  token_time: row("frame", true, "the token is expired, not yet valid or valid for too long"),
  token_audience: row("frame", false, "the token is meant for another node"),
  token_body: row("frame", false, "the token's body hash is not that of the body"),
  token_replayed: row("frame", false, "this token was used before"),
  token_form: row(
    "frame",
    false,
    "the stock form where it is not accepted: no TLS, or the key has used the native form",
  ),
  attribution_conflict: row("peer", false, "two proofs name different peers"),

  // Replication.
  not_a_frame: row("frame", false, "the bytes do not begin with CRPL"),
  frame_decode: row("frame", false, "a CRPL frame whose body is not a replication message"),
  frame_version: row("frame", false, "a CRPL version that is not 1, 2 or 3"),
  frame_unattributed: row("frame", false, "no proven peer key, and not a bootstrap kind"),
  frame_from_self: row("frame", false, "attributed to this node's own key"),
  unexpected_message: row("frame", false, "a message that the session's kind or role does not take"),
  no_round_in_progress: row("frame", true, "nobody waits for this message"),
  back_pressure: row("frame", true, "the inbox is full; the frame was dropped"),
  round_timed_out: row("session", true, "the peer was silent too long"),
  reconcile_malformed: row("session", false, "a reconciliation message that breaks its protocol"),
  reconcile_version: row("session", false, "the peer's range protocol is another version than ours"),
  scheduler_stopped: row("node", false, "the scheduler was stopped"),

  // Node, configuration and command line.
  config_invalid: row("node", false, "the configuration does not fit its schema"),
  config_unreadable: row("node", false, "the configuration file cannot be read"),
  identity_invalid: row("node", false, "the identity file is damaged or readable by others"),
  node_unreachable: row(
    "node",
    true,
    "a running node holds the data directory and its control socket does not answer",
  ),
  node_stopped: row("node", false, "the node is not running"),
  control_protocol: row("node", false, "the control socket got a request it does not know"),
  record_not_found: row("record", false, "no record of that kind and hash"),
  usage: row("node", false, "the command line does not fit the command"),
  demo_failed: row("node", false, "the demo could not show what it promises"),
} as const satisfies Record<string, ErrorCodeInfo>;

export type ErrorCode = keyof typeof errorCodes;
