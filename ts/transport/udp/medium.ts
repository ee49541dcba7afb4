/**
 * UDP as a medium: one packet a datagram. An address is `host:port` with an IP literal; the address of a
 * multicast group is for peers whose place is unknown.
 *
 * A group has a socket of its own, which only hears: whoever answers knows the sender's own port, and several
 * nodes of one machine can share the group's.
 */
import { checkInteger, checkOptions } from "../../base/check.js";
import { isWaxwingError, WaxwingError } from "../../base/errors.js";
import { limits } from "../../base/limits.js";
import type { OpenUdpLine, UdpLine } from "../../contracts/datagram.js";
import type { SimulableHost } from "../../contracts/host.js";
import type { Medium, MediumAddress } from "../../contracts/medium.js";
import { DatagramMedium, type DatagramWire, type OpenDatagramWire } from "../datagram/medium.js";
import { formatHostPort, parseHostPort } from "../host-port.js";

export interface UdpMediumOptions {
  readonly host: Pick<SimulableHost, "timers">;
  /** How a UDP socket is opened: `openUdpSocket` of `waxwing/native`. */
  readonly openLine: OpenUdpLine;
  /** IP literal to bind to. Default: every address of this machine. */
  readonly hostname?: string;
  /** Default 0: one that is free. */
  readonly port?: number;
  readonly multicast?: UdpMulticastOptions;
  /** 1200 unless given: what every path of the Internet carries (RFC 9000 §14.1). */
  readonly packetBytesMax?: number;
}

export interface UdpMulticastOptions {
  /** `239.1.2.3:4242`, `[ff15::1]:4242`: where peers meet. */
  readonly group: MediumAddress;
  /** Absent: where the routes say. */
  readonly interface?: string;
  /** Networks that a packet to the group may cross. Default 1: this one alone. */
  readonly ttl?: number;
}

export function createUdpMedium(options: UdpMediumOptions): Medium {
  const { hostname, port = 0, multicast, packetBytesMax = limits.udpPacketBytes } = options;
  checkOptions(options, "createUdpMedium", [
    "host",
    "openLine",
    "hostname",
    "port",
    "multicast",
    "packetBytesMax",
  ]);
  checkInteger(port, "port", 0, 65_535);
  checkInteger(packetBytesMax, "packetBytesMax", 64, limits.udpPacketBytesMax);
  const meeting = multicast && meetingOf(multicast, hostname);
  const wire: DatagramWire = {
    id: "udp",
    properties: { packetBytesMax, reliable: false },
    open: () => openWire(options.openLine, { hostname, port }, meeting),
    encode: (packet) => packet,
    decode: (bytes) => bytes.slice(),
  };
  return new DatagramMedium(wire, options.host);
}

interface Meeting extends UdpMulticastOptions {
  readonly hostname: string;
  readonly port: number;
}

async function openWire(
  openLine: OpenUdpLine,
  own: { readonly hostname: string | undefined; readonly port: number },
  meeting: Meeting | undefined,
): Promise<OpenDatagramWire> {
  const { hostname, port } = own;
  const line = await (hostname === undefined
    ? openAny(openLine, port, meeting)
    : openLine({ hostname, port }));
  try {
    const sockets = [line, ...(meeting ? [await meet(openLine, line, meeting)] : [])] as const;
    return { sockets, addresses: [formatHostPort(line)] };
  } catch (error) {
    await line.close();
    throw error;
  }
}

/** Every address of this machine: of the group's family, or of both, and of IPv4 alone where there is no IPv6. */
async function openAny(openLine: OpenUdpLine, port: number, meeting: Meeting | undefined): Promise<UdpLine> {
  const v4 = () => openLine({ hostname: "0.0.0.0", port });
  if (meeting && !isV6(meeting.hostname)) return v4();
  try {
    return await openLine({ hostname: "::", port });
  } catch (error) {
    if (meeting || !isWaxwingError(error) || error.code !== "device_setting") throw error;
    return v4();
  }
}

/** The socket of the group; what `line` sends to it leaves as `meeting` says. */
async function meet(openLine: OpenUdpLine, line: UdpLine, meeting: Meeting): Promise<UdpLine> {
  const { hostname, port, interface: name, ttl = 1 } = meeting;
  await line.setMulticast({ ttl, loopback: true, ...(name === undefined ? {} : { interface: name }) });
  const hearing = await openLine({ hostname, port, reuseAddress: true });
  try {
    // The scope of a link-local group is said by the interface.
    await hearing.join(hostname.replace(/%.*/, ""), name);
    return hearing;
  } catch (error) {
    await hearing.close();
    throw error;
  }
}

/** A socket sends to groups of its own family alone. */
function meetingOf(multicast: UdpMulticastOptions, hostname: string | undefined): Meeting {
  checkOptions(multicast, "multicast", ["group", "interface", "ttl"]);
  if (multicast.ttl !== undefined) checkInteger(multicast.ttl, "ttl", 0, 255);
  const group = parseHostPort(multicast.group);
  if (!group)
    throw new WaxwingError("transport_config", `udp: the group "${multicast.group}" is not host:port`);
  if (hostname !== undefined && isV6(hostname) !== isV6(group.hostname))
    throw new WaxwingError("transport_config", `udp: ${hostname} sends nothing to ${multicast.group}`);
  return { ...multicast, ...group };
}

function isV6(hostname: string): boolean {
  return hostname.includes(":");
}
