import type { NativeSockets } from "./native-socket.js";
import type { NativeSerial } from "./serial.js";

/** What the Rust addon exports (native/src), as napi-rs names it in JavaScript. */
export interface NativeAddon extends NativeSerial, NativeSockets {
  /** Of the crate; equal to the package's. */
  version(): string;
  /** The N-API version that it was built for. */
  napiVersion(): number;
  /** Every code that the addon throws. */
  errorCodes(): string[];
}

/** The addon and this package are one release: another one may lack functions or mean other things. */
export const addonVersion = "0.1.0";

/** N-API 8 is in every Node from 12.22 on and in Deno. */
export const addonNapiVersion = 8;
