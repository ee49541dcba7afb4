/**
 * Raw IP sockets: packets of one IP protocol, without TCP or UDP. Needs CAP_NET_RAW.
 *
 * ```ts
 * import { openIpSocket } from "waxwing/native";
 * const peer = process.argv[2];
 * if (peer !== undefined) {
 *   await using socket = await openIpSocket();
 *   await socket.send(new TextEncoder().encode("hello"), peer);
 * }
 * ```
 */
import { checkInteger, checkOptions, checkString } from "#base/check.js";
import { loadNative } from "./load.js";
import {
  bufferOptionNames,
  NativeSocket,
  type NativeSockets,
  type SocketBufferOptions,
  whenOpen,
} from "./native-socket.js";
import { decodeIp, encodeIp } from "./socket-address.js";

export interface IpSocketOptions extends SocketBufferOptions {
  /** 253 unless given: for experiments (RFC 3692). */
  readonly protocol?: number;
  /** IP literal to bind to; its family is the socket's. Default 0.0.0.0. */
  readonly hostname?: string;
}

export const defaultIpProtocol = 253;

/**
 * Opens a raw IP socket.
 * @throws {WaxwingError} `device_permission`, `device_setting`, `address_unavailable`, `native_unavailable`,
 *   `unsupported_platform`
 */
export async function openIpSocket(options: IpSocketOptions = {}): Promise<IpSocket> {
  return whenOpen(new IpSocket(loadNative(), options));
}

/** An open raw IP socket, whose addresses are IP literals. `openIpSocket` makes it. */
export class IpSocket extends NativeSocket {
  readonly protocol: number;
  readonly #family: 4 | 6;

  /** @internal */
  constructor(addon: NativeSockets, options: IpSocketOptions) {
    checkOptions(options, "options", ["protocol", "hostname", ...bufferOptionNames]);
    const { protocol = defaultIpProtocol, hostname = "0.0.0.0" } = options;
    // 0 is IPv4's "any" and 255 would have us write the header.
    checkInteger(protocol, "protocol", 1, 254);
    checkString(hostname, "hostname");
    const family = hostname.includes(":") ? 6 : 4;
    const address = encodeIp(hostname, 0, family);
    super(addon, options, { kind: "ip", protocol, address }, { hostname, protocol });
    this.protocol = protocol;
    this.#family = family;
  }

  protected encodeAddress(to: string): Uint8Array {
    return encodeIp(to, 0, this.#family);
  }

  protected decodeAddress(bytes: Uint8Array): string {
    return decodeIp(bytes).hostname;
  }

  /** The kernel leaves the header of IPv4 on and takes that of IPv6 away; here it is never part of the bytes. */
  protected override bodyStart(bytes: Uint8Array): number {
    return this.#family === 4 ? 4 * ((bytes[0] ?? 0) & 0x0f) : 0;
  }
}
