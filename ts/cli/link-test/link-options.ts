/** Which link is tested, from what the command line says of it: the JSON of a `links[]` entry, or its usual parts. */
import { WaxwingError } from "../../base/index.js";
import { type LinkConfig, parseLink } from "../../node/index.js";
import { formatHostPort } from "../../transport/index.js";

export interface LinkOptions {
  link?: string;
  type?: string;
  path?: string;
  baud?: number;
  framing?: string;
  hostname?: string;
  port?: number;
  readable?: boolean;
  address?: string;
  listen?: boolean;
}

export interface TestedLink {
  readonly link: LinkConfig;
  /** Where the listener is; for who dials. */
  readonly address?: string;
}

export function testedLink(options: LinkOptions): TestedLink {
  const input: Record<string, unknown> = { name: "link-test", ...partsOf(options) };
  if (input.type === "tcp") return tcpLink(input, options);
  const link = parseLink(input);
  if (options.listen) return { link };
  if (options.address === undefined && (link.type === "raw" || link.type === "udp"))
    throw usage(`${link.type} needs --address: where the other end is, or ${addressOfAll[link.type]}`);
  return { link, address: options.address ?? "" };
}

/** What reaches whoever is there, where the other end's own address is unknown. */
const addressOfAll = { raw: "ff:ff:ff:ff:ff:ff", udp: "the multicast group" };

/** Who listens does so where a configuration says `hostname`; who dials means that place. */
function tcpLink(input: Record<string, unknown>, { listen, address }: LinkOptions): TestedLink {
  const link = parseLink(input);
  if (link.type !== "tcp") throw usage("--type: expected tcp");
  if (listen) {
    if (link.hostname === undefined) throw usage("--listen over tcp needs --hostname, e.g. 0.0.0.0");
    return { link };
  }
  const { hostname, port } = link;
  const target = address ?? (hostname && port > 0 ? formatHostPort({ hostname, port }) : undefined);
  if (target === undefined) throw usage("tcp needs --hostname and --port of the other end");
  return { link: { ...link, hostname: undefined, port: 0 }, address: target };
}

function partsOf({ link, type, path, baud, framing, hostname, port, readable }: LinkOptions): object {
  const flags = { type, path, baudRate: baud, framing, hostname, port, readable };
  const given = Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined));
  if (link === undefined) {
    if (type === undefined) throw usage("name the link with --type, or give all of it with --link");
    return given;
  }
  if (Object.keys(given).length > 0)
    throw usage(`--link says it all: leave out ${Object.keys(given).join(", ")}`);
  try {
    const parsed: unknown = JSON.parse(link);
    if (typeof parsed === "object" && parsed !== null) return parsed;
  } catch {
    // Said below.
  }
  throw usage('--link: expected JSON as in links[], e.g. {"type":"serial","path":"/dev/ttyUSB0"}');
}

function usage(message: string): WaxwingError {
  return new WaxwingError("usage", message);
}
