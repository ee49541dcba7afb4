/** `waxwing/native` where bundlers build for browsers: the same names, and the reason. */
import type { NativeAddon } from "#bindings/native/addon.js";
import type { IpSocket, IpSocketOptions } from "#bindings/native/ip-socket.js";
import type { PacketSocket, PacketSocketOptions } from "#bindings/native/packet-socket.js";
import type { SerialOptions, SerialPort, SerialPortInfo } from "#bindings/native/serial.js";
import type { NativeStatus } from "#bindings/native/status.js";
import type { UdpSocket, UdpSocketOptions } from "#bindings/native/udp-socket.js";
import { WaxwingError } from "./base/errors.js";

export type { NativeAddon } from "#bindings/native/addon.js";
export type { DeviceCounters } from "#bindings/native/device-handle.js";
export type { IpSocket, IpSocketOptions } from "#bindings/native/ip-socket.js";
export type { BpfInstruction, SocketBufferOptions } from "#bindings/native/native-socket.js";
export type { PacketSocket, PacketSocketOptions } from "#bindings/native/packet-socket.js";
export type {
  SerialLines,
  SerialOptions,
  SerialParity,
  SerialPort,
  SerialPortInfo,
  SerialSettings,
} from "#bindings/native/serial.js";
export type { LoadedNative, NativeStatus } from "#bindings/native/status.js";
export type { MulticastSettings, UdpSocket, UdpSocketOptions } from "#bindings/native/udp-socket.js";

const reason = "a browser loads no native addons";

export function loadNative(): NativeAddon {
  throw unavailable();
}

export function nativeStatus(): NativeStatus {
  const tried = [{ path: "browser", outcome: reason }];
  return { platform: "browser", loaded: undefined, napiVersion: 8, runtimeNapiVersion: 0, tried };
}

export async function listSerialPorts(): Promise<SerialPortInfo[]> {
  throw unavailable();
}

export async function openSerialPort(_options: SerialOptions): Promise<SerialPort> {
  throw unavailable();
}

export async function openPacketSocket(_options: PacketSocketOptions): Promise<PacketSocket> {
  throw unavailable();
}

export async function openIpSocket(_options?: IpSocketOptions): Promise<IpSocket> {
  throw unavailable();
}

export async function openUdpSocket(_options?: UdpSocketOptions): Promise<UdpSocket> {
  throw unavailable();
}

function unavailable(): WaxwingError {
  return new WaxwingError("native_unavailable", reason, { detail: { platform: "browser", tried: "" } });
}
