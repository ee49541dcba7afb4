/**
 * Addresses of sockets: as text on this side, as bytes on the addon's (native/src/raw/address.rs).
 *
 *   IPv4     [4 address][u16be port]
 *   IPv6     [16 address][u16be port][u32be scope]
 *   packet   [6 hardware address] on the way out, [u8 kind][u16be EtherType] before it on the way in
 */
import { isIPv4, isIPv6 } from "node:net";
import { networkInterfaces } from "node:os";
import { WaxwingError } from "#base/errors.js";

const mapped = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

/** `02:00:5e:10:00:01`; `undefined` for anything else. */
export function parseMac(text: string): Uint8Array | undefined {
  if (!/^[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}$/.test(text)) return undefined;
  return Uint8Array.from(text.split(":"), (part) => Number.parseInt(part, 16));
}

export function formatMac(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(":");
}

/** 4 or 16 bytes of an IP literal without port and scope; `undefined` for anything else. */
export function parseIp(text: string): Uint8Array | undefined {
  if (isIPv4(text)) return Uint8Array.from(text.split("."), Number);
  if (!isIPv6(text) || text.includes("%")) return undefined;
  const [front = "", back] = text.split("::");
  const head = groupsOf(front);
  const tail = back === undefined ? [] : groupsOf(back);
  return Uint8Array.from([...head, ...new Array(16 - head.length - tail.length).fill(0), ...tail]);
}

/** Bytes of `a:b:…`, whose last part may be of IPv4. */
function groupsOf(text: string): number[] {
  if (text === "") return [];
  return text.split(":").flatMap((part) => {
    if (part.includes(".")) return part.split(".").map(Number);
    const group = Number.parseInt(part, 16);
    return [group >> 8, group & 0xff];
  });
}

/**
 * Of an IP literal (`192.0.2.1`, `2001:db8::1`, `fe80::1%eth0`) and a port, for a socket of that family.
 * A socket of IPv6 reaches IPv4 through mapped addresses.
 * @throws {WaxwingError} `device_setting` for what is no literal, or of a family that the socket does not reach
 */
export function encodeIp(hostname: string, port: number, family: 4 | 6): Uint8Array {
  const [literal = "", scope] = hostname.split("%");
  const ip = parseIp(literal);
  if (ip === undefined || (ip.length === 16 && family === 4))
    throw new WaxwingError("device_setting", `"${hostname}" is no address of IPv${family}`, {
      detail: { hostname },
    });
  const bytes = new Uint8Array(family === 4 ? 6 : 22);
  const view = new DataView(bytes.buffer);
  bytes.set(ip.length === 4 && family === 6 ? [...mapped, ...ip] : ip);
  view.setUint16(family === 4 ? 4 : 16, port);
  if (family === 6) view.setUint32(18, scope === undefined ? 0 : scopeOf(scope));
  return bytes;
}

/** Of what `encodeIp` made or the kernel wrote; a mapped address reads as the IPv4 that it is. */
export function decodeIp(bytes: Uint8Array): { hostname: string; port: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length === 6) return { hostname: bytes.subarray(0, 4).join("."), port: view.getUint16(4) };
  const port = view.getUint16(16);
  if (mapped.every((byte, index) => bytes[index] === byte))
    return { hostname: bytes.subarray(12, 16).join("."), port };
  const groups = Array.from({ length: 8 }, (_, index) => view.getUint16(2 * index).toString(16));
  // URL writes the form of RFC 5952.
  const hostname = new URL(`http://[${groups.join(":")}]`).hostname.slice(1, -1);
  const scope = view.getUint32(18);
  return { hostname: scope === 0 ? hostname : `${hostname}%${scope}`, port };
}

/** `host:port`, `[v6]:port`. */
export function formatEndpoint({ hostname, port }: { hostname: string; port: number }): string {
  return `${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
}

export function parseEndpoint(text: string): { hostname: string; port: number } | undefined {
  const match = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (!match || port > 65_535) return undefined;
  return { hostname: (match[1] ?? match[2])!, port };
}

/** An index, or the name of an interface of this machine. */
function scopeOf(scope: string): number {
  if (/^\d+$/.test(scope)) return Number(scope);
  const found = networkInterfaces()[scope]?.find(({ family }) => family === "IPv6");
  if (found?.family === "IPv6") return found.scopeid;
  throw new WaxwingError("device_not_found", `no interface "${scope}" with an address of IPv6`, {
    detail: { interface: scope },
  });
}
