/**
 * Where a URL that a *peer* named may lead. An operator's own addresses are not checked; a peer's could
 * point this node at its own admin port or at a router in its network (request forgery). So such a URL is
 * resolved once, every address of the answer is checked here, and the connection goes to the checked one,
 * without redirects. Pure; ranges from the IANA special-purpose address registries.
 */
import { WaxwingError } from "../../base/errors.js";

export interface PeerUrlPolicy {
  /** Loopback, private and link-local ranges, for closed networks. Never multicast or unspecified. */
  readonly allowPrivate?: boolean;
  /** Only https. */
  readonly requireTls?: boolean;
}

/** The address to connect to; throws `address_refused`. `addresses` is what the host name resolved to. */
export function checkPeerUrl(url: string, addresses: readonly string[], policy: PeerUrlPolicy = {}): string {
  if (!URL.canParse(url)) throw refused("not a URL");
  const { protocol, username, password } = new URL(url);
  if (protocol !== "https:" && (protocol !== "http:" || policy.requireTls === true))
    throw refused(`scheme ${protocol}`);
  if (username !== "" || password !== "") throw refused("credentials in the URL");
  const [first] = addresses;
  if (first === undefined) throw refused("the name has no address");
  // One bad address refuses all: a name that answers with both is built to be mistaken.
  for (const address of addresses) {
    const reach = reachOf(address);
    if (reach === "never" || (reach === "private" && policy.allowPrivate !== true))
      throw refused(`address ${address}`);
  }
  return first;
}

/** `public`: the Internet. `private`: a network of one's own. `never`: no place for a unicast connection. */
export type AddressReach = "public" | "private" | "never";

export function reachOf(address: string): AddressReach {
  const ipv4 = parseIpv4(address);
  if (ipv4 !== undefined) return reachIn(ipv4Ranges, ipv4, 32) ?? "public";
  const ipv6 = parseIpv6(address);
  if (ipv6 === undefined) return "never";
  // ::ffff:a.b.c.d (RFC 4291) and 64:ff9b::a.b.c.d (RFC 6052) lead to the IPv4 address within.
  if (ipv6 >> 32n === 0xffffn || ipv6 >> 32n === 0x64_ff9b_0000_0000_0000_0000n)
    return reachIn(ipv4Ranges, ipv6 & 0xffff_ffffn, 32) ?? "public";
  return reachIn(ipv6Ranges, ipv6, 128) ?? "never";
}

type Range = readonly [cidr: string, reach: AddressReach];

/** The first that matches decides. */
const ipv4Ranges: readonly Range[] = [
  ["0.0.0.0/8", "never"], // this network
  ["10.0.0.0/8", "private"],
  ["100.64.0.0/10", "private"], // carrier-grade NAT
  ["127.0.0.0/8", "private"], // loopback
  ["169.254.0.0/16", "private"], // link-local; cloud metadata
  ["172.16.0.0/12", "private"],
  ["192.0.0.0/24", "private"], // protocol assignments
  ["192.0.2.0/24", "never"], // documentation
  ["192.88.99.0/24", "never"], // former 6to4 relays
  ["192.168.0.0/16", "private"],
  ["198.18.0.0/15", "private"], // benchmarking
  ["198.51.100.0/24", "never"], // documentation
  ["203.0.113.0/24", "never"], // documentation
  ["224.0.0.0/4", "never"], // multicast
  ["240.0.0.0/4", "never"], // reserved, broadcast
];

const ipv6Ranges: readonly Range[] = [
  ["::1/128", "private"], // loopback
  ["fc00::/7", "private"], // unique local
  ["fe80::/10", "private"], // link-local
  ["2001:db8::/32", "never"], // documentation
  ["2001::/23", "never"], // protocol assignments, Teredo
  ["2002::/16", "never"], // 6to4: an IPv4 address in disguise
  ["3fff::/20", "never"], // documentation
  ["2000::/3", "public"], // global unicast
];

function reachIn(ranges: readonly Range[], address: bigint, bits: number): AddressReach | undefined {
  return ranges.find(([cidr]) => {
    const [network, length] = cidr.split("/") as [string, string];
    const shift = BigInt(bits - Number(length));
    return (parseIpv4(network) ?? parseIpv6(network)!) >> shift === address >> shift;
  })?.[1];
}

/** Four decimal numbers, as resolvers write them. */
function parseIpv4(text: string): bigint | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (match === null) return undefined;
  const octets = match.slice(1).map(Number);
  return octets.every((octet) => octet <= 255)
    ? octets.reduce((value, octet) => (value << 8n) | BigInt(octet), 0n)
    : undefined;
}

/** The URL parser brings every spelling of an IPv6 address to one (WHATWG URL §3.5) and refuses zone ids. */
function parseIpv6(text: string): bigint | undefined {
  // Only these characters, or the text would end the host part early and something else would be parsed.
  if (!/^[\da-f.]*:[\da-f:.]*$/i.test(text) || !URL.canParse(`http://[${text}]/`)) return undefined;
  const [head, tail] = new URL(`http://[${text}]/`).hostname.slice(1, -1).split("::");
  const left = words(head);
  const right = words(tail);
  const middle = new Array<bigint>(8 - left.length - right.length).fill(0n);
  return [...left, ...middle, ...right].reduce((value, word) => (value << 16n) | word, 0n);
}

function words(part: string | undefined): bigint[] {
  return part === undefined || part === "" ? [] : part.split(":").map((word) => BigInt(`0x${word}`));
}

function refused(why: string): WaxwingError {
  return new WaxwingError("address_refused", `the peer's URL is refused: ${why}`);
}
