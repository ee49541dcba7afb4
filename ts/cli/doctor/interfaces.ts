/** Network interfaces, those without an address included, and whether raw sockets on them are allowed. */
import { readdir, readFile } from "node:fs/promises";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import type { Finding } from "../doctor.js";

interface FoundInterface {
  readonly name: string;
  /** Administratively up; absent where the system does not say. */
  readonly isUp?: boolean;
  /** As the kernel names it: up, down, dormant, lowerlayerdown, unknown. */
  readonly operationalState?: string;
  readonly mtuBytes?: number;
  readonly macAddress?: string;
  /** IPv4 and IPv6. */
  readonly addresses: readonly string[];
}

export async function inspectInterfaces(): Promise<Finding> {
  const found = await findInterfaces();
  return {
    isHealthy: true,
    value: found,
    lines: ["network interfaces", ...found.map((each) => `  ${lineOf(each)}`)],
  };
}

function lineOf({ name, isUp, operationalState, mtuBytes, macAddress, addresses }: FoundInterface): string {
  const facts = [
    isUp === undefined ? "" : isUp ? "up" : "down",
    operationalState === "up" || operationalState === "down" ? "" : (operationalState ?? ""),
    mtuBytes === undefined ? "" : `MTU ${mtuBytes}`,
    macAddress ?? "",
    ...addresses,
  ];
  return `${name.padEnd(12)} ${facts.filter(Boolean).join(", ")}`;
}

async function findInterfaces(): Promise<FoundInterface[]> {
  const addressed = networkInterfaces();
  const names = await readdir(interfacesFolder).catch(() => Object.keys(addressed));
  return Promise.all(
    names.sort().map(async (name) => {
      const own = addressed[name] ?? [];
      const addresses = own.map(({ address }) => address);
      const macAddress = own[0]?.mac;
      return {
        name,
        ...(macAddress === undefined ? {} : { macAddress }),
        ...(await kernelFacts(name)),
        addresses,
      };
    }),
  );
}

// Linux. Elsewhere there is nothing, and what the runtime knows remains.
const interfacesFolder = "/sys/class/net";
/** IFF_UP of linux/if.h. */
const flagUp = 0x1;

async function kernelFacts(name: string): Promise<Partial<FoundInterface>> {
  const read = async (file: string) =>
    (await readFile(join(interfacesFolder, name, file), "utf8").catch(() => "")).trim();
  const [flags, operationalState, mtu, macAddress] = await Promise.all(
    ["flags", "operstate", "mtu", "address"].map(read),
  );
  return {
    ...(flags ? { isUp: (Number(flags) & flagUp) !== 0 } : {}),
    ...(operationalState ? { operationalState } : {}),
    ...(mtu ? { mtuBytes: Number(mtu) } : {}),
    ...(macAddress ? { macAddress } : {}),
  };
}

/** CAP_NET_RAW of linux/capability.h. */
const capNetRaw = 13n;

export async function inspectCapabilities(): Promise<Finding> {
  const status = await readFile("/proc/self/status", "utf8").catch(() => "");
  const effective = /^CapEff:\s*([0-9a-f]+)/m.exec(status)?.[1];
  const netRaw = effective === undefined ? undefined : ((BigInt(`0x${effective}`) >> capNetRaw) & 1n) === 1n;
  const grant = `sudo setcap cap_net_raw+ep ${process.execPath}`;
  const line =
    netRaw === undefined
      ? "not known on this system"
      : netRaw
        ? "CAP_NET_RAW: present, raw sockets can be opened"
        : `CAP_NET_RAW: absent, raw sockets are refused; to grant it: ${grant}`;
  return {
    isHealthy: true,
    value: { ...(netRaw === undefined ? {} : { netRaw }), ...(netRaw === false ? { grant } : {}) },
    lines: ["capabilities", `  ${line}`],
  };
}
