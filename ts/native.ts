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
export { loadNative, nativeStatus } from "#bindings/native/load.js";
export type { LoadedNative, NativeStatus } from "#bindings/native/status.js";
