/**
 * Where a node keeps what. One directory a node, mode 0700:
 *
 *   identity.json   seeds of both keys, mode 0600
 *   store/          the embedded store
 *   waxwing.lock*   who holds the directory (store/directory-lock)
 *   control.sock    the Unix socket by which commands reach a running node, mode 0600
 */
import { closeSync, openSync } from "node:fs";
import { join, resolve } from "node:path";
import { WaxwingError } from "../base/index.js";

export interface DataDirectory {
  readonly root: string;
  readonly identityFile: string;
  readonly storeDirectory: string;
  readonly controlSocket: string;
}

export function dataDirectory(path: string): DataDirectory {
  const root = resolve(path);
  return {
    root,
    identityFile: join(root, "identity.json"),
    storeDirectory: join(root, "store"),
    controlSocket: join(root, "control.sock"),
  };
}

/** sun_path of `sockaddr_un` holds 108 bytes with its terminator on Linux and 104 elsewhere. */
const socketPathBytesMax = 103;

/**
 * A path that `bind` and `connect` accept. Deep directories exceed `sun_path`; on Linux they are reached
 * through /proc/self/fd of an open descriptor of the directory, which `release` closes.
 */
export function reachableSocketPath(directory: DataDirectory): { path: string; release(): void } {
  const path = directory.controlSocket;
  if (Buffer.byteLength(path) <= socketPathBytesMax) return { path, release: () => {} };
  if (process.platform !== "linux") {
    throw new WaxwingError(
      "config_invalid",
      `the path of the control socket is longer than ${socketPathBytesMax} bytes: ${path}`,
      {
        detail: { path },
      },
    );
  }
  const descriptor = openSync(directory.root, "r");
  return { path: `/proc/self/fd/${descriptor}/control.sock`, release: () => closeSync(descriptor) };
}
