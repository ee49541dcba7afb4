/**
 * Ed25519 signatures, public keys and messages as they come from peers. Any bytes get a verdict, the same from
 * every build of the core, by a new key, a known key and a batch, as from the reference engine; and honest
 * signatures under arbitrary seeds hold on each path, which takes arbitrary scalars through the combs.
 */
import { readFileSync } from "node:fs";
import { createReferenceEngine } from "#dist/engine/index.js";
import { allCores } from "../../support/engines.js";
import { nodeEd25519 } from "../../support/node-crypto.js";
import { signMixedOrder } from "../../support/torsion.js";
import { demand, type FuzzTarget } from "../target.js";
import { everyPathSays } from "./honest.js";

const caching = await allCores();
const forgetful = await allCores({ cacheBytes: 0 });
const reference = createReferenceEngine();

const strict = JSON.parse(
  readFileSync(new URL("../../vectors/ed25519-strict.json", import.meta.url), "utf8"),
) as {
  readonly signature: string;
  readonly publicKey: string;
  readonly message: string;
}[];
const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, "hex"));

/** A verdict of no, told to the rig as a refusal: it wants to see both kinds of input. */
class NotValid extends Error {}

export const ed25519Targets: readonly FuzzTarget[] = [
  {
    name: "ed25519.verify: signature ‖ public key ‖ message",
    seeds: strict
      .filter(({ signature, publicKey }) => signature.length === 128 && publicKey.length === 64)
      .map(({ signature, publicKey, message }) => bytes(signature + publicKey + message)),
    run(input) {
      if (input.length < 96) throw new NotValid();
      const [signature, publicKey, message] = [input.slice(0, 64), input.slice(64, 96), input.slice(96)];
      const valid = reference.ed25519.verify(signature, message, publicKey);
      for (const engine of [...caching, ...forgetful])
        everyPathSays(engine, valid, { algorithm: "ed25519", signature, message, publicKey });
      if (!valid) throw new NotValid();
    },
    refusals: (error) => error instanceof NotValid,
  },
  {
    name: "ed25519.sign: seed ‖ message",
    seeds: [new Uint8Array(32), new Uint8Array(96).fill(255), Uint8Array.from({ length: 64 }, (_, i) => i)],
    run(input) {
      if (input.length < 32) throw new NotValid();
      const secretKey = input.slice(0, 32);
      const message = input.slice(32);
      const signature = reference.ed25519.sign(message, secretKey);
      const publicKey = reference.ed25519.publicKey(secretKey);
      const item = { algorithm: "ed25519", signature, message, publicKey } as const;
      const forged = { ...item, signature: signature.slice() };
      forged.signature[32 + (input.length % 31)]! ^= 1;
      const node = nodeEd25519(secretKey);
      demand(Buffer.compare(node.publicKey, publicKey) === 0, "node:crypto makes the same public key");
      demand(Buffer.compare(node.sign(message), signature) === 0, "node:crypto makes the same signature");
      demand(!node.verify(forged.signature, message), "node:crypto refuses the forged one");
      for (const engine of [...caching, ...forgetful]) {
        demand(Buffer.compare(engine.ed25519.sign(message, secretKey), signature) === 0, "signatures agree");
        everyPathSays(engine, true, item);
        everyPathSays(engine, false, forged);
      }
    },
    refusals: (error) => error instanceof NotValid,
  },
  {
    name: "ed25519.verify: parts of small order (1 byte) ‖ seed ‖ nonce ‖ message",
    seeds: Array.from({ length: 8 }, (_, i) => new Uint8Array(65 + i).fill(9 * i)),
    run(input) {
      if (input.length < 65) throw new NotValid();
      const [parts, seed, nonce, message] = [
        input[0]!,
        input.slice(1, 33),
        input.slice(33, 65),
        input.slice(65),
      ];
      const [keyPart, first] = [parts % 8, (parts >> 3) % 8];
      // With the top bits, R's part is one of eight in turn until both cancel, which one in eight does by itself.
      const tries = parts >= 64 ? 8 : 1;
      let made = signMixedOrder(seed, nonce, message, keyPart, first);
      for (let i = 1; i < tries && !made.valid; i++)
        made = signMixedOrder(seed, nonce, message, keyPart, (first + i) % 8);
      const { signature, publicKey, valid } = made;
      demand(reference.ed25519.verify(signature, message, publicKey) === valid, "the reference's equation");
      for (const engine of [...caching, ...forgetful])
        everyPathSays(engine, valid, { algorithm: "ed25519", signature, message, publicKey });
      if (!valid) throw new NotValid();
    },
    refusals: (error) => error instanceof NotValid,
  },
];
