/** The transport contract over UDP, on loopback and in a multicast group, and over Ethernet without IP. */
import test from "ava";
import { nativeStatus, openPacketSocket, openUdpSocket } from "waxwing/native";
import { transportSuite } from "waxwing/testing";
import { createRawMedium, createUdpMedium, ethernetBroadcast } from "waxwing/transport";
import { avaReport } from "../support/ava-report.js";
import { makeLinkPair } from "../support/link-ends.js";
import { Veth, vethNote, vethTest } from "../support/veth.js";

const group = `239.88.8.${process.pid % 250}:${20_000 + (process.pid % 10_000)}`;
const multicast = { group, interface: "lo" };

if (nativeStatus().loaded === undefined)
  test.skip("udp as a transport (needs the native addon: npm run build:native)", () => {});
else {
  transportSuite(
    "udp",
    {
      pair: () =>
        makeLinkPair((host) => createUdpMedium({ host, openLine: openUdpSocket, hostname: "127.0.0.1" })),
    },
    avaReport("transport"),
  );
  transportSuite(
    "udp, peers met in a multicast group",
    {
      pair: () =>
        makeLinkPair((host) => createUdpMedium({ host, openLine: openUdpSocket, multicast }), {
          addressOf: () => group,
        }),
    },
    avaReport("transport"),
  );
}

if (vethNote) vethTest.skip(`raw Ethernet as a transport${vethNote}`, () => {});
else
  for (const etherType of [undefined, 0x88b6])
    transportSuite(
      `raw Ethernet${etherType === undefined ? "" : ", peers met by broadcast"}`,
      {
        async pair() {
          const veth = new Veth();
          const settings = etherType === undefined ? {} : { etherType };
          const pair = await makeLinkPair(
            (host, name) =>
              createRawMedium({ host, openLine: openPacketSocket, interface: veth[name], ...settings }),
            etherType === undefined ? {} : { addressOf: () => ethernetBroadcast },
          );
          return {
            ...pair,
            async close() {
              await pair.close();
              veth.remove();
            },
          };
        },
      },
      avaReport("transport"),
    );
