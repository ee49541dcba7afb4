/**
 * Which thread verifies what. Items of one signer go to one thread, so that its expanded key is built once
 * and stays warm; but a thread gets no more than its fair share and an eighth, so that a busy signer, or keys
 * minted to fall on one thread, cannot make the others idle. Routes never change a verdict.
 */
import type { CheckedItem } from "../verify-item.js";

/** For each lane, positions in `items`, ascending. The same input gives the same routes. */
export function routeItems(items: readonly (CheckedItem | undefined)[], lanes: number): number[][] {
  const routes: number[][] = Array.from({ length: lanes }, () => []);
  const open = items.reduce((count, item) => count + (item === undefined ? 0 : 1), 0);
  const share = Math.ceil((open / lanes) * 1.125);
  const spilled: number[] = [];
  for (const [position, item] of items.entries()) {
    if (item === undefined) continue;
    const route = routes[signerOf(item) % lanes]!;
    if (route.length < share) route.push(position);
    else spilled.push(position);
  }
  for (const position of spilled) shortest(routes).push(position);
  return routes;
}

/** FNV-1a over the start of the public key, which is as good as random where the signer is honest. */
function signerOf({ ed25519, mlDsa65 }: CheckedItem): number {
  const { publicKey } = (ed25519 ?? mlDsa65)!;
  let hash = 0x811c9dc5;
  for (let i = 0; i < 16; i++) hash = Math.imul(hash ^ publicKey[i]!, 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}

function shortest(routes: readonly number[][]): number[] {
  return routes.reduce((least, route) => (route.length < least.length ? route : least));
}
