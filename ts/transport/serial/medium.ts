/**
 * A serial line as a medium: packets framed on a stream of bytes, paced at the line's rate so that what
 * waits to be sent waits here and not in buffers below, and opened again by itself when the cable or the
 * modem comes back.
 *
 * A line has two ends and no addresses: every packet is for `""`, and whom it is for stands in it.
 */
import { checkInteger, checkOptions, checkString } from "../../base/check.js";
import { WaxwingError } from "../../base/errors.js";
import { limits } from "../../base/limits.js";
import type { SimulableHost, TimerHandle } from "../../contracts/host.js";
import type {
  Medium,
  MediumAddress,
  MediumCounters,
  MediumEvents,
  MediumProperties,
} from "../../contracts/medium.js";
import type { OpenSerialLine, SerialLine, SerialLineSettings } from "../../contracts/serial.js";
import type { AirtimeBudget, FrameCodec, FrameDecoder } from "../../framing/index.js";
import { Reopening } from "../reopening.js";
import { type SerialFramingOptions, serialFraming } from "./framing.js";

export interface SerialMediumOptions extends SerialLineSettings, SerialFramingOptions {
  readonly host: Pick<SimulableHost, "clock" | "timers">;
  /** How a port is opened: `openSerialPort` of `waxwing/native`. */
  readonly openLine: OpenSerialLine;
  /** What the air behind the port carries, where a modem is slower than its port. */
  readonly rateBitsPerSecond?: number;
  /** Airtime that regulation leaves. */
  readonly airtime?: AirtimeBudget;
}

const optionNames = [
  "host",
  "openLine",
  "path",
  "baudRate",
  "dataBits",
  "stopBits",
  "parity",
  "rtscts",
  "framing",
  "checksum",
  "fecParity",
  "kissPort",
  "packetBytesMax",
  "rateBitsPerSecond",
  "airtime",
] as const satisfies readonly (keyof SerialMediumOptions)[];

/** A cable has one other end. */
export const otherEnd: MediumAddress = "";

/** What waiting does not mend; everything else is an absent wire, a port that udev has not released yet included. */
const hopeless = ["device_setting", "native_unavailable", "unsupported_platform"] as const;

export function createSerialMedium(options: SerialMediumOptions): Medium {
  checkOptions(options, "createSerialMedium", optionNames);
  checkString(options.path, "path");
  checkInteger(options.baudRate, "baudRate", 1);
  return new SerialMedium(options);
}

class SerialMedium implements Medium {
  readonly id = "serial";
  readonly properties: MediumProperties;
  readonly #options: SerialMediumOptions;
  readonly #codec: FrameCodec;
  readonly #bytesPerMs: number;
  readonly #counts = {
    packetsSent: 0,
    packetsReceived: 0,
    wireBytesSent: 0,
    wireBytesReceived: 0,
    reconnects: 0,
  };
  readonly #scratch = new Uint8Array(limits.serialDrainBytes);
  #decoder: FrameDecoder;
  #events: MediumEvents | undefined;
  readonly #port: Reopening<SerialLine>;
  /** When the line has sent everything that it was given. */
  #freeAtMs = 0;
  #wake: TimerHandle | undefined;
  #silence: TimerHandle | undefined;

  constructor(options: SerialMediumOptions) {
    this.#options = options;
    const rate = options.rateBitsPerSecond ?? dataRate(options);
    this.#bytesPerMs = rate / 8000;
    this.#codec = serialFraming(options, rate);
    this.#decoder = this.#codec.decoder();
    const { frameBytesMax, encodedBytesMax } = this.#codec;
    const sustained = rate * (options.airtime?.sustainedShare ?? 1);
    this.properties = {
      packetBytesMax: frameBytesMax,
      rateBitsPerSecond: Math.max(
        1,
        Math.floor((sustained * frameBytesMax) / encodedBytesMax(frameBytesMax)),
      ),
      reliable: false,
    };
    this.#port = new Reopening({
      timers: options.host.timers,
      retryMs: { min: limits.serialRetryMsMin, max: limits.serialRetryMsMax },
      hopeless,
      open: () => options.openLine(lineSettings(options)),
      close: (line) => line.close(),
      use: (line) => this.#use(line),
      down: (reason) => this.#events?.down(reason),
      up: () => {
        this.#counts.reconnects++;
        this.#events?.up();
      },
    });
  }

  get counters(): MediumCounters {
    const { badChecksums, oversized } = this.#decoder.counters;
    return { ...this.#counts, packetsDamaged: badChecksums + oversized };
  }

  get addresses(): readonly string[] {
    return this.#events && !this.#port.isClosing ? [otherEnd] : [];
  }

  async open(events: MediumEvents): Promise<void> {
    this.#events = events;
    try {
      await this.#port.open();
    } catch (error) {
      this.#events = undefined;
      throw error;
    }
  }

  send(packet: Uint8Array, _to: MediumAddress): boolean {
    const { line } = this.#port;
    if (!line) return false;
    const { clock } = this.#options.host;
    const nowMs = clock.monotonicMs();
    const waitMs = Math.max(
      this.#freeAtMs - nowMs - limits.serialQueueMs,
      this.#airtimeWaitMs(packet.length, nowMs),
    );
    if (waitMs > 0) {
      this.#wakeAfter(waitMs);
      return false;
    }
    const bytes = this.#codec.encode(packet);
    if (!line.offer(bytes)) return false;
    this.#options.airtime?.spend(bytes.length, nowMs);
    this.#freeAtMs = Math.max(this.#freeAtMs, nowMs) + bytes.length / this.#bytesPerMs;
    this.#counts.packetsSent++;
    this.#counts.wireBytesSent += bytes.length;
    return true;
  }

  async close(): Promise<void> {
    this.#events = undefined;
    for (const timer of [this.#wake, this.#silence]) timer?.cancel();
    await this.#port.close();
  }

  #use(line: SerialLine): void {
    this.#freeAtMs = 0;
    this.#decoder.reset();
    line.onReadable = () => this.#receive();
    line.onWritable = () => this.#events?.writable();
    void line.ended.then((reason) => this.#ended(line, reason));
  }

  #ended(line: SerialLine, reason: WaxwingError | undefined): void {
    this.#receive();
    const closed = new WaxwingError("transport_closed", `${this.#options.path} was closed`);
    this.#port.ended(line, reason ?? closed);
  }

  #receive(): void {
    for (;;) {
      const length = this.#port.line?.drainInto(this.#scratch) ?? 0;
      if (length === 0) return;
      this.#counts.wireBytesReceived += length;
      this.#deliver(this.#decoder.push(this.#scratch.subarray(0, length)));
      this.#noteSilence();
    }
  }

  /** A frame whose end was lost is given up when the line has been silent for longer than any sender pauses. */
  #noteSilence(): void {
    this.#silence?.cancel();
    const delayMs = limits.serialSilenceMs + 64 / this.#bytesPerMs;
    this.#silence = this.#options.host.timers.after(delayMs, () => this.#deliver(this.#decoder.flush()));
  }

  #deliver(packets: readonly Uint8Array[]): void {
    for (const packet of packets) {
      this.#counts.packetsReceived++;
      this.#events?.packet(packet, otherEnd);
    }
  }

  #airtimeWaitMs(packetBytes: number, nowMs: number): number {
    const verdict = this.#options.airtime?.canSend(this.#codec.encodedBytesMax(packetBytes), nowMs);
    if (verdict?.send === "wait") return Math.max(1, verdict.untilMs - nowMs);
    return verdict?.send === "never" ? Number.POSITIVE_INFINITY : 0;
  }

  #wakeAfter(delayMs: number): void {
    // A packet that the rules never let out would block the line; the link gives it up by itself.
    if (this.#wake || delayMs === Number.POSITIVE_INFINITY) return;
    this.#wake = this.#options.host.timers.after(Math.ceil(delayMs), () => {
      this.#wake = undefined;
      this.#events?.writable();
    });
  }
}

function lineSettings(options: SerialMediumOptions): SerialLineSettings {
  const { path, baudRate, dataBits, stopBits, parity, rtscts } = options;
  return Object.fromEntries(
    Object.entries({ path, baudRate, dataBits, stopBits, parity, rtscts }).filter(
      ([, value]) => value !== undefined,
    ),
  ) as unknown as SerialLineSettings;
}

/** Bits of data a second: start, parity and stop bits take their share. */
function dataRate({ baudRate, dataBits = 8, stopBits = 1, parity = "none" }: SerialLineSettings): number {
  const bits = 1 + dataBits + (parity === "none" ? 0 : 1) + stopBits;
  return (baudRate * 8) / bits;
}
