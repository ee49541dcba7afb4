/**
 * Published implementations of negentropy protocol v1, spoken to as black boxes: the crate `negentropy` through
 * test/interop/negentropy-peer, in both roles, and `nostr-tools/nip77` of npm, which only initiates.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath, pathToFileURL } from "node:url";

/** What an initiator learns from an answer; `next` is absent at the end. */
export interface Learnt {
  readonly next?: Uint8Array;
  /** Ids in hex. */
  readonly have: readonly string[];
  readonly need: readonly string[];
}

export interface StockInitiator {
  initiate(): Promise<Uint8Array>;
  read(answer: Uint8Array): Promise<Learnt>;
}

export interface StockPeer extends StockInitiator {
  answer(message: Uint8Array): Promise<Uint8Array>;
  close(): void;
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const bytes = (text: string) => new Uint8Array(Buffer.from(text, "hex"));
export const idsOf = (text: string): string[] => text.match(/.{64}/g) ?? [];

const program = process.env.WAXWING_NEGENTROPY;
export const rust = {
  isThere: program !== undefined,
  howToRun:
    program === undefined
      ? " (set WAXWING_NEGENTROPY to the program that cargo build makes of test/interop/negentropy-peer)"
      : "",
};

/** A peer that holds these ids at timestamp 0; `limit` 0: frames of any size. */
export async function rustPeer(ids: Uint8Array, limit: number): Promise<StockPeer> {
  const child: ChildProcess = spawn(program!, [], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  const ask = async (...words: string[]): Promise<string> => {
    child.stdin!.write(`${words.join(" ")}\n`);
    const line = await lines.next();
    if (line.done || line.value.startsWith("error")) throw new Error(`negentropy-peer: ${line.value}`);
    return line.value;
  };
  await ask("set", String(limit), hex(ids));
  return {
    initiate: async () => bytes(await ask("initiate")),
    answer: async (message) => bytes(await ask("answer", hex(message))),
    read: async (answer) => {
      const [next, have, need] = (await ask("read", hex(answer))).split(" ");
      return { ...(next === "-" ? {} : { next: bytes(next!) }), have: idsOf(have!), need: idsOf(need!) };
    },
    close: () => void child.stdin!.end(),
  };
}

const path = fileURLToPath(
  new URL("../../bench/peers/node_modules/nostr-tools/lib/esm/nip77.js", import.meta.url),
);
export const javaScript = {
  isThere: existsSync(path),
  howToRun: existsSync(path) ? "" : " (needs the peers: npm ci --ignore-scripts in bench/peers)",
};

interface Storage {
  insert(timestamp: number, id: string): void;
  seal(): void;
}
interface Nip77 {
  Negentropy: new (
    storage: Storage,
    frameSizeLimit?: number,
  ) => {
    initiate(): string;
    reconcile(message: string, have: (id: string) => void, need: (id: string) => void): string | null;
  };
  NegentropyStorageVector: new () => Storage;
}

export async function javaScriptPeer(ids: Uint8Array, limit: number): Promise<StockInitiator> {
  const { Negentropy, NegentropyStorageVector } = (await import(pathToFileURL(path).href)) as Nip77;
  const storage = new NegentropyStorageVector();
  for (const id of idsOf(hex(ids))) storage.insert(0, id);
  storage.seal();
  const peer = new Negentropy(storage, limit === 0 ? undefined : limit);
  return {
    initiate: async () => bytes(peer.initiate()),
    read: async (answer) => {
      const have: string[] = [];
      const need: string[] = [];
      const next = peer.reconcile(
        hex(answer),
        (id) => have.push(id),
        (id) => need.push(id),
      );
      return { ...(next === null ? {} : { next: bytes(next) }), have, need };
    },
  };
}
