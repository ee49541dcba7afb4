/**
 * Ed25519 as a node meets it: 64 signers by turns, under keys met for the first time (no key cache), under keys
 * that are kept, and in a batch of all 64; and signing. node:crypto has its key objects ready. The reference engine
 * runs where one call is one verification.
 */
import { createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import { type Engine, loadCore } from "waxwing/core";
import type { SeededRandom } from "waxwing/testing";
import { wasmBuilds } from "#bindings/wasm/load.js";
import { createReferenceEngine } from "#dist/engine/index.js";
import type { MicroCase } from "./cases.js";

const signerCount = 64;
const messageBytes = 300;
const pkcs8 = Buffer.from("302e020100300506032b657004220420", "hex");

function signers(engine: Engine, random: SeededRandom) {
  return Array.from({ length: signerCount }, () => {
    const secretKey = random.bytes(32);
    const message = random.bytes(messageBytes);
    const nodeSecret = createPrivateKey({
      key: Buffer.concat([pkcs8, secretKey]),
      format: "der",
      type: "pkcs8",
    });
    return {
      algorithm: "ed25519" as const,
      publicKey: engine.ed25519.publicKey(secretKey),
      signature: engine.ed25519.sign(message, secretKey),
      message,
      secretKey,
      nodeSecret,
      nodePublic: createPublicKey(nodeSecret),
    };
  });
}

export async function ed25519Cases(random: SeededRandom): Promise<MicroCase[]> {
  const builds = wasmBuilds();
  const fresh = await Promise.all(builds.map((build) => loadCore({ build, cacheBytes: 0 })));
  const known = await Promise.all(builds.map((build) => loadCore({ build })));
  const reference = createReferenceEngine();
  const items = signers(fresh[0]!, random);
  // Two good signatures make a key known.
  for (const engine of [...known, ...known]) engine.verifyBatch(items);
  const each = (engines: readonly Engine[], run: (engine: Engine) => () => unknown) =>
    Object.fromEntries(engines.map((engine) => [engine.features.engine, run(engine)]));

  /** Each call takes the next signer. */
  const byTurns = (run: (item: (typeof items)[number]) => unknown) => {
    let turn = 0;
    return () => run(items[turn++ % signerCount]!);
  };
  const verifyWith = ({ ed25519 }: Engine) =>
    byTurns(({ signature, message, publicKey }) => ed25519.verify(signature, message, publicKey));
  const nodeVerify = byTurns(({ message, nodePublic, signature }) =>
    verify(null, message, nodePublic, signature),
  );
  return [
    {
      id: `ed25519/verify-new-key/${messageBytes}`,
      contenders: { ...each([...fresh, reference], verifyWith), "node-crypto": nodeVerify },
    },
    {
      id: `ed25519/verify-known-key/${messageBytes}`,
      contenders: { ...each(known, verifyWith), "node-crypto": nodeVerify },
    },
    {
      id: `ed25519/verify-known-key-batch/${signerCount}x${messageBytes}`,
      contenders: {
        ...each(known, (engine) => () => engine.verifyBatch(items)),
        "node-crypto": () =>
          Uint8Array.from(items, ({ message, nodePublic, signature }) =>
            Number(verify(null, message, nodePublic, signature)),
          ),
      },
    },
    {
      id: `ed25519/sign/${messageBytes}`,
      contenders: {
        ...each([...known, reference], ({ ed25519 }) =>
          byTurns(({ message, secretKey }) => ed25519.sign(message, secretKey)),
        ),
        "node-crypto": byTurns(({ message, nodeSecret }) => sign(null, message, nodeSecret)),
      },
    },
  ];
}
