/**
 * RFC 3339 timestamps as the wire has them: parsed to integer nanoseconds, formatted as chrono does (`Z`,
 * sub-second digits only when they are not zero). Calendar arithmetic is plain integers, because this layer
 * has no `Date` and because `Date` would drop what lies below the millisecond.
 */

const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

export interface Instant {
  /** Nanoseconds since 1970-01-01T00:00:00Z. */
  readonly nanoseconds: bigint;
  /** How many sub-second digits were written. */
  readonly fractionDigits: number;
}

/** Undefined when the text is not an RFC 3339 date and time with upper-case `T` and `Z`, or names no real day. */
export function parseTime(text: string): Instant | undefined {
  const parts = readParts(text);
  if (!parts) return undefined;
  const { seconds, nanoseconds, fractionDigits } = parts;
  return { nanoseconds: BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds), fractionDigits };
}

/** Whole milliseconds since the epoch, rounded towards the past. */
export function parseTimeMs(text: string): number | undefined {
  const parts = readParts(text);
  // The sub-second part counts from the whole second before, so cutting it rounds towards the past.
  return parts && parts.seconds * 1000 + Math.floor(parts.nanoseconds / 1_000_000);
}

interface Parts {
  /** Since the epoch, rounded towards the past, and from 0 to 999 999 999 ns more. */
  readonly seconds: number;
  readonly nanoseconds: number;
  readonly fractionDigits: number;
}

/** `2026-01-01T00:00:00`, then perhaps `.` and 1 to 9 digits, then `Z` or `+00:00` or `-00:00`. */
function readParts(text: string): Parts | undefined {
  const year = readDigits(text, 0, 4);
  const month = readDigits(text, 5, 2);
  const day = readDigits(text, 8, 2);
  const hour = readDigits(text, 11, 2);
  const minute = readDigits(text, 14, 2);
  const second = readDigits(text, 17, 2);
  if ((year | month | day | hour | minute | second) < 0) return undefined;
  if (text[4] !== "-" || text[7] !== "-" || text[10] !== "T" || text[13] !== ":" || text[16] !== ":")
    return undefined;
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const fractionDigits = text[19] === "." ? countDigits(text, 20) : 0;
  if (text[19] === "." && (fractionDigits < 1 || fractionDigits > 9)) return undefined;
  const offset = readOffset(text, fractionDigits === 0 ? 19 : 20 + fractionDigits);
  if (offset === undefined) return undefined;
  const minutes = (daysFromEpoch(year, month, day) * 24 + hour) * 60 + minute - offset;
  return {
    seconds: minutes * 60 + second,
    nanoseconds: readDigits(text, 20, fractionDigits) * 10 ** (9 - fractionDigits),
    fractionDigits,
  };
}

/** Minutes east of Greenwich; nothing may stand behind it. */
function readOffset(text: string, at: number): number | undefined {
  if (text[at] === "Z") return text.length === at + 1 ? 0 : undefined;
  const hours = readDigits(text, at + 1, 2);
  const minutes = readDigits(text, at + 4, 2);
  if (text.length !== at + 6 || text[at + 3] !== ":" || (hours | minutes) < 0) return undefined;
  if ((text[at] !== "+" && text[at] !== "-") || hours > 23 || minutes > 59) return undefined;
  return (text[at] === "-" ? -1 : 1) * (hours * 60 + minutes);
}

/** The number that `count` digits make; negative where one of them is none. */
function readDigits(text: string, at: number, count: number): number {
  let value = 0;
  for (let i = at; i < at + count; i++) {
    if (!isDigit(text, i)) return -1;
    value = value * 10 + text.charCodeAt(i) - 0x30;
  }
  return value;
}

function countDigits(text: string, at: number): number {
  let end = at;
  while (isDigit(text, end)) end++;
  return end - at;
}

/** Behind the end of the text the code is NaN, which is no digit. */
function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0x30 && code <= 0x39;
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
