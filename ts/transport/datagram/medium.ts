/**
 * Datagram sockets as a medium: what raw Ethernet and UDP have in common. A socket that ends, or cannot be
 * opened yet, is `down`; it is opened again by itself, as often as it takes.
 */
import { type ErrorCode, isWaxwingError, WaxwingError } from "../../base/errors.js";
import { limits } from "../../base/limits.js";
import type { DatagramSocket } from "../../contracts/datagram.js";
import type { SimulableHost, TimerHandle } from "../../contracts/host.js";
import type {
  Medium,
  MediumAddress,
  MediumCounters,
  MediumEvents,
  MediumProperties,
} from "../../contracts/medium.js";
import type { TransportId } from "../../contracts/transport.js";

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

/** What cannot get better by waiting; everything else is an absent wire. */
const hopeless: readonly ErrorCode[] = [
  "device_permission",
  "device_setting",
  "native_unavailable",
  "transport_config",
  "unsupported_platform",
];

export class DatagramMedium implements Medium {
  readonly id: TransportId;
  readonly properties: MediumProperties;
  readonly #wire: DatagramWire;
  readonly #host: Pick<SimulableHost, "timers">;
  readonly #counts = {
    packetsSent: 0,
    packetsReceived: 0,
    wireBytesSent: 0,
    wireBytesReceived: 0,
    packetsDamaged: 0,
    reconnects: 0,
  };
  #events: MediumEvents | undefined;
  #open: OpenDatagramWire | undefined;
  #retry: TimerHandle | undefined;
  #opening: Promise<void> = Promise.resolve();
  #attempts = 0;
  #closing: Promise<void> | undefined;

  constructor(wire: DatagramWire, host: Pick<SimulableHost, "timers">) {
    this.id = wire.id;
    this.properties = wire.properties;
    this.#wire = wire;
    this.#host = host;
  }

  get counters(): MediumCounters {
    return this.#counts;
  }

  get addresses(): readonly string[] {
    return this.#closing ? [] : (this.#open?.addresses ?? []);
  }

  async open(events: MediumEvents): Promise<void> {
    this.#events = events;
    const failure = await this.#tryOpen();
    if (!failure) return;
    if (hopeless.includes(failure.code)) {
      this.#events = undefined;
      throw failure;
    }
    this.#events?.down(failure);
    this.#openLater();
  }

  send(packet: Uint8Array, to: MediumAddress): boolean {
    if (!this.#open || this.#closing) return false;
    const bytes = this.#wire.encode(packet);
    try {
      if (!this.#open.sockets[0].offer(bytes, to)) return false;
    } catch (error) {
      if (!isWaxwingError(error)) throw error;
      this.#events?.gone(to, new WaxwingError("transport_config", `${this.id}: ${error.message}`));
      return false;
    }
    this.#counts.packetsSent++;
    this.#counts.wireBytesSent += bytes.length;
    return true;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** Why it failed. */
  async #tryOpen(): Promise<WaxwingError | undefined> {
    try {
      const open = await this.#wire.open();
      if (this.#closing) await closeAll(open.sockets);
      else this.#use(open);
      return undefined;
    } catch (error) {
      if (isWaxwingError(error)) return error;
      throw error;
    }
  }

  #use(open: OpenDatagramWire): void {
    this.#open = open;
    this.#attempts = 0;
    for (const socket of open.sockets) {
      socket.onReadable = () => this.#receive(socket);
      void socket.ended.then((reason) => this.#ended(open, reason));
    }
    open.sockets[0].onWritable = () => this.#events?.writable();
  }

  #ended(open: OpenDatagramWire, reason: WaxwingError | undefined): void {
    if (this.#open !== open || this.#closing) return;
    for (const socket of open.sockets) this.#receive(socket);
    this.#open = undefined;
    void closeAll(open.sockets);
    this.#events?.down(reason ?? new WaxwingError("transport_closed", `${this.id}: the socket was closed`));
    this.#openLater();
  }

  #openLater(): void {
    if (this.#closing) return;
    const doublings = Math.min(this.#attempts++, 16);
    const delayMs = Math.min(limits.datagramRetryMsMin * 2 ** doublings, limits.datagramRetryMsMax);
    this.#retry = this.#host.timers.after(delayMs, () => {
      this.#opening = this.#openAgain();
    });
  }

  async #openAgain(): Promise<void> {
    const failure = await this.#tryOpen();
    if (this.#closing) return;
    if (failure) return this.#openLater();
    this.#counts.reconnects++;
    this.#events?.up();
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

  async #close(): Promise<void> {
    this.#events = undefined;
    this.#retry?.cancel();
    await this.#opening;
    if (this.#open) await closeAll(this.#open.sockets);
  }
}

async function closeAll(sockets: readonly DatagramSocket[]): Promise<void> {
  await Promise.all(sockets.map((socket) => socket.close()));
}
