/**
 * `waxwing/native`: the addon for serial ports and raw sockets, loaded at its first use. Everything else
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
export { loadNative, nativeStatus } from "#bindings/native/load.js";
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
