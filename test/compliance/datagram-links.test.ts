/** The transport contract over UDP, on loopback and in a multicast group, and over Ethernet without IP. */
import test from "ava";
import { nativeStatus, openPacketSocket, openUdpSocket } from "waxwing/native";
import { transportSuite } from "waxwing/testing";
import { createRawMedium, createUdpMedium, ethernetBroadcast } from "waxwing/transport";
import { avaReport } from "../support/ava-report.js";
import { eventually } from "../support/eventually.js";
import { makeLinkPair } from "../support/link-ends.js";
import { Veth, vethFor, vethNote, vethTest } from "../support/veth.js";

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

vethTest(
  `an interface that goes down and comes back is told, and frames pass again without a restart${vethNote}`,
  async (t) => {
    const veth = vethFor(t);
    const pair = await makeLinkPair((host, name) =>
      createRawMedium({ host, openLine: openPacketSocket, interface: veth[name] }),
    );
    const received: number[] = [];
    await pair.a.start(() => "accepted");
    await pair.b.start(({ bytes }) => {
      received.push(bytes.length);
      return "accepted";
    });
    t.teardown(async () => {
      await Promise.all([pair.a.stop(), pair.b.stop()]);
      await pair.close();
    });
    t.is((await pair.a.send(pair.keyB, new Uint8Array(5000))).status, "delivered");
    veth.down();
    await eventually("a knows it", () => !pair.a.isUp);
    t.is(pair.a.downReason?.code, "interface_down");
    const sending = pair.a.send(pair.keyB, new Uint8Array(6000));
    veth.up();
    await eventually("a is up again", () => pair.a.isUp);
    const outcome = await sending;
    if (outcome.status !== "delivered")
      t.is((await pair.a.send(pair.keyB, new Uint8Array(6000))).status, "delivered");
    t.deepEqual(received, [5000, 6000]);
    t.is(pair.a.counters.medium.reconnects, 1);
  },
);
