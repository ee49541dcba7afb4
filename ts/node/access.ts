/**
 * How commands reach the data of a directory: through the control socket of a running node, else by opening
 * the store themselves, read-only for reading commands and under the directory's lock for writing ones.
 */
import {
  hashHex,
  isWaxwingError,
  type KeyId,
  type KindToken,
  limits,
  utf8Decode,
  WaxwingError,
} from "../base/index.js";
import { loadCore } from "../core.js";
import { findDirectoryHolder } from "../store/index.js";
import { createHost } from "../transport/index.js";
import { fetchCardWith } from "./card.js";
import type { Config } from "./config.js";
import { ControlClient, type ControlVerdict, toControlVerdict } from "./control-client.js";
import { type DataDirectory, dataDirectory } from "./data-directory.js";
import { type LoadedIdentity, loadIdentity } from "./identity-file.js";
import { createNode } from "./node.js";
import { type StateHeadJson, stateHeadJson } from "./state-heads.js";
import type { NodeCard, NodeStatus, PeerInput, PeerStatus, RoundRequest, WaxwingNode } from "./types.js";

/** What commands do with a node, near or far. */
export interface NodeAccess extends AsyncDisposable {
  /** A node process answers; otherwise this process opened the store itself. */
  readonly running: boolean;
  put(records: readonly Uint8Array[], kind?: KindToken): Promise<ControlVerdict[]>;
  get(kind: KindToken, hash: string): Promise<Uint8Array | undefined>;
  list(
    kind: KindToken,
    cursor?: string,
  ): Promise<{ records: { hash: string; position: number; bytes: number }[]; next?: string }>;
  status(): Promise<NodeStatus>;
  storeHash(): Promise<{ records: number; hash: string }>;
  card(): Promise<NodeCard>;
  peers(): Promise<PeerStatus[]>;
  addPeer(peer: PeerInput): Promise<void>;
  removePeer(keyId: KeyId): Promise<boolean>;
  /** Signed statements verbatim, verified: of this node, or asked of a peer by a node that runs. */
  stateHeads(kinds: readonly KindToken[], peerKeyId?: KeyId): Promise<string[]>;
  verifyStateHead(statement: Uint8Array): Promise<StateHeadJson>;
  /** False where no such rounds are opened; throws `node_stopped` where no node runs. */
  roundNow(request: RoundRequest): Promise<boolean>;
}

/** Throws `node_unreachable` when a process holds the directory and its control socket does not answer. */
export async function openNodeAccess(config: Config, mode: "read" | "write"): Promise<NodeAccess> {
  const directory = dataDirectory(config.dataDirectory);
  const control = new ControlClient(directory);
  if (await answers(new ControlClient(directory, { timeoutMs: limits.controlProbeMs })))
    return remoteAccess(control);
  const holder = await findDirectoryHolder(directory.root);
  if (holder !== undefined) {
    throw new WaxwingError(
      "node_unreachable",
      `${holder.purpose} (process ${holder.pid}) holds ${directory.root} and does not answer on its control socket`,
      { detail: { directory: directory.root, pid: holder.pid } },
    );
  }
  await requireIdentity(directory, mode);
  const node = await createNode(
    { ...config, listen: false, admin: false, replication: { ...config.replication, enabled: false } },
    { storeAccess: mode === "read" ? "read-only" : "read-write", openLinks: false },
  );
  await node.start();
  return localAccess(node);
}

/** The identity of the configured data directory, made when there is none. */
export async function ensureIdentity(config: Config): Promise<LoadedIdentity> {
  return loadIdentity(await loadCore(), await createHost(), dataDirectory(config.dataDirectory), {
    create: true,
  });
}

/** Asks a peer's address for its card; see `card.ts`. */
export async function fetchCard(url: string, keyId: KeyId): Promise<PeerInput> {
  const host = await createHost();
  try {
    return await fetchCardWith(host, url, keyId);
  } finally {
    await host.http.close();
  }
}

async function answers(control: ControlClient): Promise<boolean> {
  try {
    await control.card();
    return true;
  } catch (error) {
    if (isWaxwingError(error, "node_unreachable")) return false;
    throw error;
  }
}

/** Reading a directory that was never a node's is a mistake to name, not a place to make one. */
async function requireIdentity(directory: DataDirectory, mode: "read" | "write"): Promise<void> {
  if (mode === "write") return;
  await loadIdentity(await loadCore(), await createHost(), directory, { create: false });
}

function remoteAccess(control: ControlClient): NodeAccess {
  return {
    running: true,
    put: (records, kind) => control.put(records, kind),
    get: (kind, hash) => control.get(kind, hash),
    list: (kind, cursor) => control.list(kind, cursor),
    status: () => control.status(),
    storeHash: () => control.storeHash(),
    card: () => control.card(),
    peers: () => control.peers(),
    addPeer: (peer) => control.addPeer(peer),
    removePeer: (keyId) => control.removePeer(keyId),
    roundNow: (request) => control.roundNow(request),
    stateHeads: (kinds, peerKeyId) => control.stateHeads(kinds, peerKeyId),
    verifyStateHead: (statement) => control.verifyStateHead(statement),
    [Symbol.asyncDispose]: async () => {},
  };
}

function localAccess(node: WaxwingNode): NodeAccess {
  return {
    running: false,
    async put(records, kind) {
      const verdicts: ControlVerdict[] = [];
      for await (const result of node.putBatch(records, kind === undefined ? {} : { kind }))
        verdicts.push(toControlVerdict(result));
      return verdicts;
    },
    get: async (kind, hash) => (await node.get(kind, hash))?.bytes,
    async list(kind, cursor) {
      const { records, next } = await node.list(kind, cursor);
      return {
        records: records.map(({ hash, position, bytes }) => ({
          hash: hashHex(hash),
          position,
          bytes: bytes.length,
        })),
        ...(next === undefined ? {} : { next }),
      };
    },
    status: () => node.status(),
    storeHash: () => node.storeHash(),
    card: async () => node.card(),
    peers: () => node.peers.list(),
    addPeer: (peer) => node.peers.add(peer),
    removePeer: (keyId) => node.peers.remove(keyId),
    async stateHeads(kinds, peerKeyId) {
      const request = peerKeyId === undefined ? {} : { peerKeyId };
      const statements = await node.stateHeads(kinds.length === 0 ? undefined : kinds, request);
      return statements.map(({ bytes }) => utf8Decode(bytes));
    },
    verifyStateHead: async (statement) => stateHeadJson(await node.verifyStateHead(statement)),
    async roundNow() {
      throw new WaxwingError("node_stopped", "no node runs here that could open rounds: waxwing node");
    },
    [Symbol.asyncDispose]: () => node[Symbol.asyncDispose](),
  };
}
