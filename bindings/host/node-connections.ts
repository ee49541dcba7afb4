/**
 * The connections of one Node.js server: how many there are, whose, and which wait for nothing. Node counts
 * them in all and turns newcomers away, so that whoever opens enough of them and keeps silent shuts everybody
 * out. Here the longest idle connection makes room, one source has a share only, and a stop is heard by those
 * that are being answered.
 *
 * Idle is a connection without a request whose headers are complete; requests in flight are bounded elsewhere.
 */
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { sourcePrefix } from "#base/source-prefix.js";
import { isLoopbackAddress } from "./loopback.js";

export interface ConnectionBounds {
  readonly connectionsMax: number;
  readonly perSourceMax: number;
  /** Programs on this host, among them a proxy for everybody else, are bounded by `connectionsMax` alone. */
  readonly loopbackPerSourceMax: number;
}

interface Connection {
  readonly socket: Socket;
  readonly source: string;
  requests: number;
}

export class Connections {
  readonly #bounds: ConnectionBounds;
  /** By remote address and port; the longest idle before the others that are idle. */
  readonly #open = new Map<string, Connection>();
  readonly #bySource = new Map<string, number>();
  readonly #answering = new Set<ServerResponse>();
  #onIdle: (() => void)[] = [];
  #draining = false;

  constructor(bounds: ConnectionBounds) {
    this.#bounds = bounds;
  }

  /** Before the server has a handler: what is set on a response here must come first. */
  watch(server: Server): void {
    // Of a TLS server too these are the TCP connections, before any handshake.
    server.on("connection", (socket: Socket) => this.#opened(socket));
    server.on("request", (incoming: IncomingMessage, outgoing: ServerResponse) =>
      this.#requested(incoming, outgoing),
    );
  }

  get size(): number {
    return this.#open.size;
  }

  /** From now on every answer ends its connection; resolves when none is owed. */
  drain(): Promise<void> {
    this.#draining = true;
    for (const outgoing of this.#answering) endsConnection(outgoing);
    return this.#answering.size === 0
      ? Promise.resolve()
      : new Promise((resolve) => this.#onIdle.push(resolve));
  }

  #opened(socket: Socket): void {
    const { remoteAddress } = socket;
    // It is gone already.
    if (remoteAddress === undefined) return;
    const { connectionsMax, perSourceMax, loopbackPerSourceMax } = this.#bounds;
    const source = sourcePrefix(remoteAddress);
    const share = isLoopbackAddress(remoteAddress) ? loopbackPerSourceMax : perSourceMax;
    const ofSource = this.#bySource.get(source) ?? 0;
    if (ofSource >= share || (this.#open.size >= connectionsMax && !this.#closeIdlest())) {
      socket.destroy();
      return;
    }
    const key = keyOf(socket);
    this.#bySource.set(source, ofSource + 1);
    this.#open.set(key, { socket, source, requests: 0 });
    socket.once("close", () => this.#forget(key));
  }

  #forget(key: string): void {
    const connection = this.#open.get(key);
    if (connection === undefined) return;
    this.#open.delete(key);
    const left = (this.#bySource.get(connection.source) ?? 1) - 1;
    if (left === 0) this.#bySource.delete(connection.source);
    else this.#bySource.set(connection.source, left);
  }

  #closeIdlest(): boolean {
    for (const [key, { socket, requests }] of this.#open) {
      if (requests > 0) continue;
      this.#forget(key);
      socket.destroy();
      return true;
    }
    return false;
  }

  #requested(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const key = keyOf(incoming.socket);
    const connection = this.#open.get(key);
    if (connection !== undefined) connection.requests++;
    this.#answering.add(outgoing);
    if (this.#draining) endsConnection(outgoing);
    outgoing.once("close", () => this.#answered(key, connection, outgoing));
  }

  #answered(key: string, connection: Connection | undefined, outgoing: ServerResponse): void {
    this.#answering.delete(outgoing);
    if (connection !== undefined) {
      connection.requests--;
      // Behind all others: it has been idle for the shortest time.
      if (this.#open.delete(key)) this.#open.set(key, connection);
    }
    if (this.#answering.size === 0) for (const resolve of this.#onIdle.splice(0)) resolve();
  }
}

function endsConnection(outgoing: ServerResponse): void {
  if (!outgoing.headersSent) outgoing.setHeader("Connection", "close");
}

/** The same for a TLS socket and the TCP socket below it. */
function keyOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
