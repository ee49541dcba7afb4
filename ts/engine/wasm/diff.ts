/**
 * Set difference of the WASM engine (assembly/set/diff.ts): both sequences pass through windows, so their
 * size is bounded by JavaScript's memory alone.
 */
import { checkInteger } from "../../base/check.js";
import type { Engine } from "../../contracts/engine.js";
import { checkIds, disorder, idBytes } from "../diff-arguments.js";
import { Gathered } from "./gathered.js";
import type { Linear } from "./linear.js";

/** Both windows, and what is read of the sets meanwhile, stay in a second-level cache. */
const windowBytesDefault = 32 * 1024;

const localDisorder = 1;
const remoteDisorder = 2;

/** `windowBytes`: smaller windows, for tests of their boundaries; a multiple of 32. */
export function createDiff(
  linear: Linear,
  { windowBytes = windowBytesDefault }: { windowBytes?: number } = {},
): Pick<Engine, "diff"> {
  const { exports } = linear;
  checkInteger(windowBytes / idBytes, "windowBytes / 32", 1, exports.diffWindowBytesMax!() / idBytes);

  /** Copies the next window of `ids` to `address`; returns where the one after it begins. */
  function fill(ids: Uint8Array, from: number, address: number, announce: (bytes: number) => number): number {
    const window = ids.subarray(from, from + windowBytes);
    linear.write(address, window);
    announce(window.length);
    return from + window.length;
  }

  function diff(local: Uint8Array, remote: Uint8Array) {
    checkIds(local, "local");
    checkIds(remote, "remote");
    const missing = new Gathered(remote.length);
    const extra = new Gathered(local.length);
    let localNext = 0;
    let remoteNext = 0;

    function take(): void {
      extra.append(linear.memory, exports.diffExtra!(), exports.diffTakeExtra!());
      missing.append(linear.memory, exports.diffMissing!(), exports.diffTakeMissing!());
    }

    exports.diffBegin!(windowBytes);
    const localAt = exports.diffLocal!();
    const remoteAt = exports.diffRemote!();
    for (;;) {
      if (exports.diffLocalLeft!() === 0) localNext = fill(local, localNext, localAt, exports.diffFillLocal!);
      if (exports.diffRemoteLeft!() === 0)
        remoteNext = fill(remote, remoteNext, remoteAt, exports.diffFillRemote!);
      const localLeft = exports.diffLocalLeft!();
      const remoteLeft = exports.diffRemoteLeft!();
      if (localLeft === 0 && remoteLeft === 0) break;
      if (exports.diffHasRoom!() === 0) take();
      // A window that is empty here has no successor: that side has ended.
      const order = exports.diffStep!(localLeft === 0 || remoteLeft === 0 ? 1 : 0);
      if (order === localDisorder) throw disorder("local", (localNext - exports.diffLocalLeft!()) / idBytes);
      if (order === remoteDisorder)
        throw disorder("remote", (remoteNext - exports.diffRemoteLeft!()) / idBytes);
    }
    take();
    return { missing: missing.bytes(), extra: extra.bytes() };
  }

  return { diff };
}
