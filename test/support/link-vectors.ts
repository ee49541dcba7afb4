/** The parts of native links that vectors speak of, with randomness that the vectors name. */
import { loadCore } from "waxwing/core";
import { nativeKeyId } from "waxwing/records";
import { SeededRandom } from "waxwing/testing";
import { hexDecode } from "#dist/base/bytes.js";
import { ItemWriter, type LinkItem } from "#dist/transport/link/wire.js";
import { End, type LinkKeys } from "./link-endpoints.js";

export { decodeItems, type LinkItem } from "#dist/transport/link/wire.js";

const core = await loadCore();

/** The key pair of a seed, by that key id or by its native one. */
export function linkKeysOf(seedHex: string, keyId: string): LinkKeys & { readonly nativeKeyId: string } {
  const seed = hexDecode(seedHex);
  const publicKeys = {
    ed25519: core.ed25519.publicKey(seed),
    mlDsa65: core.mlDsa65.keygen(seed).publicKey,
  };
  return {
    keyId,
    publicKeys,
    nativeKeyId: nativeKeyId(core, publicKeys),
    sign: (message) => core.ed25519.sign(message, seed),
  };
}

/** Gives these bytes where that many are asked for, in order; then others. */
export class NamedRandom extends SeededRandom {
  readonly #named: Uint8Array[];

  constructor(named: readonly string[]) {
    super("behind what the vectors name");
    this.#named = named.map(hexDecode);
  }

  override bytes(length: number): Uint8Array {
    const [next] = this.#named;
    if (next?.length !== length) return super.bytes(length);
    this.#named.shift();
    // The owner wipes it.
    return next.slice();
  }
}

/** An end whose ephemeral secrets are these, in the order in which they are drawn. */
export function endWithSecrets(keys: LinkKeys, secrets: readonly string[], readable: boolean): End {
  return new End(keys, new NamedRandom(secrets), {
    readable,
    properties: { packetBytesMax: 65_536 },
    standing: () => "unknown",
  });
}

export function encodeItems(items: readonly LinkItem[]): Uint8Array {
  const writer = new ItemWriter(new Uint8Array(65_536));
  for (const item of items) writer.write(item);
  return writer.bytes;
}
