/** Serial ports as the addon lists them, and what this user may do with each. */
import { access, constants, readFile, stat } from "node:fs/promises";
import { userInfo } from "node:os";
import { listSerialPorts, type SerialPortInfo } from "../../native.js";

export interface FoundPort extends SerialPortInfo {
  readonly readable: boolean;
  readonly writable: boolean;
  /** What gives this user the right that is missing. */
  readonly hint?: string;
}

/** @throws {WaxwingError} `native_unavailable`, `unsupported_platform` */
export async function findPorts(): Promise<FoundPort[]> {
  const ports = await listSerialPorts();
  return Promise.all(ports.map(async (port) => ({ ...port, ...(await rightsTo(port.path)) })));
}

export function linesOfPort(port: FoundPort): string[] {
  const { path, stablePath, manufacturer, product, serialNumber, vendorId, productId, driver, locationId } =
    port;
  const made = [manufacturer, product, serialNumber].filter(Boolean).join(" ");
  const usb = vendorId === undefined ? "" : `usb ${vendorId}:${productId}`;
  const about = [made, usb, locationId && `at ${locationId}`, driver && `driver ${driver}`].filter(Boolean);
  const rights = port.readable && port.writable ? "" : ` (${port.hint ?? "not for this user"})`;
  return [
    `${stablePath ?? path}${rights}`,
    ...(stablePath === undefined ? [] : [`    ${path}`]),
    ...(about.length === 0 ? [] : [`    ${about.join(", ")}`]),
  ];
}

async function rightsTo(path: string): Promise<Pick<FoundPort, "readable" | "writable" | "hint">> {
  const may = (mode: number) =>
    access(path, mode).then(
      () => true,
      () => false,
    );
  const [readable, writable] = await Promise.all([may(constants.R_OK), may(constants.W_OK)]);
  if (readable && writable) return { readable, writable };
  const hint = await hintFor(path);
  return { readable, writable, ...(hint === undefined ? {} : { hint }) };
}

const groupMayUse = 0o060;

async function hintFor(path: string): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || (found.mode & groupMayUse) !== groupMayUse) return undefined;
  const group = await groupName(found.gid);
  return `sudo usermod -aG ${group ?? found.gid} ${userInfo().username}, then log in again`;
}

async function groupName(gid: number): Promise<string | undefined> {
  const groups = await readFile("/etc/group", "utf8").catch(() => "");
  return groups
    .split("\n")
    .map((line) => line.split(":"))
    .find(([, , id]) => id === String(gid))?.[0];
}
