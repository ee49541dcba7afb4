/**
 * Operators' door: status as JSON, metrics as Prometheus text, health. Read-only. Callers that are not on
 * loopback get 403 unless the embedder mounted it elsewhere on purpose and says so in `facts`.
 */
import { Hono } from "hono";
import type { ConnectionInfo } from "../contracts/index.js";
import { isLoopbackHost } from "./connection.js";
import type { WaxwingNode } from "./types.js";

export interface AdminBindings {
  readonly facts: Pick<ConnectionInfo, "loopback">;
}

export function createAdminApp(node: WaxwingNode): Hono<{ Bindings: AdminBindings }> {
  const app = new Hono<{ Bindings: AdminBindings }>();
  app.use(async (context, next) => {
    if (context.env.facts.loopback !== true) return context.text("operators only\n", 403);
    await next();
    context.header("cache-control", "no-store");
  });
  app.get("/healthz", (context) =>
    node.health === "running" ? context.text("ok\n") : context.text(`${node.health}\n`, 503),
  );
  app.get("/v1/status", async (context) => context.json(await node.status()));
  app.get("/v1/peers", async (context) => context.json(await node.peers.list()));
  app.get("/v1/store-hash", async (context) => context.json(await node.storeHash()));
  app.get("/metrics", async (context) =>
    context.body(await node.metrics.text(), 200, { "content-type": node.metrics.contentType }),
  );
  app.get("/", (context) => context.text("waxwing: /v1/status /v1/peers /v1/store-hash /metrics /healthz\n"));
  return app;
}

/**
 * The operators' listener. On loopback a request must also name loopback as its host, or a web page could read
 * the answers under a name of its own that resolves to this machine. `allowRemote`: whoever can reach it may ask.
 */
export function adminHandler(
  app: {
    fetch(request: Request, facts: Pick<ConnectionInfo, "remoteAddress" | "loopback">): Promise<Response>;
  },
  allowRemote: boolean,
): (request: Request, info: ConnectionInfo) => Promise<Response> {
  return async (request, { remoteAddress, loopback }) => {
    const ownName = isLoopbackHost(new URL(request.url).hostname);
    return app.fetch(request, { remoteAddress, loopback: allowRemote || (loopback && ownName) });
  };
}
