/** What packet, IP and UDP sockets have in common over the addon: packets with the address they go to or came from. */
import { checkBytes, checkInteger } from "#base/check.js";
import { type ErrorDetail, WaxwingError } from "#base/errors.js";
import { limits } from "#base/limits.js";
import { type DeviceCounters, DeviceHandle, type NativeHandle } from "./device-handle.js";

/** What `native/src/raw` exports. */
export interface NativeSockets {
  readonly RawSocket: new (options: NativeSocketOptions, ring: () => void) => NativeRawSocket;
}

/** One instruction of a classic BPF program (`struct sock_filter`). */
export interface BpfInstruction {
  readonly code: number;
  readonly jt: number;
  readonly jf: number;
  readonly k: number;
}

interface NativeSocketOptions {
  readonly kind: "packet" | "ip" | "udp";
  readonly interface?: string;
  readonly etherType?: number;
  readonly cooked?: boolean;
  readonly filter?: readonly BpfInstruction[];
  readonly protocol?: number;
  readonly address?: Uint8Array;
  readonly reuseAddress?: boolean;
  readonly offload?: boolean;
  readonly kernelReceiveBytes?: number;
  readonly receiveBytes: number;
  readonly sendBytes: number;
}

interface NativeRawSocket extends NativeHandle {
  local(): NativeLocal | null;
  drainRecords(out: Uint8Array): number;
  askMtu(): number;
  askDrops(): number;
  askMembership(join: boolean, group: Uint8Array, interfaceName: string | undefined): number;
  askMulticast(
    interfaceName: string | undefined,
    ttl: number | undefined,
    loopback: boolean | undefined,
  ): number;
}

interface NativeLocal {
  readonly address: Uint8Array;
  readonly mtu: number;
  readonly segmentation: boolean;
  readonly receiveOffload: boolean;
}

/** Options of every socket. */
export interface SocketBufferOptions {
  /** Received bytes kept for the reader before packets stay with the kernel, which drops what it cannot keep. */
  readonly receiveBytes?: number;
  /** Bytes on their way out. */
  readonly sendBytes?: number;
  /** The kernel's own buffer for what comes (SO_RCVBUF); absent: the system's. */
  readonly kernelReceiveBytes?: number;
}

export const bufferOptionNames = ["receiveBytes", "sendBytes", "kernelReceiveBytes"] as const;

/** Bytes before those of a packet in a ring: their length, and the address with its own. */
const recordHeadBytes = 4;
const addressBytesMax = 23;
/** A packet of an Ethernet segment and its head; larger ones are rare enough to be allocated. */
const outgoingBytes = 2048;
const nowhere = new Uint8Array(0);

/** Of every kind: an open socket whose packets have an address, as text. */
export abstract class NativeSocket {
  /** @internal */
  readonly opened: Promise<void>;
  /** When the socket is closed: with the reason where that was not `close`. Never rejects. */
  readonly ended: Promise<WaxwingError | undefined>;
  protected readonly handle: DeviceHandle<NativeRawSocket>;
  readonly #sendBytesMax: number;
  readonly #encoded = new Map<string, Uint8Array>();
  readonly #outgoing = new Uint8Array(outgoingBytes);
  #scratch = new Uint8Array(0);
  #lastFrom = new Uint8Array(0);
  #lastText = "";

  /** @internal */
  protected constructor(
    addon: NativeSockets,
    options: SocketBufferOptions,
    target: Omit<NativeSocketOptions, "receiveBytes" | "sendBytes">,
    where: ErrorDetail,
  ) {
    checkBuffers(options);
    const { receiveBytes = limits.socketReceiveBytes, sendBytes = limits.socketSendBytes } = options;
    const { kernelReceiveBytes } = options;
    this.#sendBytesMax = sendBytes - recordHeadBytes - addressBytesMax;
    const native = {
      ...target,
      receiveBytes,
      sendBytes,
      ...(kernelReceiveBytes === undefined ? {} : { kernelReceiveBytes }),
    };
    this.handle = new DeviceHandle({
      where,
      sendBytes,
      isWhole: true,
      start: (ring) => new addon.RawSocket(native, ring),
    });
    this.opened = this.handle.opened;
    this.ended = this.handle.ended;
  }

  /** Bytes of `bytesReceived` and `bytesSent` include the address of each packet, as the rings keep it. */
  get counters(): DeviceCounters {
    return this.handle.counters;
  }

  /**
   * Called when packets wait; then `drain`, or later when the reader goes on: the socket is silent about what
   * was there before the last drain, and while a reader pauses the kernel keeps what it can and drops the rest.
   */
  set onReadable(listener: (() => void) | undefined) {
    this.handle.onReadable = listener;
  }

  /** Called once after `offer` answered false, when it is worth trying again. */
  set onWritable(listener: (() => void) | undefined) {
    this.handle.onWritable = listener;
  }

  /** Gives every packet that waits to `deliver`; how many. The bytes are overwritten by the next drain. */
  drain(deliver: (bytes: Uint8Array, from: string) => void): number {
    let count = 0;
    for (let used = this.#drainRecords(); used > 0; used = this.#drainRecords())
      count += this.#split(this.#scratch.subarray(0, used), deliver);
    return count;
  }

  /** Waits for one packet at least and gives those that are there to `deliver`. Rejects at the end. */
  async receive(deliver: (bytes: Uint8Array, from: string) => void): Promise<number> {
    for (;;) {
      const count = this.drain(deliver);
      if (count > 0) return count;
      await this.handle.readable();
    }
  }

  /** Copies the packet into the send queue now, or answers false; a failure of it is only counted (`writesFailed`). */
  offer(bytes: Uint8Array, to: string): boolean {
    // The addon copies it at once, so that one place serves every packet.
    return this.handle.offer(this.#record(bytes, to, this.#outgoing));
  }

  /** Resolves when the kernel has taken the packet, in the order of the calls; rejects with its own failure. */
  async send(bytes: Uint8Array, to: string): Promise<void> {
    const record = this.#record(bytes, to, nowhere);
    return this.handle.write(record);
  }

  /** Packets that the kernel dropped because nobody took them, since the beginning. */
  async drops(): Promise<number> {
    return this.handle.ask((native) => native.askDrops());
  }

  /** In any state, as often as one likes. What waits is `canceled`; what was not sent is dropped. */
  close(): Promise<void> {
    return this.handle.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** As the addon takes it, without its length. */
  protected abstract encodeAddress(to: string): Uint8Array;
  protected abstract decodeAddress(bytes: Uint8Array): string;
  /** Where the packet's own bytes begin. */
  protected bodyStart(_bytes: Uint8Array): number {
    return 0;
  }

  /** Once it is open. */
  protected get local(): NativeLocal {
    const local = this.handle.native.local();
    if (local === null) throw this.handle.error("handle_closed", "the socket is not open");
    return local;
  }

  /** In `place` where it fits. */
  #record(bytes: Uint8Array, to: string, place: Uint8Array): Uint8Array {
    checkBytes(bytes, "bytes");
    if (bytes.length > this.#sendBytesMax)
      throw new WaxwingError(
        "mtu_exceeded",
        `${bytes.length} bytes, the send queue holds ${this.#sendBytesMax}`,
      );
    let address = this.#encoded.get(to);
    if (address === undefined) {
      address = this.encodeAddress(to);
      if (this.#encoded.size >= limits.socketAddressesKept) this.#encoded.clear();
      this.#encoded.set(to, address);
    }
    const length = 1 + address.length + bytes.length;
    const record = length <= place.length ? place.subarray(0, length) : new Uint8Array(length);
    record[0] = address.length;
    record.set(address, 1);
    record.set(bytes, 1 + address.length);
    return record;
  }

  #drainRecords(): number {
    const used = this.handle.native.drainRecords(this.#scratch);
    if (used >= 0) return used;
    this.#scratch = new Uint8Array(Math.max(-used, limits.socketDrainBytes));
    return this.handle.native.drainRecords(this.#scratch);
  }

  #split(records: Uint8Array, deliver: (bytes: Uint8Array, from: string) => void): number {
    const view = new DataView(records.buffer, records.byteOffset, records.byteLength);
    let count = 0;
    for (let at = 0; at < records.length; count++) {
      const end = at + recordHeadBytes + view.getUint32(at, true);
      const body = at + recordHeadBytes + 1 + records[at + recordHeadBytes]!;
      const from = this.#textOf(records.subarray(at + recordHeadBytes + 1, body));
      const bytes = records.subarray(body, end);
      deliver(bytes.subarray(this.bodyStart(bytes)), from);
      at = end;
    }
    return count;
  }

  /** Packets come in bursts from one place. */
  #textOf(address: Uint8Array): string {
    const last = this.#lastFrom;
    if (address.length !== last.length || address.some((byte, index) => byte !== last[index])) {
      this.#lastFrom = address.slice();
      this.#lastText = this.decodeAddress(address);
    }
    return this.#lastText;
  }
}

/** An opened socket, or why there is none. */
export async function whenOpen<Socket extends NativeSocket>(socket: Socket): Promise<Socket> {
  try {
    await socket.opened;
    return socket;
  } catch (error) {
    await socket.close();
    throw error;
  }
}

function checkBuffers(options: SocketBufferOptions): void {
  for (const name of ["receiveBytes", "sendBytes"] as const)
    if (options[name] !== undefined)
      checkInteger(options[name], name, limits.socketRingBytesMin, limits.deviceRingBytesMax);
  if (options.kernelReceiveBytes !== undefined)
    checkInteger(options.kernelReceiveBytes, "kernelReceiveBytes", 1, limits.deviceRingBytesMax);
}
