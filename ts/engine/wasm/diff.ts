/**
 * Set difference of the WASM engine (assembly/set/diff.ts): both sequences pass through windows, so their
 * size is bounded by JavaScript's memory alone.
 */
import { concatBytes } from "../../base/bytes.js";
import { checkInteger } from "../../base/check.js";
import type { Engine } from "../../contracts/engine.js";
import { checkIds, disorder, idBytes } from "../diff-arguments.js";
import type { Linear } from "./linear.js";

/** Four windows of this size stay in a second-level cache. */
const windowBytesDefault = 64 * 1024;

/** `windowBytes`: smaller windows, for tests of their boundaries; a multiple of 32. */
export function createDiff(
  linear: Linear,
  { windowBytes = windowBytesDefault }: { windowBytes?: number } = {},
): Pick<Engine, "diff"> {
  const { exports } = linear;
  checkInteger(windowBytes / idBytes, "windowBytes / 32", 1, exports.diffWindowBytesMax!() / idBytes);
  const [localAt, remoteAt, extraAt, missingAt] = [0, 1, 2, 3].map(
    (area) => linear.input.start + area * windowBytes,
  ) as [number, number, number, number];

  /** Copies the next window of `ids` in; returns where the one after it begins. */
  function fill(
    ids: Uint8Array,
    from: number,
    at: number,
    announce: (bytes: number) => number,
    title: string,
  ): number {
    const window = ids.subarray(from, from + windowBytes);
    linear.write(at, window);
    const wrong = announce(window.length);
    if (wrong >= 0) throw disorder(title, from / idBytes + wrong);
    return from + window.length;
  }

  function diff(local: Uint8Array, remote: Uint8Array) {
    checkIds(local, "local");
    checkIds(remote, "remote");
    const missing: Uint8Array[] = [];
    const extra: Uint8Array[] = [];
    let localNext = 0;
    let remoteNext = 0;
    exports.diffBegin!(windowBytes);
    for (;;) {
      const localLeft = exports.diffLocalLeft!();
      const remoteLeft = exports.diffRemoteLeft!();
      if (localLeft === 0 && localNext < local.length)
        localNext = fill(local, localNext, localAt, exports.diffFillLocal!, "local");
      else if (remoteLeft === 0 && remoteNext < remote.length)
        remoteNext = fill(remote, remoteNext, remoteAt, exports.diffFillRemote!, "remote");
      else if (localLeft === 0 && remoteLeft === 0) break;
      else {
        // A window that is empty here has no successor: that side has ended.
        exports.diffStep!(localLeft === 0 || remoteLeft === 0 ? 1 : 0);
        const extraBytes = exports.diffExtraBytes!();
        const missingBytes = exports.diffMissingBytes!();
        if (extraBytes !== 0) extra.push(linear.read(extraAt, extraBytes));
        if (missingBytes !== 0) missing.push(linear.read(missingAt, missingBytes));
      }
    }
    return { missing: concatBytes(...missing), extra: concatBytes(...extra) };
  }

  return { diff };
}
