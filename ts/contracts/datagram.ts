/** The part of packet and UDP sockets that media use; `waxwing/native` has the whole. */
import type { WaxwingError } from "../base/errors.js";

export interface DatagramSocket {
  /** Resolves when the socket is gone: with why, or with nothing after `close`. Never rejects. */
  readonly ended: Promise<WaxwingError | undefined>;
  set onReadable(listener: (() => void) | undefined);
  set onWritable(listener: (() => void) | undefined);
  /** Gives what waits to `deliver`; the bytes are overwritten by the next drain. */
  drain(deliver: (bytes: Uint8Array, from: string) => void): number;
  /**
   * Takes a copy, or nothing and answers false; then `onWritable` is called once. Throws `device_setting` for
   * what is no address of this socket.
   */
  offer(bytes: Uint8Array, to: string): boolean;
  close(): Promise<void>;
}

/** Frames of one EtherType on one interface. Addresses are hardware addresses: `02:00:00:00:00:01`. */
export interface PacketLine extends DatagramSocket {
  readonly address: string;
  /** Bytes of one packet, the Ethernet header left out. */
  readonly mtu: number;
}

export interface PacketLineSettings {
  readonly interface: string;
  readonly etherType?: number;
}

export type OpenPacketLine = (settings: PacketLineSettings) => Promise<PacketLine>;

/** Addresses are `host:port` and `[v6]:port` with IP literals. */
export interface UdpLine extends DatagramSocket {
  readonly hostname: string;
  readonly port: number;
  join(group: string, interfaceName?: string): Promise<void>;
  setMulticast(settings: {
    readonly interface?: string;
    readonly ttl?: number;
    readonly loopback?: boolean;
  }): Promise<void>;
}

export interface UdpLineSettings {
  /** An IP literal. */
  readonly hostname?: string;
  readonly port?: number;
  readonly reuseAddress?: boolean;
}

export type OpenUdpLine = (settings: UdpLineSettings) => Promise<UdpLine>;
