/** What `nativeStatus()` tells: for `waxwing doctor`, and for who asks why there is no serial port. */
export interface NativeStatus {
  /** `linux-arm64`: platform and architecture of this process. */
  readonly platform: string;
  /** What is loaded; undefined when nothing is. */
  readonly loaded: LoadedNative | undefined;
  /** The N-API version that the addon needs. */
  readonly napiVersion: number;
  /** The one that this runtime has; 0 where it has none. */
  readonly runtimeNapiVersion: number;
  /** What was looked at and not taken, in order, and why. */
  readonly tried: readonly { readonly path: string; readonly outcome: string }[];
}

export interface LoadedNative {
  readonly path: string;
  /** Named by WAXWING_NATIVE, built on this host by `npm run build:native`, or shipped. */
  readonly source: "override" | "host-build" | "prebuild";
  readonly version: string;
}
