/** The host of this runtime: Node's, or Deno's own where the program runs under Deno. */
import type { Host } from "../contracts/index.js";

export async function nodeHost(): Promise<Host> {
  if ("Deno" in globalThis) return (await import("#bindings/host/deno.js")).createDenoHost();
  return (await import("#bindings/host/node.js")).createNodeHost();
}
