/** Two link transports over any pair of media: authenticated, encrypted, acknowledged frames. */

import type { Medium } from "waxwing";
import { loadCore } from "waxwing/core";
import { nativeKeyId } from "waxwing/records";
import { createHost, createLinkTransport } from "waxwing/transport";
import { loadLinkCrypto } from "../../dist/engine/index.js";
import { Ears, type Pipe } from "./pipe.js";

const core = await loadCore();
const crypto = await loadLinkCrypto();
const host = await createHost();

function makeIdentity(seed: number) {
  const secret = new Uint8Array(32).fill(seed);
  const publicKeys = {
    ed25519: core.ed25519.publicKey(secret),
    mlDsa65: core.mlDsa65.keygen(secret).publicKey,
  };
  return {
    keyId: nativeKeyId(core, publicKeys),
    publicKeys,
    signEd25519: async (message: Uint8Array) => core.ed25519.sign(message, secret),
  };
}

export const benchHost = host;

export async function linkPipe(
  media: { near: Medium; far: Medium },
  addressOf: (end: "near" | "far") => string,
): Promise<Pipe> {
  const identities = { near: makeIdentity(1), far: makeIdentity(2) };
  const ears = new Ears();
  let stalled = false;
  const open = async (end: "near" | "far", other: "near" | "far") => {
    const transport = createLinkTransport({
      medium: media[end],
      host,
      crypto,
      engine: core,
      identity: identities[end],
      directory: { lookup: async () => undefined },
      nativeKeyId: (keys) => nativeKeyId(core, keys),
      addressBook: { address: () => addressOf(other) },
    });
    await transport.start(({ bytes }) => {
      if (stalled && end === "far") return "busy";
      ears[end](bytes.length);
      return "accepted";
    });
    return transport;
  };
  const far = await open("far", "near");
  const near = await open("near", "far");
  const delivered = async (sending: ReturnType<typeof near.send>) => {
    const outcome = await sending;
    if (outcome.status !== "delivered") throw new Error(JSON.stringify(outcome));
  };
  return {
    send: (frame) => delivered(near.send(identities.far.keyId, frame)),
    answer: (frame) => delivered(far.send(identities.near.keyId, frame)),
    ...ears.hooks,
    stall: () => {
      stalled = true;
    },
    close: async () => {
      await Promise.all([near.stop(), far.stop()]);
    },
  };
}
