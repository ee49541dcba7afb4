/** The transport contract over native links: a wire that loses and reorders, TCP on loopback, serial lines. */
import test from "ava";
import { openSerialPort } from "waxwing/native";
import { createFakeSegment, everybody, SeededRandom, transportSuite } from "waxwing/testing";
import { createSerialMedium, createTcpMedium } from "waxwing/transport";
import { avaReport } from "../support/ava-report.js";
import { Cable, note } from "../support/cable.js";
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

// A pty passes bytes as fast as they come: the rate only says how they are paced.
if (note !== "") test.skip(`transport: serial${note}`, () => {});
else
  for (const framing of ["cobs", "kiss"] as const)
    transportSuite(
      `serial over a pty, ${framing}`,
      {
        async pair() {
          const cable = await new Cable().plug();
          const pair = await makeLinkPair(
            (host, name) =>
              createSerialMedium({
                host,
                openLine: openSerialPort,
                path: cable[name],
                baudRate: 200_000_000,
                framing,
              }),
            { addressOf: () => "" },
          );
          return {
            ...pair,
            close: async () => {
              await pair.close();
              await cable.unplug();
            },
          };
        },
      },
      avaReport("transport"),
    );
