/** Reads the client certificate of a TLS socket into a `TlsPeer`. Facts only; what they prove is attribution's to say. */
import type { X509Certificate } from "node:crypto";
import type { TLSSocket } from "node:tls";
import type { TlsPeer } from "#contracts/host.js";

/** A certificate does not change during a connection, and parsing one costs more than the request around it. */
const known = new WeakMap<TLSSocket, TlsPeer>();

/** Undefined when the peer showed no certificate. */
export function tlsPeerOf(socket: TLSSocket): TlsPeer | undefined {
  const remembered = known.get(socket);
  if (remembered) return remembered;
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return undefined;
  const commonName = commonNameOf(certificate.subject);
  const publicKeyRaw = ed25519KeyOf(certificate);
  const peer: TlsPeer = {
    authorized: socket.authorized,
    subjectAltNames: parseSubjectAltName(certificate.subjectAltName ?? ""),
    ...(commonName === undefined ? {} : { commonName }),
    ...(publicKeyRaw === undefined ? {} : { publicKeyRaw }),
    fingerprint256: certificate.fingerprint256,
    ...validityOf(certificate),
  };
  known.set(socket, peer);
  return peer;
}

/** What Node cannot read as a time is left out, as for a host that does not show it. */
function validityOf({ validFrom, validTo }: X509Certificate): Pick<TlsPeer, "validFromMs" | "validToMs"> {
  const [validFromMs, validToMs] = [Date.parse(validFrom), Date.parse(validTo)];
  return Number.isNaN(validFromMs) || Number.isNaN(validToMs) ? {} : { validFromMs, validToMs };
}

/** Node writes one `NAME=value` a line. Two common names prove nothing, so they give none. */
function commonNameOf(subject: string | undefined): string | undefined {
  const names = (subject ?? "").split("\n").filter((line) => line.startsWith("CN="));
  return names.length === 1 ? names[0]!.slice("CN=".length) : undefined;
}

/**
 * `DNS:a.example, URI:"wx1, DNS:evil", IP Address:10.0.0.1` → DNS and URI values. Node writes a value that
 * could be mistaken for several as a JSON string; splitting at commas alone would let a certificate invent names.
 */
export function parseSubjectAltName(text: string): string[] {
  const names: string[] = [];
  const entry = /(?:^|, )([A-Za-z ]+):("(?:[^"\\]|\\.)*"|[^",]*)(?=, |$)/y;
  let consumed = 0;
  for (let match = entry.exec(text); match !== null; match = entry.exec(text)) {
    const value = unquote(match[2]!);
    // A form that this grammar does not know proves nothing at all, here and below.
    if (value === undefined) return [];
    if (match[1] === "DNS" || match[1] === "URI") names.push(value);
    consumed = entry.lastIndex;
  }
  return consumed === text.length ? names : [];
}

function unquote(value: string): string | undefined {
  if (!value.startsWith('"')) return value;
  try {
    return String(JSON.parse(value));
  } catch {
    return undefined;
  }
}

const spkiEd25519Bytes = 44;

function ed25519KeyOf(certificate: X509Certificate): Uint8Array | undefined {
  const key = certificate.publicKey;
  if (key.asymmetricKeyType !== "ed25519") return undefined;
  // RFC 8410: twelve bytes of algorithm and wrapping, then the raw key.
  const spki = key.export({ format: "der", type: "spki" });
  return spki.length === spkiEd25519Bytes ? new Uint8Array(spki.subarray(spkiEd25519Bytes - 32)) : undefined;
}
