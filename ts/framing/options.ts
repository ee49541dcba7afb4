/** What the codecs' constructors have in common. */
import { checkInteger, checkOptions } from "../base/check.js";
import { limits } from "../base/limits.js";

export interface FramingOptions {
  /** Bytes of the largest frame; 8 MiB unless given. A decoder may hold as much. */
  readonly frameBytesMax?: number;
}

export function readFrameBytesMax(
  options: FramingOptions,
  codec: string,
  others: readonly string[] = [],
): number {
  checkOptions(options, codec, ["frameBytesMax", ...others]);
  const { frameBytesMax = limits.frameBytesMax } = options;
  checkInteger(frameBytesMax, `${codec}: frameBytesMax`, 1, limits.framingBytesMax);
  return frameBytesMax;
}
