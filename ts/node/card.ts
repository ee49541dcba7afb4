/**
 * Cards: how nodes learn each other's public keys. A native key id is the hash of the keys, so a card that
 * was fetched over any wire proves itself; a card with a foreign id is an operator's word.
 */
import { limits, utf8Decode, WaxwingError } from "../base/index.js";
import type { Host } from "../contracts/index.js";
import { cardPath } from "./peer-app.js";
import { parsePeer } from "./peer-book.js";
import type { PeerInput } from "./types.js";

/**
 * Asks a peer's address for its card. Throws `key_not_trusted` when it answers with another id: the id is what
 * the operator knows, the address is only where to ask.
 */
export async function fetchCardWith(
  host: Pick<Host, "http">,
  url: string,
  keyId: string,
  authorities?: string,
): Promise<PeerInput> {
  const response = await host.http.request({
    method: "GET",
    url: new URL(cardPath, url).href,
    headers: { accept: "application/json" },
    timeoutMs: limits.httpRequestMs,
    responseBytesMax: limits.httpResponseBytesMax,
    ...(authorities === undefined ? {} : { authorities }),
  });
  if (response.status !== 200)
    throw new WaxwingError("transport_rejected", `${url} shows no card: status ${response.status}`);
  const card = parseCard(response.body, url);
  if (card.keyId !== keyId)
    throw new WaxwingError("key_not_trusted", `${url} is the address of ${card.keyId}, not of ${keyId}`);
  return card;
}

/** Something else that answers at the address, a proxy that is starting up say, may make room for the peer later. */
function parseCard(body: Uint8Array, url: string): PeerInput {
  try {
    return parsePeer({ ...(JSON.parse(utf8Decode(body)) as object), url });
  } catch (cause) {
    throw new WaxwingError("transport_unreachable", `${url} answers with something that is no card`, {
      cause,
    });
  }
}
