/** The transport contract over memory, HTTP on loopback with both token forms, and HTTPS. */
import test from "ava";
import { transportSuite } from "waxwing/testing";
import { createMemoryNetwork } from "waxwing/transport";
import { avaReport } from "../support/ava-report.js";
import { openCertificateMaker, opensslNote } from "../support/certificates.js";
import { makeHttpPair } from "../support/transport-ends.js";

transportSuite(
  "memory",
  {
    async pair() {
      const network = createMemoryNetwork();
      return {
        a: network.transport("a"),
        b: network.transport("b"),
        keyA: "a",
        keyB: "b",
        close: async () => {},
      };
    },
  },
  avaReport("transport"),
);

// The first frame carries a stock token, later ones native ones: both forms are in every run.
transportSuite("http", { pair: () => makeHttpPair() }, avaReport("transport"));

const certificates = openCertificateMaker();
if (certificates === undefined) {
  test.skip(`transport: https${opensslNote}`, () => {});
} else {
  test.after.always(() => certificates.close());
  const tls = certificates.server;
  transportSuite(
    "https",
    {
      pair: () =>
        makeHttpPair({
          listen: { hostname: "127.0.0.1", port: 0, tls },
          authorities: certificates.authority,
        }),
    },
    avaReport("transport"),
  );
}
