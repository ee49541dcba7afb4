/** checkPeerUrl(): where a URL that a peer named may lead. */
import test from "ava";
import { checkPeerUrl, reachOf } from "waxwing/transport";

const url = "https://peer.example/edge/inbound";
const code = (run: () => unknown): string => {
  try {
    return String(run());
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
};

for (const [reach, addresses] of Object.entries({
  public: [
    "8.8.8.8",
    "1.0.0.1",
    "172.15.255.255",
    "172.32.0.0",
    "100.63.255.255",
    "223.255.255.255",
    "11.0.0.0",
    "2606:4700::1111",
    "::ffff:8.8.8.8",
    "64:ff9b::8.8.8.8",
  ],
  private: [
    "10.0.0.0",
    "10.255.255.255",
    "127.0.0.1",
    "127.255.255.255",
    "169.254.169.254",
    "172.16.0.0",
    "172.31.255.255",
    "192.168.0.1",
    "100.64.0.0",
    "100.127.255.255",
    "198.19.0.1",
    "::1",
    "fe80::1",
    "fc00::1",
    "fdff::1",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "64:ff9b::10.0.0.1",
  ],
  never: [
    "0.0.0.0",
    "0.1.2.3",
    "224.0.0.1",
    "255.255.255.255",
    "240.0.0.1",
    "192.0.2.1",
    "198.51.100.7",
    "203.0.113.9",
    "::",
    "ff02::1",
    "2001:db8::1",
    "2001::1",
    "2002:7f00:1::",
    "::ffff:0.0.0.0",
    "::7f00:1",
    "100::1",
    "fec0::1",
    "fe80::1%eth0",
    "256.1.1.1",
    "1.2.3",
    "0x7f.1",
    "localhost",
    "",
  ],
}))
  test(`reachOf() calls ${addresses.length} addresses ${reach}`, (t) => {
    for (const address of addresses) t.is(reachOf(address), reach as "public", address);
  });

test("checkPeerUrl() gives the first address when all are public", (t) => {
  t.is(checkPeerUrl(url, ["9.9.9.9", "2620:fe::fe"]), "9.9.9.9");
  t.is(checkPeerUrl("http://peer.example", ["9.9.9.9"]), "9.9.9.9");
});

test("checkPeerUrl() refuses when any address is private, none is known, or the URL is odd", (t) => {
  for (const [candidate, addresses] of [
    [url, ["9.9.9.9", "127.0.0.1"]],
    [url, []],
    ["not a url", ["9.9.9.9"]],
    ["file:///etc/passwd", ["9.9.9.9"]],
    ["https://user:secret@peer.example", ["9.9.9.9"]],
  ] as const)
    t.is(
      code(() => checkPeerUrl(candidate, addresses)),
      "address_refused",
    );
});

test("allowPrivate opens private ranges and nothing else; requireTls closes http", (t) => {
  t.is(checkPeerUrl(url, ["192.168.1.2"], { allowPrivate: true }), "192.168.1.2");
  t.is(
    code(() => checkPeerUrl(url, ["224.0.0.1"], { allowPrivate: true })),
    "address_refused",
  );
  t.is(
    code(() => checkPeerUrl("http://peer.example", ["9.9.9.9"], { requireTls: true })),
    "address_refused",
  );
});

test("reachOf() calls text that leaves the brackets of a URL no address: a fuzz finding", (t) => {
  for (const text of ["@0:ps:/", "::1]/", "::1]:80/[", "x]@[::1"]) t.is(reachOf(text), "never", text);
});
