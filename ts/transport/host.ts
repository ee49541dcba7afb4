/** The host of the runtime that this program runs in; loaded when asked for, since browsers have neither. */
import type { Host } from "../contracts/host.js";

/** Deno's own APIs under Deno, else Node's. */
export async function createHost(): Promise<Host> {
  if ("Deno" in globalThis) return (await import("#bindings/host/deno.js")).createDenoHost();
  return (await import("#bindings/host/node.js")).createNodeHost();
}
