/**
 * Which thread verifies what. Items of one signer go to one thread, so that its expanded key is built once and
 * stays warm there. This never changes a verdict, and a thread that has nothing left takes what waits for
 * another (verify-pool.ts): so a busy signer, or keys minted to fall on one thread, make none of them idle.
 */
import type { CheckedItem } from "../verify-item.js";

/** For each lane, positions in `items`, ascending. The same input gives the same routes. */
export function routeItems(items: readonly (CheckedItem | undefined)[], lanes: number): number[][] {
  const routes: number[][] = Array.from({ length: lanes }, () => []);
  for (const [position, item] of items.entries())
    if (item !== undefined) routes[signerOf(item) % lanes]!.push(position);
  return routes;
}

/** FNV-1a over the start of the public key, which is as good as random where the signer is honest. */
function signerOf({ ed25519, mlDsa65 }: CheckedItem): number {
  const { publicKey } = (ed25519 ?? mlDsa65)!;
  let hash = 0x811c9dc5;
  for (let i = 0; i < 16; i++) hash = Math.imul(hash ^ publicKey[i]!, 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}
