/**
 * Peers' door: the HTTP transport's endpoint, and the card by which a peer learns this node's public keys.
 * A native key id is the hash of the keys, so a card fetched over any wire proves itself.
 */
import { Hono } from "hono";
import type { ConnectionInfo } from "../contracts/index.js";
import type { NodeCard } from "./types.js";

export interface PeerBindings {
  readonly facts: ConnectionInfo;
}

/** Path of the card on a node's peer address. */
export const cardPath = "/.well-known/waxwing";

export function createPeerApp(parts: {
  card(): NodeCard;
  inbound(request: Request, facts: ConnectionInfo): Promise<Response>;
}): Hono<{ Bindings: PeerBindings }> {
  const app = new Hono<{ Bindings: PeerBindings }>();
  app.get(cardPath, (context) => context.json(parts.card()));
  app.all("*", (context) => parts.inbound(context.req.raw, context.env.facts));
  return app;
}
