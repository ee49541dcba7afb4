/**
 * A signed envelope from its bytes to a verdict, on one core: parse, canonical form of what is signed, both
 * signatures. Peers are put together as an embedder would: JSON.parse, canonicalize, an Ed25519 library and an
 * ML-DSA library, with key objects made beforehand where the library has them, for new signers too.
 */
import type { Engine } from "waxwing/core";
import { buildEnvelope, parseEnvelope } from "waxwing/records";
import { SeededRandom } from "waxwing/testing";
import { createSoftwareIdentity } from "waxwing/trust";
import { type Bench, type Case, type Contender, turns } from "../case.js";
import { canonicalText } from "../micro/strong-js.js";

export async function envelopeCases(bench: Bench): Promise<Case[]> {
  const inputs = await envelopes(bench.core);
  const waxwing =
    (engine: Engine): Contender =>
    (turn) => {
      const { bytes, keys } = inputs[turn]!;
      const { signature, signedBytes } = parseEnvelope(engine, bytes);
      return engine.hybrid.verify(
        { ed25519: signature.ed25519, mlDsa65: signature.mlDsa65! },
        signedBytes,
        keys,
      );
    };
  return [
    {
      id: "flow/envelope-new/hybrid",
      contenders: { waxwing: waxwing(bench.coldCore), ...pairs(bench, inputs) },
    },
    {
      id: "flow/envelope-known/hybrid",
      contenders: { waxwing: waxwing(bench.core), ...pairs(bench, inputs) },
    },
  ];
}

type Inputs = Awaited<ReturnType<typeof envelopes>>;

async function envelopes(core: Engine) {
  const random = new SeededRandom("bench/envelopes");
  return Promise.all(
    Array.from({ length: turns }, async (_, turn) => {
      const identity = createSoftwareIdentity(core, {
        ed25519Seed: random.bytes(32),
        mlDsa65Seed: random.bytes(32),
      });
      const bytes = await buildEnvelope(core, identity, {
        destinationKeyId: identity.keyId,
        messageType: "OpaqueEvent",
        sentAtMs: 1_767_225_600_000,
        nonce: random.bytes(16),
        body: { turn, score: random.fraction(), note: "né — 😀" },
      });
      return { bytes, keys: identity.publicKeys };
    }),
  );
}

function pairs({ peers }: Bench, inputs: Inputs): Record<string, Contender> {
  const canonicalize = peers.canonicalize ?? canonicalText;
  const contenders: Record<string, Contender> = {};
  for (const [classicName, classic] of Object.entries(peers.ed25519)) {
    for (const [latticeName, lattice] of Object.entries(peers.mlDsa)) {
      // noble verifies in a millisecond each: it is no candidate for the best pair.
      if (classicName === "noble" || latticeName === "noble") continue;
      const prepared = inputs.map(({ keys }) => ({
        classic: classic.prepare?.(keys.ed25519),
        lattice: lattice.prepare?.(keys.mlDsa65),
      }));
      contenders[`${classicName}-${latticeName}`] = (turn) => {
        const { bytes, keys } = inputs[turn]!;
        const { signature, signature_pqc, ...signed } = JSON.parse(decoder.decode(bytes));
        const message = Buffer.from(canonicalize(signed));
        const first = Buffer.from(signature, "base64");
        const second = Buffer.from(signature_pqc, "base64");
        const bound = Buffer.concat([message, first]);
        const { classic: classicKey, lattice: latticeKey } = prepared[turn]!;
        return (
          (classicKey?.(first, message) ?? classic.verify(first, message, keys.ed25519)) &&
          (latticeKey?.(second, bound) ?? lattice.verify(second, bound, keys.mlDsa65))
        );
      };
    }
  }
  return contenders;
}

const decoder = new TextDecoder();
