/**
 * `waxwing/native`: the addon for serial ports, raw sockets and UDP, loaded at its first use. Everything else
 * works without it.
 *
 * ```ts
 * import { nativeStatus } from "waxwing/native";
 * const { loaded, tried } = nativeStatus();
 * console.log(loaded?.path ?? tried);
 * ```
 */
export type { NativeAddon } from "#bindings/native/addon.js";
export type { DeviceCounters } from "#bindings/native/device-handle.js";
export { type IpSocket, type IpSocketOptions, openIpSocket } from "#bindings/native/ip-socket.js";
export { loadNative, nativeStatus } from "#bindings/native/load.js";
export type { BpfInstruction, SocketBufferOptions } from "#bindings/native/native-socket.js";
export {
  openPacketSocket,
  type PacketSocket,
  type PacketSocketOptions,
} from "#bindings/native/packet-socket.js";
export {
  listSerialPorts,
  openSerialPort,
  type SerialLines,
  type SerialOptions,
  type SerialParity,
  type SerialPort,
  type SerialPortInfo,
  type SerialSettings,
} from "#bindings/native/serial.js";
export type { LoadedNative, NativeStatus } from "#bindings/native/status.js";
export {
  type MulticastSettings,
  openUdpSocket,
  type UdpSocket,
  type UdpSocketOptions,
} from "#bindings/native/udp-socket.js";
