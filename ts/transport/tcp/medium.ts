/**
 * TCP as a medium: packets on connections, framed by a length prefix or, where a stream shares its line with
 * others' frames, by HDLC. An address is `host:port`; sending to one opens a connection, and what comes over
 * an accepted connection is answered over it. Sessions of a connection end with it (`gone`).
 */
import { checkOptions } from "../../base/check.js";
import { WaxwingError } from "../../base/errors.js";
import { limits } from "../../base/limits.js";
import type { ByteStream, ByteStreamEvents, TcpHost, TcpListener } from "../../contracts/host.js";
import type {
  Medium,
  MediumAddress,
  MediumCounters,
  MediumEvents,
  MediumProperties,
} from "../../contracts/medium.js";
import { type FrameCodec, type FrameDecoder, hdlcFraming, lengthPrefixFraming } from "../../framing/index.js";
import { formatHostPort, parseHostPort } from "../host-port.js";

export interface TcpMediumOptions {
  readonly host: { readonly tcp: TcpHost };
  /** Absent: only opens connections. */
  readonly listen?: { readonly hostname: string; readonly port: number };
  /** `length-prefix` unless given. */
  readonly framing?: "length-prefix" | "hdlc";
}

/** A packet of this size costs little more than its bytes, and delays another by little. */
const packetBytesMax = 64 * 1024;

export function createTcpMedium(options: TcpMediumOptions): Medium {
  checkOptions(options, "createTcpMedium", ["host", "listen", "framing"]);
  return new TcpMedium(options);
}

interface Connection {
  readonly address: MediumAddress;
  readonly stream: ByteStream;
  readonly decoder: FrameDecoder;
  isOpen: boolean;
  isFull: boolean;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

class TcpMedium implements Medium {
  readonly id = "tcp";
  readonly properties: MediumProperties = { packetBytesMax, reliable: true, isPerAddress: true };
  readonly counters: Mutable<MediumCounters> = {
    packetsSent: 0,
    packetsReceived: 0,
    wireBytesSent: 0,
    wireBytesReceived: 0,
    packetsDamaged: 0,
    reconnects: 0,
  };
  readonly #options: TcpMediumOptions;
  readonly #codec: FrameCodec;
  readonly #connections = new Map<MediumAddress, Connection>();
  #events: MediumEvents | undefined;
  #listener: TcpListener | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: TcpMediumOptions) {
    this.#options = options;
    const framing = options.framing === "hdlc" ? hdlcFraming : lengthPrefixFraming;
    this.#codec = framing({ frameBytesMax: packetBytesMax });
  }

  get addresses(): readonly string[] {
    return this.#listener && !this.#closing ? [formatHostPort(this.#listener)] : [];
  }

  async open(events: MediumEvents): Promise<void> {
    const { host, listen } = this.#options;
    this.#events = events;
    if (listen) this.#listener = await host.tcp.listen(listen, (stream) => this.#accept(stream));
  }

  send(packet: Uint8Array, to: MediumAddress): boolean {
    if (!this.#events || this.#closing) return false;
    const connection = this.#connections.get(to) ?? this.#connect(to);
    if (!connection?.isOpen || connection.isFull) return false;
    const bytes = this.#codec.encode(packet);
    connection.isFull = !connection.stream.write(bytes);
    this.counters.packetsSent++;
    this.counters.wireBytesSent += bytes.length;
    return true;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  #connect(address: MediumAddress): Connection | undefined {
    const target = parseHostPort(address);
    if (!target) {
      this.#events?.gone(address, new WaxwingError("transport_config", `tcp: "${address}" is not host:port`));
      return undefined;
    }
    const events = this.#eventsOf(() => connection);
    const stream = this.#options.host.tcp.connect(target, limits.tcpConnectMs, events);
    const connection = this.#keep(address, stream, false);
    return connection;
  }

  #accept(stream: ByteStream): ByteStreamEvents | undefined {
    if (!this.#events || this.#connections.size >= limits.tcpConnectionsMax) return undefined;
    const connection = this.#keep(stream.remoteAddress, stream, true);
    return this.#eventsOf(() => connection);
  }

  #keep(address: MediumAddress, stream: ByteStream, isOpen: boolean): Connection {
    const connection = { address, stream, decoder: this.#codec.decoder(), isOpen, isFull: false };
    this.#connections.set(address, connection);
    return connection;
  }

  #eventsOf(connection: () => Connection): ByteStreamEvents {
    return {
      opened: () => {
        connection().isOpen = true;
        this.#events?.writable(connection().address);
      },
      data: (bytes) => this.#data(connection(), bytes),
      drained: () => {
        connection().isFull = false;
        this.#events?.writable(connection().address);
      },
      closed: (reason) => this.#gone(connection(), reason),
    };
  }

  #data(connection: Connection, bytes: Uint8Array): void {
    this.counters.wireBytesReceived += bytes.length;
    try {
      for (const packet of connection.decoder.push(bytes)) {
        this.counters.packetsReceived++;
        this.#events?.packet(packet, connection.address);
      }
      if (!connection.decoder.failure) return;
    } catch {
      // A length that cannot be: the stream is over, as `failure` says.
    }
    this.counters.packetsDamaged++;
    connection.stream.destroy();
  }

  #gone(connection: Connection, reason: WaxwingError): void {
    if (this.#connections.get(connection.address) !== connection) return;
    this.#connections.delete(connection.address);
    this.#events?.gone(connection.address, reason);
  }

  async #close(): Promise<void> {
    this.#events = undefined;
    await Promise.all([this.#listener?.stop(), ...[...this.#connections.values()].map(endGently)]);
  }
}

/** What was written leaves first; a peer that does not take it is left behind. */
function endGently({ stream }: Connection): void {
  stream.end();
}
