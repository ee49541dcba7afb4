/** The transport contract over native links: a wire that loses and reorders, and TCP on loopback. */
import { createFakeSegment, everybody, SeededRandom, transportSuite } from "waxwing/testing";
import { createTcpMedium } from "waxwing/transport";
import { avaReport } from "../support/ava-report.js";
import { makeLinkPair } from "../support/link-ends.js";

for (const readable of [false, true])
  transportSuite(
    `link over a lossy wire${readable ? ", readable" : ""}`,
    {
      pair() {
        let segment: ReturnType<typeof createFakeSegment> | undefined;
        return makeLinkPair(
          (host, name) => {
            const faults = { loss: 0.02, repetition: 0.02, reorder: 0.05, latencyMs: 0 };
            segment ??= createFakeSegment(host.timers, host.clock, new SeededRandom(1), faults);
            return segment.medium(name);
          },
          { readable, addressOf: () => everybody },
        );
      },
    },
    avaReport("transport"),
  );

for (const framing of ["length-prefix", "hdlc"] as const)
  transportSuite(
    `tcp, ${framing}`,
    {
      pair: () =>
        makeLinkPair((host) =>
          createTcpMedium({ host, listen: { hostname: "127.0.0.1", port: 0 }, framing }),
        ),
    },
    avaReport("transport"),
  );
