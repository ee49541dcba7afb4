/**
 * Peers for transport tests: identities with real Ed25519 keys, a directory of them, and HTTP transports on
 * loopback, all on the product's engine.
 */
import { createPrivateKey, type KeyObject, randomBytes } from "node:crypto";
import { loadCore } from "waxwing/core";
import {
  createAttributionMemory,
  createHost,
  createHttpTransport,
  type HttpTransport,
} from "waxwing/transport";
import type { Host } from "#dist/contracts/host.js";
import type { Identity } from "#dist/contracts/identity.js";
import type { DirectoryEntry, KeyDirectory, KeyStanding } from "#dist/contracts/key-directory.js";

export const engine = await loadCore();

export interface TestPeer extends Pick<Identity, "keyId" | "signEd25519"> {
  readonly seed: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly privateKey: KeyObject;
}

/** RFC 8410: what stands before the 32-byte seed of an Ed25519 key in PKCS #8. */
const pkcs8Prefix = Buffer.from("302e020100300506032b657004220420", "hex");

/** A peer whose key node:crypto holds, so that jose and openssl can use it too. Random, unless a seed is given. */
export function makePeer(keyId: string, seed: Uint8Array = randomBytes(32)): TestPeer {
  const der = Buffer.concat([pkcs8Prefix, seed]);
  return {
    keyId,
    seed,
    publicKey: engine.ed25519.publicKey(new Uint8Array(seed)),
    privateKey: createPrivateKey({ key: der, format: "der", type: "pkcs8" }),
    signEd25519: async (message) => engine.ed25519.sign(message, new Uint8Array(seed)),
  };
}

/** A native-looking key id. */
export function makeKeyId(): string {
  return `wx1${randomBytes(32).toString("hex")}`;
}

export class TestDirectory implements Pick<KeyDirectory, "lookup"> {
  readonly entries = new Map<string, DirectoryEntry>();

  add(peer: TestPeer, standing: KeyStanding = "native"): this {
    this.entries.set(peer.keyId, { keyId: peer.keyId, ed25519: peer.publicKey, standing });
    return this;
  }

  async lookup(keyId: string): Promise<DirectoryEntry | undefined> {
    return this.entries.get(keyId);
  }
}

type TransportOptions = Parameters<typeof createHttpTransport>[0];
/** `listen: "none"`: the handler alone, as embedders mount it. */
export type HttpEndOptions = Partial<Omit<TransportOptions, "listen">> & {
  readonly listen?: TransportOptions["listen"] | "none";
};

/** An address book over what the peers' transports say of themselves. */
export class TestAddressBook {
  readonly ends = new Map<string, HttpTransport>();

  address(peer: string): string | undefined {
    return this.ends.get(peer)?.addresses[0] ?? this.known.get(peer);
  }

  /** Where a peer was last, which outlives its transport. */
  readonly known = new Map<string, string>();
}

export function makeHttpEnd(
  peer: TestPeer,
  parts: { host: Host; directory: TestDirectory; addressBook: TestAddressBook },
  options: HttpEndOptions = {},
): HttpTransport {
  const { listen = { hostname: "127.0.0.1", port: 0 }, ...others } = options;
  const end = createHttpTransport({
    host: parts.host,
    engine,
    identity: peer,
    directory: parts.directory,
    memory: createAttributionMemory(parts.host.clock),
    addressBook: parts.addressBook,
    ...(listen === "none" ? {} : { listen }),
    ...others,
  });
  parts.addressBook.ends.set(peer.keyId, end);
  return end;
}

/** Two HTTP ends that know each other, and a host that is closed with them. */
export async function makeHttpPair(options: HttpEndOptions = {}) {
  const host = await createHost();
  const peerA = makePeer(makeKeyId());
  const peerB = makePeer(makeKeyId());
  const directory = new TestDirectory().add(peerA).add(peerB);
  const addressBook = new TestAddressBook();
  const parts = { host, directory, addressBook };
  return {
    ...parts,
    peerA,
    peerB,
    a: makeHttpEnd(peerA, parts, options),
    b: makeHttpEnd(peerB, parts, options),
    keyA: peerA.keyId,
    keyB: peerB.keyId,
    close: () => host.http.close(),
  };
}
