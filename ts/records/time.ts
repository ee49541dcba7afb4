/**
 * RFC 3339 timestamps as the wire has them: parsed to integer nanoseconds, formatted as chrono does (`Z`,
 * sub-second digits only when they are not zero). Calendar arithmetic is plain integers, because this layer
 * has no `Date` and because `Date` would drop what lies below the millisecond.
 */

const shape = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:Z|([+-])(\d{2}):(\d{2}))$/;
const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

export interface Instant {
  /** Nanoseconds since 1970-01-01T00:00:00Z. */
  readonly nanoseconds: bigint;
  /** How many sub-second digits were written. */
  readonly fractionDigits: number;
}

/** Undefined when the text is not an RFC 3339 date and time with upper-case `T` and `Z`, or names no real day. */
export function parseTime(text: string): Instant | undefined {
  const match = shape.exec(text);
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const offsetHours = Number(match[9] ?? 0);
  const offsetMinutes = Number(match[10] ?? 0);
  if (offsetHours > 23 || offsetMinutes > 59) return undefined;
  const offset = (match[8] === "-" ? -1 : 1) * (offsetHours * 60 + offsetMinutes);
  const minutes = (daysFromEpoch(year, month, day) * 24 + hour) * 60 + minute - offset;
  const fraction = (match[7] ?? "").padEnd(9, "0");
  return {
    nanoseconds: BigInt(minutes * 60 + second) * 1_000_000_000n + BigInt(fraction),
    fractionDigits: match[7]?.length ?? 0,
  };
}

/** Whole milliseconds since the epoch, rounded towards the past. */
export function parseTimeMs(text: string): number | undefined {
  const instant = parseTime(text);
  if (!instant) return undefined;
  const { nanoseconds } = instant;
  const ms = nanoseconds / 1_000_000n;
  return Number(nanoseconds % 1_000_000n < 0n ? ms - 1n : ms);
}

/** `formatTime(1767225600000)` is `2026-01-01T00:00:00Z`; years 0000 to 9999. */
export function formatTime(ms: number): string {
  if (!Number.isSafeInteger(ms)) throw new RangeError(`time: expected integer milliseconds, got ${ms}`);
  const days = Math.floor(ms / 86_400_000);
  const { year, month, day } = dateFromDays(days);
  if (year < 0 || year > 9999) throw new RangeError(`time: year ${year} has no RFC 3339 form`);
  let rest = ms - days * 86_400_000;
  const milliseconds = rest % 1000;
  rest = (rest - milliseconds) / 1000;
  const clock = [Math.floor(rest / 3600), Math.floor(rest / 60) % 60, rest % 60].map(pad2).join(":");
  const fraction = milliseconds === 0 ? "" : `.${String(milliseconds).padStart(3, "0")}`;
  return `${String(year).padStart(4, "0")}-${pad2(month)}-${pad2(day)}T${clock}${fraction}Z`;
}

function pad2(value: number): string {
  return String(value).padStart(2, "0");
}

function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

function daysInMonth(year: number, month: number): number {
  return month === 2 && isLeap(year) ? 29 : monthDays[month - 1]!;
}

/** Days of the proleptic Gregorian calendar before the given one, counted from 1970-01-01. */
function daysFromEpoch(year: number, month: number, day: number): number {
  // Years begin in March here, so that the leap day is the last of its year.
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function dateFromDays(days: number): { year: number; month: number; day: number } {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthFromMarch + (monthFromMarch < 10 ? 3 : -9);
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1,
  };
}
