/**
 * UDP sockets with batches, segmentation and receive offload (GSO, GRO) where the kernel has them, and multicast.
 *
 * ```ts
 * import { openUdpSocket } from "waxwing/native";
 * await using a = await openUdpSocket({ hostname: "127.0.0.1" });
 * await using b = await openUdpSocket({ hostname: "127.0.0.1" });
 * await a.send(new TextEncoder().encode("ping"), `127.0.0.1:${b.port}`);
 * await b.receive((bytes, from) => console.log(from, new TextDecoder().decode(bytes)));
 * ```
 */
import { checkInteger, checkOptions, checkString } from "#base/check.js";
import { WaxwingError } from "#base/errors.js";
import { loadNative } from "./load.js";
import {
  bufferOptionNames,
  NativeSocket,
  type NativeSockets,
  type SocketBufferOptions,
  whenOpen,
} from "./native-socket.js";
import { decodeIp, encodeIp, formatEndpoint, parseEndpoint, parseIp } from "./socket-address.js";

export interface UdpSocketOptions extends SocketBufferOptions {
  /** IP literal to bind to. Default `::`, which hears IPv4 as well. */
  readonly hostname?: string;
  /** Default 0: one that is free. */
  readonly port?: number;
  /** Others may bind to the same address and port: for several listeners of one multicast group. Default false. */
  readonly reuseAddress?: boolean;
  /** Let the kernel cut and join datagrams where it can. Default true. */
  readonly offload?: boolean;
}

export interface MulticastSettings {
  /** By which multicasts leave; absent: the one that the routes say. */
  readonly interface?: string;
  /** Networks that a multicast may cross, 1 unless set: this one alone. */
  readonly ttl?: number;
  /** Whether this machine hears them too, itself included. The system's default is yes. */
  readonly loopback?: boolean;
}

/**
 * Opens a UDP socket.
 * @throws {WaxwingError} `address_in_use`, `address_unavailable`, `device_permission` (ports below 1024),
 *   `native_unavailable`, `unsupported_platform`
 */
export async function openUdpSocket(options: UdpSocketOptions = {}): Promise<UdpSocket> {
  return whenOpen(new UdpSocket(loadNative(), options));
}

/** An open UDP socket, whose addresses are `host:port` and `[v6]:port` with IP literals. `openUdpSocket` makes it. */
export class UdpSocket extends NativeSocket {
  readonly #family: 4 | 6;

  /** @internal */
  constructor(addon: NativeSockets, options: UdpSocketOptions) {
    const names = ["hostname", "port", "reuseAddress", "offload", ...bufferOptionNames] as const;
    const { hostname = "::", port = 0, reuseAddress = false, offload = true } = options;
    checkOptions(options, "options", names);
    checkString(hostname, "hostname");
    checkInteger(port, "port", 0, 65_535);
    const family = hostname.includes(":") ? 6 : 4;
    const address = encodeIp(hostname, port, family);
    super(addon, options, { kind: "udp", address, reuseAddress, offload }, { hostname, port });
    this.#family = family;
  }

  get hostname(): string {
    return decodeIp(this.local.address).hostname;
  }

  get port(): number {
    return decodeIp(this.local.address).port;
  }

  /** Whether the kernel cuts large sends (`UDP_SEGMENT`) and joins what comes (`UDP_GRO`). */
  get offload(): { readonly send: boolean; readonly receive: boolean } {
    const { segmentation, receiveOffload } = this.local;
    return { send: segmentation, receive: receiveOffload };
  }

  /** Hears a group: an IP literal of the socket's family, on that interface or where the routes say. */
  async join(group: string, interfaceName?: string): Promise<void> {
    await this.handle.ask((native) => native.askMembership(true, this.#group(group), interfaceName));
  }

  async leave(group: string, interfaceName?: string): Promise<void> {
    await this.handle.ask((native) => native.askMembership(false, this.#group(group), interfaceName));
  }

  /** What multicasts leave with; what is absent stays as it is. */
  async setMulticast(settings: MulticastSettings): Promise<void> {
    const { interface: name, ttl, loopback } = settings;
    checkOptions(settings, "settings", ["interface", "ttl", "loopback"]);
    if (ttl !== undefined) checkInteger(ttl, "ttl", 0, 255);
    await this.handle.ask((native) => native.askMulticast(name, ttl, loopback));
  }

  protected encodeAddress(to: string): Uint8Array {
    const endpoint = parseEndpoint(to);
    if (!endpoint) throw new WaxwingError("device_setting", `"${to}" is not host:port`, { detail: { to } });
    return encodeIp(endpoint.hostname, endpoint.port, this.#family);
  }

  protected decodeAddress(bytes: Uint8Array): string {
    return formatEndpoint(decodeIp(bytes));
  }

  #group(text: string): Uint8Array {
    const group = parseIp(text);
    if (group?.length === (this.#family === 4 ? 4 : 16)) return group;
    throw new WaxwingError("device_setting", `"${text}" is no group of IPv${this.#family}`, {
      detail: { group: text },
    });
  }
}
