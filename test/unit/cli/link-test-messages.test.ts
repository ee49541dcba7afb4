/** Frames of `waxwing link-test`: what both ends say to each other. */
import test from "ava";
import {
  countsBetween,
  decodeTestMessage,
  decodeWireCounts,
  encodeTestMessage,
  encodeWireCounts,
} from "#dist/cli/link-test/messages.js";

test("decodeTestMessage() gives back what encodeTestMessage() took, and refuses what is none", (t) => {
  const rest = Uint8Array.of(9, 8, 7);
  for (const type of ["ping", "pong", "load", "ask", "ask-last", "counts"] as const)
    t.deepEqual(decodeTestMessage(encodeTestMessage(type, 0xffff_fffe, rest)), {
      type,
      number: 0xffff_fffe,
      rest,
    });
  t.is(decodeTestMessage(new Uint8Array(0)), undefined);
  t.is(decodeTestMessage(new Uint8Array(4)), undefined, "shorter than its head");
  t.is(decodeTestMessage(Uint8Array.of(6, 0, 0, 0, 0)), undefined, "a type that is not there");
});

test("decodeWireCounts() keeps counts beyond 32 bits and refuses another length", (t) => {
  const counts = { packetsSent: 2 ** 40, packetsReceived: 1, packetsDamaged: 0, wireBytesSent: 2 ** 52 };
  const bytes = encodeWireCounts(counts);
  t.deepEqual(decodeWireCounts(bytes), counts);
  t.is(decodeWireCounts(bytes.subarray(1)), undefined);
});

test("countsBetween() subtracts, and is never below zero where a decoder began anew", (t) => {
  const before = { packetsSent: 5, packetsReceived: 1, packetsDamaged: 3, wireBytesSent: 10 };
  const after = { packetsSent: 7, packetsReceived: 1, packetsDamaged: 0, wireBytesSent: 25 };
  const between = { packetsSent: 2, packetsReceived: 0, packetsDamaged: 0, wireBytesSent: 15 };
  t.deepEqual(countsBetween(before, after), between);
});
