/** The medium contract over the wire of tests, in its moods, and over TCP on loopback. */
import { createFakeSegment, type FakeSegmentOptions, mediumSuite, SeededRandom } from "waxwing/testing";
import { createHost, createTcpMedium } from "waxwing/transport";
import { avaReport } from "../support/ava-report.js";

const report = avaReport("medium");

const segmentMoods: Record<string, FakeSegmentOptions> = {
  "a clean segment": {},
  "a lossy segment": { loss: 0.1, repetition: 0.1, reorder: 0.1 },
  "a paced segment": { rateBitsPerSecond: 2_000_000, packetBytesMax: 300 },
};

for (const [name, options] of Object.entries(segmentMoods))
  mediumSuite(
    name,
    {
      canPull: true,
      async pair() {
        const host = await createHost();
        const segment = createFakeSegment(host.timers, host.clock, new SeededRandom(1), options);
        return {
          a: segment.medium("a"),
          b: segment.medium("b"),
          addressOfB: () => "b",
          timers: host.timers,
          pull: () => segment.pull("a"),
          plug: () => segment.plug("a"),
          close: () => host.http.close(),
        };
      },
    },
    report,
  );

for (const framing of ["length-prefix", "hdlc"] as const)
  mediumSuite(
    `tcp, ${framing}`,
    {
      async pair() {
        const host = await createHost();
        const listen = { hostname: "127.0.0.1", port: 0 };
        const b = createTcpMedium({ host, listen, framing });
        return {
          a: createTcpMedium({ host, framing }),
          b,
          addressOfB: () => b.addresses[0]!,
          timers: host.timers,
          close: () => host.http.close(),
        };
      },
    },
    report,
  );
