/**
 * Datagram sockets as a medium: what raw Ethernet and UDP have in common. A socket that ends, or cannot be
 * opened yet, is `down`; it is opened again by itself, as often as it takes.
 */
import { isWaxwingError, WaxwingError } from "../../base/errors.js";
import { limits } from "../../base/limits.js";
import type { DatagramSocket } from "../../contracts/datagram.js";
import type { SimulableHost } from "../../contracts/host.js";
import type {
  Medium,
  MediumAddress,
  MediumCounters,
  MediumEvents,
  MediumProperties,
} from "../../contracts/medium.js";
import type { TransportId } from "../../contracts/transport.js";
import { Reopening } from "../reopening.js";

export interface DatagramWire {
  readonly id: TransportId;
  readonly properties: MediumProperties;
  /** Rejects with why it is absent. */
  open(): Promise<OpenDatagramWire>;
  /** A packet as it lies in a datagram. */
  encode(packet: Uint8Array): Uint8Array;
  /** A copy of the packet; `undefined` where there is none. */
  decode(bytes: Uint8Array): Uint8Array | undefined;
}

export interface OpenDatagramWire {
  /** The first one sends; packets come on all of them. */
  readonly sockets: readonly [DatagramSocket, ...DatagramSocket[]];
  readonly addresses: readonly string[];
}

/** What waiting does not mend; everything else is an absent wire. */
const hopeless = [
  "device_permission",
  "device_setting",
  "native_unavailable",
  "transport_config",
  "unsupported_platform",
] as const;

export class DatagramMedium implements Medium {
  readonly id: TransportId;
  readonly properties: MediumProperties;
  readonly #wire: DatagramWire;
  readonly #wires: Reopening<OpenDatagramWire>;
  readonly #counts = {
    packetsSent: 0,
    packetsReceived: 0,
    wireBytesSent: 0,
    wireBytesReceived: 0,
    packetsDamaged: 0,
    reconnects: 0,
  };
  #events: MediumEvents | undefined;

  constructor(wire: DatagramWire, host: Pick<SimulableHost, "timers">) {
    this.id = wire.id;
    this.properties = wire.properties;
    this.#wire = wire;
    this.#wires = new Reopening({
      timers: host.timers,
      retryMs: { min: limits.datagramRetryMsMin, max: limits.datagramRetryMsMax },
      hopeless,
      open: () => wire.open(),
      close: ({ sockets }) => closeAll(sockets),
      use: (open) => this.#use(open),
      down: (reason) => this.#events?.down(reason),
      up: () => {
        this.#counts.reconnects++;
        this.#events?.up();
      },
    });
  }

  get counters(): MediumCounters {
    return this.#counts;
  }

  get addresses(): readonly string[] {
    return this.#wires.line?.addresses ?? [];
  }

  async open(events: MediumEvents): Promise<void> {
    this.#events = events;
    try {
      await this.#wires.open();
    } catch (error) {
      this.#events = undefined;
      throw error;
    }
  }

  send(packet: Uint8Array, to: MediumAddress): boolean {
    const { line } = this.#wires;
    if (!line) return false;
    const bytes = this.#wire.encode(packet);
    try {
      if (!line.sockets[0].offer(bytes, to)) return false;
    } catch (error) {
      if (!isWaxwingError(error)) throw error;
      this.#events?.gone(to, new WaxwingError("transport_config", `${this.id}: ${error.message}`));
      return false;
    }
    this.#counts.packetsSent++;
    this.#counts.wireBytesSent += bytes.length;
    return true;
  }

  async close(): Promise<void> {
    this.#events = undefined;
    await this.#wires.close();
  }

  #use(open: OpenDatagramWire): void {
    for (const socket of open.sockets) {
      socket.onReadable = () => this.#receive(socket);
      void socket.ended.then((reason) => this.#ended(open, reason));
    }
    open.sockets[0].onWritable = () => this.#events?.writable();
  }

  #ended(open: OpenDatagramWire, reason: WaxwingError | undefined): void {
    if (this.#wires.line !== open) return;
    for (const socket of open.sockets) this.#receive(socket);
    const closed = new WaxwingError("transport_closed", `${this.id}: the socket was closed`);
    this.#wires.ended(open, reason ?? closed);
  }

  #receive(socket: DatagramSocket): void {
    socket.drain((bytes, from) => {
      this.#counts.wireBytesReceived += bytes.length;
      const packet = this.#wire.decode(bytes);
      if (packet === undefined) {
        this.#counts.packetsDamaged++;
        return;
      }
      this.#counts.packetsReceived++;
      this.#events?.packet(packet, from);
    });
  }
}

async function closeAll(sockets: readonly DatagramSocket[]): Promise<void> {
  await Promise.all(sockets.map((socket) => socket.close()));
}
