/** Native links between test identities over a wire that the test controls, in virtual time. */
import { loadCore } from "waxwing/core";
import { nativeKeyId } from "waxwing/records";
import {
  createFakeHost,
  createFakeSegment,
  everybody,
  type FakeSegmentOptions,
  SeededRandom,
} from "waxwing/testing";
import { createHost, createLinkTransport } from "waxwing/transport";
import type { HybridPair } from "#dist/contracts/engine.js";
import type { Host } from "#dist/contracts/host.js";
import type { Identity } from "#dist/contracts/identity.js";
import type { DirectoryEntry, KeyStanding } from "#dist/contracts/key-directory.js";
import type { Medium } from "#dist/contracts/medium.js";
import { loadLinkCrypto } from "#dist/engine/link-crypto.js";

const core = await loadCore();
export const linkCore = core;
export const linkCrypto = await loadLinkCrypto();

type LinkIdentity = Pick<Identity, "keyId" | "publicKeys" | "signEd25519">;

/** Keys from a seed; a native key id unless another is given. */
export function makeLinkIdentity(seed: number, keyId?: string): LinkIdentity {
  const secret = new Uint8Array(32).fill(seed);
  const publicKeys: HybridPair = {
    ed25519: core.ed25519.publicKey(secret),
    mlDsa65: core.mlDsa65.keygen(secret).publicKey,
  };
  return {
    keyId: keyId ?? nativeKeyId(core, publicKeys),
    publicKeys,
    signEd25519: async (message) => core.ed25519.sign(message, secret),
  };
}

export interface LinkWorldOptions extends FakeSegmentOptions {
  readonly seed?: number;
  readonly readable?: boolean;
}

/** A wire in virtual time, and ends that are made on it. */
export function makeLinkWorld(options: LinkWorldOptions = {}) {
  const fake = createFakeHost({ seed: options.seed ?? 1 });
  const random = new SeededRandom(options.seed ?? 1);
  const segment = createFakeSegment(fake.time, fake.host.clock, random, options);
  const directory = new Map<string, DirectoryEntry>();
  return {
    ...fake,
    segment,
    directory,
    know(identity: LinkIdentity, standing: KeyStanding = "native") {
      const { keyId, publicKeys } = identity;
      directory.set(keyId, { keyId, ed25519: publicKeys.ed25519, mlDsa65: publicKeys.mlDsa65, standing });
    },
    /** An end with its own randomness; it looks for peers everywhere. */
    end(name: string, identity: LinkIdentity, readable = options.readable ?? false) {
      return createLinkTransport({
        medium: segment.medium(name),
        host: { ...fake.host, random: random.fork(`host/${name}`) },
        crypto: linkCrypto,
        engine: core,
        identity,
        directory: { lookup: async (keyId) => directory.get(keyId) },
        nativeKeyId: (keys) => nativeKeyId(core, keys),
        addressBook: { address: (peer) => (peer === "nobody" ? undefined : everybody) },
        readable,
      });
    },
  };
}

/** Two ends over media of their own, on the machine's clock, for the compliance suite. */
export async function makeLinkPair(
  makeMedium: (host: Host, name: "a" | "b") => Medium,
  { readable = false, addressOf }: { readable?: boolean; addressOf?: (name: "a" | "b") => string } = {},
) {
  const host = await createHost();
  const identities = { a: makeLinkIdentity(1), b: makeLinkIdentity(2) };
  const media = { a: makeMedium(host, "a"), b: makeMedium(host, "b") };
  const known = new Map<string, string>();
  const nameOf = (keyId: string) => (["a", "b"] as const).find((name) => identities[name].keyId === keyId);
  const address = (keyId: string): string | undefined => {
    const name = nameOf(keyId);
    if (!name) return undefined;
    // Where it was last: a peer that stopped is still looked for there.
    const now = addressOf?.(name) ?? media[name].addresses[0];
    if (now !== undefined) known.set(name, now);
    return known.get(name);
  };
  const end = (name: "a" | "b") =>
    createLinkTransport({
      medium: media[name],
      host,
      crypto: linkCrypto,
      engine: core,
      identity: identities[name],
      directory: { lookup: async () => undefined },
      nativeKeyId: (keys) => nativeKeyId(core, keys),
      addressBook: { address },
      readable,
      silenceMs: 1500,
    });
  return {
    a: end("a"),
    b: end("b"),
    keyA: identities.a.keyId,
    keyB: identities.b.keyId,
    close: () => host.http.close(),
  };
}
