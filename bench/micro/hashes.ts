/** SHA-256 of one message and of many, by size; SHA-512 and SHA-3 where node:crypto is the only rival. */
import { createHash } from "node:crypto";
import { SeededRandom } from "waxwing/testing";
import { type Bench, type Case, turns } from "../case.js";
import { map } from "./signatures.js";

const batchLength = 64;

export function hashCases({ core, peers }: Bench): Case[] {
  const random = new SeededRandom("bench/hash");
  const one = (size: number): Case => {
    const messages = Array.from({ length: turns }, () => random.bytes(size));
    return {
      id: `hash/sha256/${size}`,
      contenders: {
        waxwing: (turn) => core.sha256(messages[turn]!),
        ...map(peers.sha256, (hash) => (turn: number) => hash(messages[turn]!)),
      },
    };
  };
  const many = (size: number): Case => {
    const messages = Array.from({ length: batchLength }, () => random.bytes(size));
    return {
      id: `hash/sha256-batch/${size}`,
      operations: { waxwing: batchLength },
      contenders: {
        waxwing: () => core.sha256Batch(messages),
        ...map(peers.sha256, (hash) => (turn: number) => hash(messages[turn]!)),
      },
      // Peers have no batches: one call for each message.
      comparable: (output, turn) => {
        const hash = Array.isArray(output) ? output[turn] : output;
        return Buffer.from(hash as Uint8Array).toString("hex");
      },
    };
  };
  const other = (id: string, name: string, run: (data: Uint8Array) => Uint8Array): Case => {
    const messages = Array.from({ length: turns }, () => random.bytes(1024));
    return {
      id: `hash/${id}/1024`,
      contenders: {
        waxwing: (turn) => run(messages[turn]!),
        "node-crypto": (turn) => createHash(name).update(messages[turn]!).digest(),
      },
    };
  };
  return [
    ...[64, 300, 1024, 8192].map(one),
    ...[64, 300, 1024, 8192].map(many),
    other("sha512", "sha512", core.sha512),
    other("sha3-256", "sha3-256", core.sha3_256),
  ];
}
