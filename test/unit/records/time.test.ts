import test from "ava";
import { formatTime, parseTime, parseTimeMs } from "waxwing/records";

test("formatTime() writes chrono's form and parseTimeMs() reads it back, over all kinds of days", (t) => {
  t.is(formatTime(0), "1970-01-01T00:00:00Z");
  t.is(formatTime(1_767_225_600_123), "2026-01-01T00:00:00.123Z");
  t.is(formatTime(-1), "1969-12-31T23:59:59.999Z");
  for (let ms = -62_167_219_200_000; ms <= 253_402_300_799_999; ms += 86_400_000 * 3307 + 1_234_567)
    t.is(formatTime(ms), new Date(ms).toISOString().replace(".000Z", "Z"));
  for (const day of ["2000-02-29", "1900-02-28", "2024-12-31", "0000-03-01", "9999-12-31"])
    t.is(parseTimeMs(`${day}T12:34:56Z`), Date.parse(`${day}T12:34:56Z`), day);
});

test("parseTime() keeps nanoseconds, offsets and the count of digits", (t) => {
  t.deepEqual(parseTime("1970-01-01T00:00:00.000000001Z"), { nanoseconds: 1n, fractionDigits: 9 });
  t.deepEqual(parseTime("1970-01-01T01:00:00.5+01:00"), { nanoseconds: 500_000_000n, fractionDigits: 1 });
  t.is(parseTimeMs("1969-12-31T23:59:59.9999Z"), -1);
});

test("parseTime() refuses what is no RFC 3339 time", (t) => {
  for (const text of [
    "",
    "2026-01-01",
    "2026-01-01T00:00:00",
    "2026-01-01 00:00:00Z",
    "2026-01-01t00:00:00z",
    "2026-13-01T00:00:00Z",
    "2026-00-01T00:00:00Z",
    "2026-02-29T00:00:00Z",
    "1900-02-29T00:00:00Z",
    "2026-01-32T00:00:00Z",
    "2026-01-01T24:00:00Z",
    "2026-01-01T00:60:00Z",
    "2026-01-01T00:00:60Z",
    "2026-01-01T00:00:00.Z",
    "2026-01-01T00:00:00.0000000001Z",
    "2026-01-01T00:00:00+24:00",
    "2026-01-01T00:00:00Z ",
  ])
    t.is(parseTime(text), undefined, text);
});
