import test from "ava";
import {
  decodeIp,
  encodeIp,
  formatMac,
  parseEndpoint,
  parseIp,
  parseMac,
} from "#dist/bindings/native/socket-address.js";

test("addresses of IPv4 and IPv6 come back in their shortest form", (t) => {
  for (const [text, expected] of [
    ["192.0.2.1"],
    ["0.0.0.0"],
    ["::"],
    ["::1"],
    ["2001:DB8:0:0:1::", "2001:db8:0:0:1::"],
    ["1:2:3:4:5:6:7:8"],
    ["fe80::1%3"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["64:ff9b::192.0.2.33", "64:ff9b::c000:221"],
  ] as const) {
    const family = text.includes(":") ? 6 : 4;
    for (const port of [0, 1, 65_535])
      t.deepEqual(decodeIp(encodeIp(text, port, family)), { hostname: expected ?? text, port });
  }
});

test("a socket of IPv6 reaches IPv4 through mapped addresses, and not the other way", (t) => {
  t.deepEqual(decodeIp(encodeIp("192.0.2.1", 9, 6)), { hostname: "192.0.2.1", port: 9 });
  t.throws(() => encodeIp("::1", 9, 4), { code: "device_setting" });
});

test("what is no address is none", (t) => {
  for (const text of [
    "",
    "localhost",
    "1.2.3",
    "1.2.3.4.5",
    "256.0.0.1",
    "::1::",
    "12345::",
    "[::1]",
    "fe80::1%",
  ])
    t.is(parseIp(text), undefined, text);
  t.throws(() => encodeIp("fe80::1%no-such-if", 1, 6), { code: "device_not_found" });
  for (const text of ["", ":1", "a", "a:", "a:b", "a:65536", "::1:80", "[::1]", "a:1:2"])
    t.is(parseEndpoint(text), undefined, text);
  for (const text of ["", "02:00:00:00:00", "02:00:00:00:00:0g", "02-00-00-00-00-01", "0200.0000.0001"])
    t.is(parseMac(text), undefined, text);
});

test("hardware addresses come back in lower case", (t) => {
  t.is(formatMac(parseMac("02:00:5E:10:00:fF")!), "02:00:5e:10:00:ff");
});
