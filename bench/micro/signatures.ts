/**
 * Signatures, key by key and path by path. A new key is one that the core has not kept (a core without a
 * cache); a known key is one it has seen good signatures of. node:crypto has its key objects made beforehand in
 * both cases, which favours it with new keys; `node-crypto-import` makes them. Peers that keep nothing have one
 * path for both.
 */
import type { VerifyItem } from "waxwing/core";
import { SeededRandom } from "waxwing/testing";
import { type Bench, type Case, type Contender, turns } from "../case.js";

const messageBytes = 300;
const batchLength = 64;

/**
 * Peers have no batches: theirs is one call for each. A call of ours is a batch, and all its verdicts are to be what
 * a peer's is.
 */
const batch: Pick<Case, "operations" | "comparable"> = {
  operations: { waxwing: batchLength },
  comparable: (output) => (output instanceof Uint8Array ? output.every((verdict) => verdict === 1) : output),
};

export function signatureCases(bench: Bench): Case[] {
  return [...ed25519Cases(bench), ...mlDsaCases(bench)];
}

function ed25519Cases({ core, coldCore, peers }: Bench): Case[] {
  const random = new SeededRandom("bench/ed25519");
  const inputs = Array.from({ length: turns }, () => {
    const [seed, message] = [random.bytes(32), random.bytes(messageBytes)];
    const publicKey = core.ed25519.publicKey(seed);
    return { seed, message, publicKey, signature: core.ed25519.sign(message, seed) };
  });
  const at = (turn: number) => inputs[turn]!;
  const rivals: Record<string, Contender> = map(peers.ed25519, (peer) => {
    const prepared = peer.prepare ? inputs.map(({ publicKey }) => peer.prepare!(publicKey)) : [];
    return (turn) => {
      const { signature, message, publicKey } = at(turn);
      return prepared[turn]?.(signature, message) ?? peer.verify(signature, message, publicKey);
    };
  });
  const importing = importingRivals(peers.ed25519, at);
  const items: VerifyItem[] = Array.from({ length: batchLength }, (_, index) => {
    const { signature, message, publicKey } = at(index % turns);
    return { algorithm: "ed25519", signature, message, publicKey };
  });
  const verifyWith =
    (engine: typeof core): Contender =>
    (turn) =>
      engine.ed25519.verify(at(turn).signature, at(turn).message, at(turn).publicKey);
  return [
    { id: "ed25519/verify-new/300", contenders: { waxwing: verifyWith(coldCore), ...rivals, ...importing } },
    { id: "ed25519/verify-known/300", contenders: { waxwing: verifyWith(core), ...rivals } },
    {
      id: `ed25519/verify-batch-known/${batchLength}`,
      ...batch,
      contenders: { waxwing: () => core.verifyBatch(items), ...rivals },
    },
    {
      id: "ed25519/sign/300",
      contenders: {
        waxwing: (turn) => core.ed25519.sign(at(turn).message, at(turn).seed),
        ...map(peers.ed25519, ({ sign }) => (turn) => {
          const { message, seed, publicKey } = at(turn);
          return sign!(message, seed, publicKey);
        }),
      },
    },
  ];
}

function mlDsaCases({ core, coldCore, peers }: Bench): Case[] {
  const random = new SeededRandom("bench/ml-dsa-65");
  const inputs = Array.from({ length: turns }, () => {
    const [seed, message] = [random.bytes(32), random.bytes(messageBytes)];
    const { publicKey, secretKey } = core.mlDsa65.keygen(seed);
    const signature = core.mlDsa65.sign(message, secretKey, { random: false });
    return { seed, message, publicKey, secretKey, signature };
  });
  const at = (turn: number) => inputs[turn]!;
  const rivals: Record<string, Contender> = map(peers.mlDsa, (peer) => {
    const prepared = peer.prepare ? inputs.map(({ publicKey }) => peer.prepare!(publicKey)) : [];
    return (turn) => {
      const { signature, message, publicKey } = at(turn);
      return prepared[turn]?.(signature, message) ?? peer.verify(signature, message, publicKey);
    };
  });
  const importing = importingRivals(peers.mlDsa, at);
  const items: VerifyItem[] = Array.from({ length: batchLength }, (_, index) => {
    const { signature, message, publicKey } = at(index % turns);
    return { algorithm: "ml-dsa-65", signature, message, publicKey };
  });
  const verifyWith =
    (engine: typeof core): Contender =>
    (turn) =>
      engine.mlDsa65.verify(at(turn).signature, at(turn).message, at(turn).publicKey);
  return [
    {
      id: "ml-dsa-65/verify-new/300",
      contenders: { waxwing: verifyWith(coldCore), ...rivals, ...importing },
    },
    { id: "ml-dsa-65/verify-known/300", contenders: { waxwing: verifyWith(core), ...rivals } },
    {
      id: `ml-dsa-65/verify-batch-known/${batchLength}`,
      ...batch,
      contenders: { waxwing: () => core.verifyBatch(items), ...rivals },
    },
    {
      id: "ml-dsa-65/sign/300",
      contenders: {
        waxwing: (turn) => core.mlDsa65.sign(at(turn).message, at(turn).secretKey),
        ...map(
          peers.mlDsa,
          (peer) => (turn) => peer.sign(at(turn).message, at(turn).secretKey, at(turn).seed),
        ),
      },
      // Hedged: no two signatures are equal, and each must hold.
      comparable: (output, turn) =>
        core.mlDsa65.verify(new Uint8Array(output as Uint8Array), at(turn).message, at(turn).publicKey),
    },
    {
      id: "ml-dsa-65/keygen/32",
      contenders: {
        waxwing: (turn) => core.mlDsa65.keygen(at(turn).seed),
        ...map(peers.mlDsa, (peer) => () => peer.keygen()),
      },
      // Peers take no seed; that a pair comes out is all they have in common.
      comparable: (output) => typeof output,
    },
  ];
}

interface Verifying {
  prepare?: unknown;
  verify(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean;
}

/** Peers with key objects, when the key comes as bytes and the object has to be made for one signature. */
function importingRivals(
  peers: Readonly<Record<string, Verifying>>,
  at: (turn: number) => { signature: Uint8Array; message: Uint8Array; publicKey: Uint8Array },
): Record<string, Contender> {
  const importing = Object.entries(peers).filter(([, { prepare }]) => prepare !== undefined);
  return Object.fromEntries(
    importing.map(([name, { verify }]) => [
      `${name}-import`,
      (turn: number) => verify(at(turn).signature, at(turn).message, at(turn).publicKey),
    ]),
  );
}

export function map<T, U>(table: Readonly<Record<string, T>>, change: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(table).map(([name, value]) => [name, change(value)]));
}
