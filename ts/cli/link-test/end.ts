/**
 * One end of a link test: the link, opened under keys that live as long as the test.
 *
 * Who listens has keys that follow from a code both ends know, so that no key id has to be carried over; who
 * dials has fresh ones. The code is no secret: nothing but test frames is ever taken or given here.
 */
import { type KeyId, utf8Encode } from "../../base/index.js";
import type { Engine, FrameReceiver, Host, Identity } from "../../contracts/index.js";
import { loadCore } from "../../core.js";
import { loadLinkCrypto } from "../../engine/index.js";
import { type LinkConfig, mediumOf } from "../../node/index.js";
import { nativeKeyId } from "../../records/index.js";
import { createLinkTransport, type LinkTransport } from "../../transport/index.js";
import { createSoftwareIdentity, generateIdentitySeeds } from "../../trust/index.js";

export interface EndOptions {
  readonly link: LinkConfig;
  readonly host: Host;
  readonly code: string;
  readonly role: "listener" | "dialler";
  /** Where the listener is on the medium; for who dials. */
  readonly address?: string;
}

export interface TestEnd {
  readonly transport: LinkTransport;
  /** Key id of the listener, at both ends. */
  readonly listener: KeyId;
  readonly host: Host;
  /** The medium loses nothing. */
  readonly reliable: boolean;
}

/** A handful of keys. */
const cacheBytes = 1024 * 1024;

/** Not started yet. */
export async function createEnd({ link, host, code, role, address }: EndOptions): Promise<TestEnd> {
  const engine = await loadCore({ cacheBytes });
  const listener = listenerIdentity(engine, code);
  const identity =
    role === "listener" ? listener : createSoftwareIdentity(engine, generateIdentitySeeds(host.random));
  const medium = await mediumOf(link, host);
  const transport = createLinkTransport({
    medium,
    host,
    crypto: await loadLinkCrypto(),
    engine,
    identity,
    // Strangers prove themselves: their ids are the hashes of the keys they show.
    directory: { lookup: async () => undefined },
    nativeKeyId: (keys) => nativeKeyId(engine, keys),
    addressBook: { address: () => address },
    readable: link.readable,
  });
  return { transport, listener: listener.keyId, host, reliable: medium.properties.reliable };
}

/** Throws why the wire is not there: a test does not wait for a cable. */
export async function startEnd({ transport }: TestEnd, receive: FrameReceiver): Promise<void> {
  await transport.start(receive);
  const { downReason } = transport;
  if (downReason === undefined) return;
  await transport.stop();
  throw downReason;
}

function listenerIdentity(engine: Engine, code: string): Identity {
  const seed = (which: string) => engine.sha256(utf8Encode(`waxwing link-test/${which}/${code}`));
  return createSoftwareIdentity(engine, { ed25519Seed: seed("ed25519"), mlDsa65Seed: seed("ml-dsa-65") });
}
