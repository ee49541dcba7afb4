/** Serves the control socket of a running node; see `control-app.ts` for what it answers. */
import { chmod, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { WaxwingError } from "../base/index.js";
import type { Config } from "./config.js";
import { createControlApp } from "./control-app.js";
import { dataDirectory, reachableSocketPath } from "./data-directory.js";
import type { WaxwingNode } from "./types.js";

/** The caller holds the directory's lock, so a socket that is there already belongs to nobody. Returns what closes it. */
export async function serveControlSocket(config: Config, node: WaxwingNode): Promise<() => Promise<void>> {
  const directory = dataDirectory(config.dataDirectory);
  await rm(directory.controlSocket, { force: true });
  const socket = reachableSocketPath(directory);
  const server = createServer(
    getRequestListener(createControlApp(node).fetch, { overrideGlobalObjects: false }),
  );
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(socket.path, resolve);
    });
    await chmod(socket.path, 0o600);
  } catch (cause) {
    server.close();
    throw new WaxwingError(
      "store_unavailable",
      `the control socket cannot be opened: ${(cause as Error).message}`,
      {
        cause,
        detail: { path: directory.controlSocket },
      },
    );
  } finally {
    socket.release();
  }
  return async () => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
    await rm(directory.controlSocket, { force: true });
  };
}
