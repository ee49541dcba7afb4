/** `waxwing/native` where bundlers build for browsers: the same names, and the reason. */
import type { NativeAddon } from "#bindings/native/addon.js";
import type { SerialOptions, SerialPort, SerialPortInfo } from "#bindings/native/serial.js";
import type { NativeStatus } from "#bindings/native/status.js";
import { WaxwingError } from "./base/errors.js";

export type { NativeAddon } from "#bindings/native/addon.js";
export type { DeviceCounters } from "#bindings/native/device-handle.js";
export type {
  SerialLines,
  SerialOptions,
  SerialParity,
  SerialPort,
  SerialPortInfo,
  SerialSettings,
} from "#bindings/native/serial.js";
export type { LoadedNative, NativeStatus } from "#bindings/native/status.js";

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

function unavailable(): WaxwingError {
  return new WaxwingError("native_unavailable", reason, { detail: { platform: "browser", tried: "" } });
}
