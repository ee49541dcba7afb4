/**
 * How long a LoRa packet is on the air (Semtech AN1200.13 §4, SX127x datasheet §4.1.1.7), and a budget that keeps a
 * sender within a duty cycle: pure, the time is an argument, any monotonic clock in milliseconds.
 */
import { checkInteger, checkOptions } from "../base/check.js";
import { limits } from "../base/limits.js";

export interface LoraSettings {
  /** 7 to 12. */
  readonly spreadingFactor: number;
  readonly bandwidthHz: number;
  /** Of 4/5 to 4/8: 5 to 8, as RNodes name it. */
  readonly codingRate: number;
  /** 8 unless given. */
  readonly preambleSymbols?: number;
  /** True unless given. */
  readonly explicitHeader?: boolean;
  /** True unless given. */
  readonly crc?: boolean;
  /** Unless given: where a symbol is longer than 16 ms, as modems do it. */
  readonly lowDataRateOptimize?: boolean;
}

/** Milliseconds from the first preamble symbol to the end of the packet; `payloadBytes` from 0 to 255. */
export function loraAirtimeMs(payloadBytes: number, settings: LoraSettings): number {
  checkOptions(settings, "LoRa", [
    "spreadingFactor",
    "bandwidthHz",
    "codingRate",
    "preambleSymbols",
    "explicitHeader",
    "crc",
    "lowDataRateOptimize",
  ]);
  const { spreadingFactor, bandwidthHz, codingRate, preambleSymbols = 8 } = settings;
  checkInteger(payloadBytes, "LoRa: payload bytes", 0, limits.loraPayloadBytesMax);
  checkInteger(spreadingFactor, "LoRa: spreading factor", 7, 12);
  checkInteger(bandwidthHz, "LoRa: bandwidth", 1);
  checkInteger(codingRate, "LoRa: coding rate", 5, 8);
  checkInteger(preambleSymbols, "LoRa: preamble symbols", 6, 65_535);
  const symbolMs = (2 ** spreadingFactor / bandwidthHz) * 1000;
  const { explicitHeader = true, crc = true, lowDataRateOptimize = symbolMs > 16 } = settings;
  const bits = 8 * payloadBytes - 4 * spreadingFactor + 28 + (crc ? 16 : 0) - (explicitHeader ? 0 : 20);
  const blocks = Math.ceil(bits / (4 * (spreadingFactor - (lowDataRateOptimize ? 2 : 0))));
  const payloadSymbols = 8 + Math.max(blocks * codingRate, 0);
  return (preambleSymbols + 4.25 + payloadSymbols) * symbolMs;
}

export interface AirtimeRule {
  /** Share of the time that may be spent sending: 0.01 for 1 %. */
  readonly dutyCycle: number;
  /** Over which the share is measured; an hour unless given (ETSI EN 300 220-1). */
  readonly windowMs?: number;
  /** Longest single transmission. */
  readonly dwellMsMax?: number;
}

interface Band extends AirtimeRule {
  readonly fromHz: number;
  readonly toHz: number;
}

/** ETSI EN 300 220-2, annex B: non-specific short-range devices around 868 MHz that neither listen nor hop. */
const eu868: readonly Band[] = [
  { fromHz: 863_000_000, toHz: 865_000_000, dutyCycle: 0.001 },
  { fromHz: 865_000_000, toHz: 868_000_000, dutyCycle: 0.01 },
  { fromHz: 868_000_000, toHz: 868_600_000, dutyCycle: 0.01 },
  { fromHz: 868_700_000, toHz: 869_200_000, dutyCycle: 0.001 },
  { fromHz: 869_400_000, toHz: 869_650_000, dutyCycle: 0.1 },
  { fromHz: 869_700_000, toHz: 870_000_000, dutyCycle: 0.01 },
];

/**
 * The rule for the whole of a channel in Europe's 868 MHz bands; undefined where none allows it. Elsewhere the operator
 * states the rule: laws differ by country, licence and power, and this table is no legal advice.
 */
export function eu868Rule(frequencyHz: number, bandwidthHz: number): AirtimeRule | undefined {
  const half = bandwidthHz / 2;
  const band = eu868.find(({ fromHz, toHz }) => frequencyHz - half >= fromHz && frequencyHz + half <= toHz);
  return band && { dutyCycle: band.dutyCycle };
}

/** `never`: longer than the dwell time, or than what the budget holds when it is full. */
export type AirtimeVerdict =
  | { readonly send: "now" }
  | { readonly send: "wait"; readonly untilMs: number }
  | { readonly send: "never" };

export interface AirtimeBudgetOptions extends AirtimeRule {
  /** Milliseconds on the air of a packet of so many bytes. */
  readonly airtimeMs: (bytes: number) => number;
  /** Part of a window's airtime that may be spent at once after a long silence, 0 to 1 exclusive; ½ unless given. */
  readonly burstShare?: number;
}

/**
 * A token bucket of milliseconds on the air. It is full at first, holds `burstShare` of a window's allowance and
 * fills at the rest of it, so that what is sent within any window stays within the duty cycle.
 */
export class AirtimeBudget {
  readonly #airtimeMs: (bytes: number) => number;
  readonly #capacityMs: number;
  /** Milliseconds on the air earned in a millisecond. */
  readonly #rate: number;
  readonly #dwellMsMax: number;
  #heldMs: number;
  #atMs = Number.NEGATIVE_INFINITY;

  constructor(options: AirtimeBudgetOptions) {
    const known = ["airtimeMs", "burstShare", "dutyCycle", "windowMs", "dwellMsMax"];
    checkOptions(options, "airtime", known);
    const { airtimeMs, burstShare = 0.5, dutyCycle, windowMs = 3_600_000, dwellMsMax } = options;
    if (typeof airtimeMs !== "function") throw new TypeError("airtime: airtimeMs: expected a function");
    if (!(dutyCycle > 0 && dutyCycle <= 1)) throw new RangeError("airtime: dutyCycle: expected a share of 1");
    if (!(windowMs > 0)) throw new RangeError("airtime: windowMs: expected milliseconds");
    if (!(burstShare > 0 && burstShare < 1))
      throw new RangeError("airtime: burstShare: expected a share of 1");
    this.#airtimeMs = airtimeMs;
    this.#capacityMs = dutyCycle * windowMs * burstShare;
    this.#rate = dutyCycle * (1 - burstShare);
    this.#dwellMsMax = dwellMsMax ?? Number.POSITIVE_INFINITY;
    this.#heldMs = this.#capacityMs;
  }

  canSend(bytes: number, nowMs: number): AirtimeVerdict {
    const neededMs = this.#airtimeMs(bytes);
    if (neededMs > this.#dwellMsMax || neededMs > this.#capacityMs) return { send: "never" };
    this.#earn(nowMs);
    const missingMs = neededMs - this.#heldMs;
    if (missingMs <= roundingMs) return { send: "now" };
    return { send: "wait", untilMs: this.#atMs + missingMs / this.#rate };
  }

  /** Called for every packet that is sent; one that was sent early makes the next wait longer. */
  spend(bytes: number, nowMs: number): void {
    this.#earn(nowMs);
    this.#heldMs -= this.#airtimeMs(bytes);
  }

  /** Share of the time that may be spent sending once what was saved up is spent. */
  get sustainedShare(): number {
    return this.#rate;
  }

  /** Milliseconds on the air that may be spent at once; negative after packets that were sent early. */
  availableMs(nowMs: number): number {
    this.#earn(nowMs);
    return this.#heldMs;
  }

  #earn(nowMs: number): void {
    if (nowMs <= this.#atMs) return;
    // The bucket is full before the first call.
    if (this.#atMs !== Number.NEGATIVE_INFINITY)
      this.#heldMs = Math.min(this.#capacityMs, this.#heldMs + (nowMs - this.#atMs) * this.#rate);
    this.#atMs = nowMs;
  }
}

/** What doubles lose over a window; a nanosecond on the air. */
const roundingMs = 1e-6;
