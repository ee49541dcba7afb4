/**
 * Packet sockets: frames of one EtherType on one interface, without IP (AF_PACKET, Linux). Needs CAP_NET_RAW.
 *
 * ```ts
 * import { openPacketSocket } from "waxwing/native";
 * const name = process.argv[2];
 * if (name !== undefined) {
 *   await using socket = await openPacketSocket({ interface: name });
 *   await socket.send(new TextEncoder().encode("anybody here?"), "ff:ff:ff:ff:ff:ff");
 *   await socket.receive((bytes, from) => console.log(from, bytes.length));
 * }
 * ```
 */
import { checkInteger, checkOptions, checkString } from "#base/check.js";
import { WaxwingError } from "#base/errors.js";
import { loadNative } from "./load.js";
import {
  type BpfInstruction,
  bufferOptionNames,
  NativeSocket,
  type NativeSockets,
  type SocketBufferOptions,
  whenOpen,
} from "./native-socket.js";
import { formatMac, parseMac } from "./socket-address.js";

export interface PacketSocketOptions extends SocketBufferOptions {
  readonly interface: string;
  /** 0x88B5 unless given: the first of two that IEEE 802 leaves to local experiments. */
  readonly etherType?: number;
  /** `datagram`: the kernel writes and takes away the Ethernet header. `raw`: it is part of the bytes. Default datagram. */
  readonly mode?: "datagram" | "raw";
  /**
   * A classic BPF program that the kernel runs on every frame, and that nobody can change once the socket is
   * open. Absent: what is for another host is left out. Empty: everything comes.
   */
  readonly filter?: readonly BpfInstruction[];
}

/** IEEE Std 802, local experimental EtherType 1. */
export const defaultEtherType = 0x88b5;

/** `ld #pkttype; jeq #PACKET_OTHERHOST, drop; accept` (linux/filter.h, SKF_AD_PKTTYPE). */
const notForOthers: readonly BpfInstruction[] = [
  { code: 0x20, jt: 0, jf: 0, k: 0xffff_f004 },
  { code: 0x15, jt: 0, jf: 1, k: 3 },
  { code: 0x06, jt: 0, jf: 0, k: 0 },
  { code: 0x06, jt: 0, jf: 0, k: 0xffff_ffff },
];

/**
 * Opens a packet socket.
 * @throws {WaxwingError} `device_permission`, `device_not_found` and `interface_down` of the interface,
 *   `device_setting`, `native_unavailable`, `unsupported_platform`
 */
export async function openPacketSocket(options: PacketSocketOptions): Promise<PacketSocket> {
  return whenOpen(new PacketSocket(loadNative(), options));
}

/** An open packet socket. `openPacketSocket` makes it. Ends with `interface_down` or, when it was removed, `disconnected`. */
export class PacketSocket extends NativeSocket {
  readonly interface: string;
  readonly etherType: number;
  readonly #isRaw: boolean;

  /** @internal */
  constructor(addon: NativeSockets, options: PacketSocketOptions) {
    checkOptions(options, "options", ["interface", "etherType", "mode", "filter", ...bufferOptionNames]);
    checkString(options.interface, "interface");
    const { etherType = defaultEtherType, mode = "datagram", filter = notForOthers } = options;
    // Below are lengths of IEEE 802.3, which name no protocol.
    checkInteger(etherType, "etherType", 0x600, 0xffff);
    const target = {
      kind: "packet" as const,
      interface: options.interface,
      etherType,
      cooked: mode === "datagram",
      filter,
    };
    super(addon, options, target, { interface: options.interface });
    this.interface = options.interface;
    this.etherType = etherType;
    this.#isRaw = mode === "raw";
  }

  /** Hardware address of the interface when it was opened. */
  get address(): string {
    return formatMac(this.local.address);
  }

  /** Bytes of one packet, the Ethernet header left out, when it was opened. `send` of more is `mtu_exceeded`. */
  get mtu(): number {
    return this.local.mtu;
  }

  /** The MTU now. */
  async currentMtu(): Promise<number> {
    return this.handle.ask((native) => native.askMtu());
  }

  /** Hears a multicast address of Ethernet. */
  async join(group: string): Promise<void> {
    await this.handle.ask((native) => native.askMembership(true, this.#mac(group), undefined));
  }

  async leave(group: string): Promise<void> {
    await this.handle.ask((native) => native.askMembership(false, this.#mac(group), undefined));
  }

  /** A raw socket's bytes begin with where they go. */
  protected encodeAddress(to: string): Uint8Array {
    return this.#isRaw ? new Uint8Array(0) : this.#mac(to);
  }

  protected decodeAddress(bytes: Uint8Array): string {
    return formatMac(bytes.subarray(3));
  }

  #mac(text: string): Uint8Array {
    const mac = parseMac(text);
    if (mac) return mac;
    throw new WaxwingError("device_setting", `"${text}" is no hardware address`, {
      detail: { interface: this.interface },
    });
  }
}
