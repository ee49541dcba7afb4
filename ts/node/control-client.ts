/**
 * How commands talk to a running node: HTTP over the Unix socket in its data directory.
 */
import { request as httpRequest } from "node:http";
import {
  type ErrorCode,
  errorCodes,
  hashHex,
  type KeyId,
  type KindToken,
  limits,
  utf8Encode,
  WaxwingError,
} from "../base/index.js";
import { type DataDirectory, reachableSocketPath } from "./data-directory.js";
import type { StateHeadJson } from "./state-heads.js";
import type { NodeCard, NodeStatus, PeerInput, PeerStatus, PutResult, RoundRequest } from "./types.js";

export interface ControlVerdict {
  readonly status: "admitted" | "duplicate" | "refused";
  /** Hex. */
  readonly hash: string;
  readonly reason?: ErrorCode;
  readonly message?: string;
}

export function toControlVerdict(result: PutResult): ControlVerdict {
  return { ...result, hash: hashHex(result.hash) };
}

/** Half of what the node takes, so that a request is never refused for its frame. */
const requestBytesMax = limits.controlRequestBytesMax / 2;

interface ControlResponse {
  readonly status: number;
  readonly body: Uint8Array;
}

/** One request at a time is enough for a command; each opens its own connection. */
export class ControlClient {
  readonly #directory: DataDirectory;
  readonly #timeoutMs: number;

  constructor(directory: DataDirectory, { timeoutMs = limits.httpRequestMs }: { timeoutMs?: number } = {}) {
    this.#directory = directory;
    this.#timeoutMs = timeoutMs;
  }

  /** One verdict a record. Large sets travel in several requests, each framed as u32 BE length ‖ bytes. */
  async put(records: readonly Uint8Array[], kind?: string): Promise<ControlVerdict[]> {
    const verdicts: ControlVerdict[] = [];
    for (let start = 0; start < records.length; ) {
      let end = start;
      let bytes = 0;
      while (end < records.length && (end === start || bytes + 4 + records[end]!.length <= requestBytesMax))
        bytes += 4 + records[end++]!.length;
      verdicts.push(...(await this.#putBatch(records.slice(start, end), kind)));
      start = end;
    }
    return verdicts;
  }

  #putBatch(records: readonly Uint8Array[], kind: string | undefined): Promise<ControlVerdict[]> {
    const length = records.reduce((sum, record) => sum + 4 + record.length, 0);
    const body = new Uint8Array(length);
    const view = new DataView(body.buffer);
    let offset = 0;
    for (const record of records) {
      view.setUint32(offset, record.length);
      body.set(record, offset + 4);
      offset += 4 + record.length;
    }
    const query = kind === undefined ? "" : `?kind=${encodeURIComponent(kind)}`;
    return this.#json("POST", `/v1/records${query}`, body);
  }

  async get(kind: string, hash: string): Promise<Uint8Array | undefined> {
    const response = await this.#request(
      "GET",
      `/v1/records/${encodeURIComponent(kind)}/${encodeURIComponent(hash)}`,
    );
    if (response.status === 404) return undefined;
    return this.#expectOk(response).body;
  }

  async list(
    kind: string,
    cursor?: string,
  ): Promise<{ records: { hash: string; position: number; bytes: number }[]; next?: string }> {
    const query = cursor === undefined ? "" : `?cursor=${encodeURIComponent(cursor)}`;
    return this.#json("GET", `/v1/records/${encodeURIComponent(kind)}${query}`);
  }

  async status(): Promise<NodeStatus> {
    return this.#json("GET", "/v1/status");
  }

  async card(): Promise<NodeCard> {
    return this.#json("GET", "/v1/card");
  }

  async storeHash(): Promise<{ records: number; hash: string }> {
    return this.#json("GET", "/v1/store-hash");
  }

  async peers(): Promise<PeerStatus[]> {
    return this.#json("GET", "/v1/peers");
  }

  async addPeer(peer: PeerInput): Promise<void> {
    await this.#json("POST", "/v1/peers", utf8Encode(JSON.stringify(peer)));
  }

  async removePeer(keyId: string): Promise<boolean> {
    return (await this.#json<{ removed: boolean }>("DELETE", `/v1/peers/${encodeURIComponent(keyId)}`))
      .removed;
  }

  async roundNow(request: RoundRequest): Promise<boolean> {
    return (await this.#json<{ opened: boolean }>("POST", "/v1/rounds", utf8Encode(JSON.stringify(request))))
      .opened;
  }

  /** Statements verbatim. */
  async stateHeads(kinds: readonly KindToken[], peerKeyId?: KeyId): Promise<string[]> {
    const query = new URLSearchParams(kinds.map((kind) => ["kind", kind]));
    if (peerKeyId !== undefined) query.set("peer", peerKeyId);
    return this.#json("GET", `/v1/state-heads?${query}`);
  }

  async verifyStateHead(statement: Uint8Array): Promise<StateHeadJson> {
    return this.#json("POST", "/v1/state-heads/verify", statement);
  }

  async #json<T>(method: string, path: string, body?: Uint8Array): Promise<T> {
    const response = this.#expectOk(await this.#request(method, path, body));
    return JSON.parse(new TextDecoder().decode(response.body)) as T;
  }

  #expectOk(response: ControlResponse): ControlResponse {
    if (response.status < 400) return response;
    let error: { code?: string; message?: string; detail?: Record<string, string | number | boolean> } = {};
    try {
      error = (JSON.parse(new TextDecoder().decode(response.body)) as { error: typeof error }).error ?? {};
    } catch {
      // Not our JSON: the status is all there is to say.
    }
    const code =
      error.code !== undefined && error.code in errorCodes ? (error.code as ErrorCode) : "control_protocol";
    throw new WaxwingError(code, error.message ?? `the node answered ${response.status}`, {
      detail: error.detail ?? {},
    });
  }

  #request(method: string, path: string, body?: Uint8Array): Promise<ControlResponse> {
    const socket = reachableSocketPath(this.#directory);
    return new Promise<ControlResponse>((resolve, reject) => {
      const unreachable = (cause: unknown) =>
        reject(
          new WaxwingError(
            "node_unreachable",
            `the node in ${this.#directory.root} does not answer on its control socket`,
            {
              cause,
              detail: { directory: this.#directory.root },
            },
          ),
        );
      const headers = body === undefined ? {} : { "content-length": body.length };
      const request = httpRequest(
        { socketPath: socket.path, method, path, headers, timeout: this.#timeoutMs },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("end", () =>
            resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks) }),
          );
          response.on("error", unreachable);
        },
      );
      request.on("timeout", () => request.destroy(new Error(`no answer within ${this.#timeoutMs} ms`)));
      request.on("error", unreachable);
      request.end(body);
    }).finally(() => socket.release());
  }
}
