/** Which link `waxwing link-test` tests, from its options. */
import test from "ava";
import { type LinkOptions, testedLink } from "#dist/cli/link-test/link-options.js";

const tcp = { type: "tcp", hostname: "::1", port: 4242 };

test("testedLink() takes parts, and the JSON of a links[] entry of any type", (t) => {
  const parts = testedLink({ type: "serial", path: "/dev/ttyX", baud: 9600, readable: true });
  t.like(parts.link, { type: "serial", path: "/dev/ttyX", baudRate: 9600, framing: "cobs", readable: true });
  t.is(parts.address, "", "whoever is at the other end");
  const whole = testedLink({ link: '{"type":"serial","path":"/dev/ttyX","framing":"fec","name":"radio"}' });
  t.like(whole.link, { name: "radio", framing: "fec", baudRate: 115_200 });
  t.is(testedLink({ type: "serial", path: "x", address: "there" }).address, "there");
});

test("testedLink() listens on a TCP address, and dials the same one from the other end", (t) => {
  const there = testedLink({ ...tcp, listen: true });
  t.like(there.link, { hostname: "::1", port: 4242 });
  t.is(there.address, undefined);
  const here = testedLink(tcp);
  t.is(here.address, "[::1]:4242");
  t.like(here.link, { type: "tcp", hostname: undefined, port: 0 }, "who dials does not listen");
  t.is(testedLink({ type: "tcp", address: "a.example:1" }).address, "a.example:1");
});

const wrong: [string, LinkOptions, code: string][] = [
  ["no link at all", {}, "usage"],
  ["an unknown type", { type: "pigeon" }, "config_invalid"],
  ["a serial line without a port", { type: "serial" }, "config_invalid"],
  ["nobody to dial", { type: "tcp" }, "usage"],
  ["port 0 to dial", { ...tcp, port: 0 }, "usage"],
  ["nowhere to listen", { type: "tcp", listen: true }, "usage"],
  ["broken JSON", { link: "{" }, "usage"],
  ["JSON that is no object", { link: "1" }, "usage"],
  ["a member that no link has", { link: '{"type":"tcp","speed":1}' }, "config_invalid"],
  ["JSON and parts", { link: '{"type":"tcp"}', type: "tcp" }, "usage"],
];
for (const [what, options, code] of wrong)
  test(`testedLink() refuses ${what}`, (t) => {
    t.throws(() => testedLink(options), { code });
  });

test("testedLink() refuses dialling by Ethernet or UDP without an address, and says what reaches whoever is there", (t) => {
  const raw = { link: '{"type":"raw","interface":"eth0"}' };
  t.throws(() => testedLink(raw), { message: /raw needs --address.*ff:ff:ff:ff:ff:ff/ });
  t.throws(() => testedLink({ type: "udp" }), { message: /udp needs --address.*multicast group/ });
  t.is(testedLink({ ...raw, address: "02:00:00:00:00:01" }).address, "02:00:00:00:00:01");
  t.is(testedLink({ ...raw, listen: true }).address, undefined);
});
