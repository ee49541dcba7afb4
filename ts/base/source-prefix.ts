/**
 * The part of an IP address that stands for one source when strangers are counted: a whole IPv4 address, and
 * the first 56 bits of an IPv6 address, since providers give a customer a /56 or a /64 of addresses to choose from.
 */
const prefixGroups = 3;
const mappedIpv4 = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i;
/** What is no IP address counts as it is written; a socket never says more than this. */
const textLengthMax = 64;

/** `192.0.2.1` → itself, `::ffff:192.0.2.1` → `192.0.2.1`, `2001:db8:1:23ff::7` → `2001:db8:1:23/56`. */
export function sourcePrefix(address: string): string {
  const mapped = mappedIpv4.exec(address);
  if (mapped) return mapped[1]!;
  if (!address.includes(":")) return address.slice(0, textLengthMax);
  const groups = groupsOf(address);
  if (groups === undefined) return address.slice(0, textLengthMax);
  const [head, fourth = 0] = [groups.slice(0, prefixGroups), groups[prefixGroups]];
  return `${head.map((group) => group.toString(16)).join(":")}:${(fourth >>> 8).toString(16)}/56`;
}

/** The first four groups of sixteen bits; undefined for what is no IPv6 address. */
function groupsOf(address: string): number[] | undefined {
  const [zoneless] = address.split("%") as [string];
  const halves = zoneless.split("::");
  if (halves.length > 2) return undefined;
  const [left, right] = halves.map((half) => (half === "" ? [] : half.split(":")));
  // A dotted tail takes the place of two groups and lies behind the prefix, so its value does not matter.
  const size = (parts: readonly string[]) => parts.length + Number(parts.at(-1)?.includes(".") ?? false);
  const zeros = 8 - size(left!) - size(right ?? []);
  if (right === undefined ? zeros !== 0 : zeros < 1) return undefined;
  const groups = [...left!, ...Array.from({ length: zeros }, () => "0"), ...(right ?? [])].slice(0, 4);
  return groups.every((group) => /^[\da-f]{1,4}$/i.test(group))
    ? groups.map((group) => Number.parseInt(group, 16))
    : undefined;
}
