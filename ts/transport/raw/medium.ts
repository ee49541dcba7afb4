/**
 * An Ethernet segment without IP as a medium: one packet a frame of our EtherType. An address is a hardware
 * address; `ff:ff:ff:ff:ff:ff` is for peers whose place is unknown.
 *
 *   [u16be length][packet][padding]     an Ethernet card pads a frame to 60 bytes, and nobody says by how much
 */
import { checkInteger, checkOptions, checkString } from "../../base/check.js";
import { WaxwingError } from "../../base/errors.js";
import type { OpenPacketLine, PacketLineSettings } from "../../contracts/datagram.js";
import type { SimulableHost } from "../../contracts/host.js";
import type { Medium, MediumAddress } from "../../contracts/medium.js";
import { DatagramMedium, type DatagramWire, type OpenDatagramWire } from "../datagram/medium.js";

export interface RawMediumOptions extends PacketLineSettings {
  readonly host: Pick<SimulableHost, "timers">;
  /** How a packet socket is opened: `openPacketSocket` of `waxwing/native`. */
  readonly openLine: OpenPacketLine;
  /** Of the segment, 1500 unless given; that of the interface may not be less. */
  readonly mtu?: number;
}

/** Everybody on the segment. */
export const ethernetBroadcast: MediumAddress = "ff:ff:ff:ff:ff:ff";

const ethernetMtu = 1500;
const lengthBytes = 2;
/** A medium's smallest packet, and the largest that a length of two bytes can say. */
const mtuMin = 64 + lengthBytes;
const mtuMax = 65_535;

export function createRawMedium(options: RawMediumOptions): Medium {
  checkOptions(options, "createRawMedium", ["host", "openLine", "interface", "etherType", "mtu"]);
  checkString(options.interface, "interface");
  if (options.mtu !== undefined) checkInteger(options.mtu, "mtu", mtuMin, mtuMax);
  return new DatagramMedium(rawWire(options), options.host);
}

function rawWire(options: RawMediumOptions): DatagramWire {
  const { openLine, interface: name, etherType, mtu = ethernetMtu } = options;
  const settings = { interface: name, ...(etherType === undefined ? {} : { etherType }) };
  return {
    id: "raw",
    properties: { packetBytesMax: mtu - lengthBytes, reliable: false },
    async open(): Promise<OpenDatagramWire> {
      const line = await openLine(settings);
      if (line.mtu >= mtu) return { sockets: [line], addresses: [line.address] };
      await line.close();
      throw new WaxwingError("transport_config", `raw: ${name} has an MTU of ${line.mtu}, not ${mtu}`, {
        detail: { interface: name, mtu: line.mtu },
      });
    },
    encode(packet) {
      const bytes = new Uint8Array(lengthBytes + packet.length);
      new DataView(bytes.buffer).setUint16(0, packet.length);
      bytes.set(packet, lengthBytes);
      return bytes;
    },
    decode(bytes) {
      if (bytes.length < lengthBytes) return undefined;
      const length = (bytes[0]! << 8) | bytes[1]!;
      return lengthBytes + length > bytes.length ? undefined : bytes.slice(lengthBytes, lengthBytes + length);
    },
  };
}
