/**
 * Attribution by client certificate (mTLS). A peer key is proven when the socket says that the certificate
 * chains to a configured authority, and one of
 *
 *  1. the operator pinned the certificate's fingerprint to the key,
 *  2. a name of the certificate (SAN DNS or URI) is the key id, a trusted key in the directory,
 *  3. its Ed25519 key is the directory's key of an id that it claims (SAN or common name).
 *
 * Names of two different trusted keys prove neither, and a certificate whose time has passed since the
 * handshake proves nothing: connections and resumed sessions outlive it. Anything empty or unclear proves nothing: it fails
 * closed, and the caller goes on without a peer key.
 */
import { equalBytes } from "../../base/bytes.js";
import type { KeyId } from "../../base/ids.js";
import { limits } from "../../base/limits.js";
import type { Clock, TlsPeer } from "../../contracts/host.js";
import type { DirectoryEntry, IsTrusted, KeyDirectory } from "../../contracts/key-directory.js";

export interface CertificatePolicy {
  readonly clock: Pick<Clock, "wallClock">;
  readonly directory: Pick<KeyDirectory, "lookup">;
  readonly isTrusted: IsTrusted;
  /** SHA-256 fingerprint (hex, colons and case do not matter) → key id. */
  readonly pinnedCertificates: ReadonlyMap<string, KeyId>;
}

export async function keyOfCertificate(
  peer: TlsPeer | undefined,
  policy: CertificatePolicy,
): Promise<KeyId | undefined> {
  if (peer === undefined || !peer.authorized || !isCurrent(peer, policy)) return undefined;
  const pinned = policy.pinnedCertificates.get(normalizeFingerprint(peer.fingerprint256));
  const proven = new Set(await provenByName(peer, policy));
  if (pinned !== undefined) proven.add(pinned);
  return proven.size === 1 ? [...proven][0] : undefined;
}

function isCurrent({ validFromMs, validToMs }: TlsPeer, { clock }: CertificatePolicy): boolean {
  const { ms } = clock.wallClock();
  return (validFromMs ?? ms) <= ms && ms <= (validToMs ?? ms);
}

/** `AB:CD:…` → `abcd…`, so that operators may write either. */
export function normalizeFingerprint(fingerprint: string): string {
  return fingerprint.replaceAll(":", "").toLowerCase();
}

async function provenByName(peer: TlsPeer, policy: CertificatePolicy): Promise<KeyId[]> {
  const alternative = new Set(peer.subjectAltNames);
  const claimed = new Set([...alternative, ...(peer.commonName === undefined ? [] : [peer.commonName])]);
  // Each name costs a directory lookup, and a certificate can carry thousands.
  if (claimed.size > limits.certificateNamesMax) return [];
  const proven: KeyId[] = [];
  for (const keyId of claimed) {
    const entry = await policy.directory.lookup(keyId);
    if (entry === undefined || !policy.isTrusted(entry.standing)) continue;
    if (alternative.has(keyId) || holdsKey(peer, entry)) proven.push(keyId);
  }
  return proven;
}

function holdsKey(peer: TlsPeer, entry: DirectoryEntry): boolean {
  return peer.publicKeyRaw !== undefined && equalBytes(peer.publicKeyRaw, entry.ed25519);
}
