/**
 * Serial ports: types and promises over the addon. No framing, no retry, no policy; a transport has those.
 *
 * ```ts
 * import { openSerialPort } from "waxwing/native";
 * const port = await openSerialPort({ path: "/dev/ttyUSB0", baudRate: 115_200 });
 * await port.write(new TextEncoder().encode("ping"));
 * const answer = new Uint8Array(256);
 * console.log(answer.subarray(0, await port.read(answer)));
 * await port.close();
 * ```
 */
import { checkBytes, checkInteger, checkOptions, checkString } from "#base/check.js";
import type { WaxwingError } from "#base/errors.js";
import { limits } from "#base/limits.js";
import { type DeviceCounters, DeviceHandle, type NativeHandle } from "./device-handle.js";
import { callNative } from "./failure.js";
import { loadNative } from "./load.js";

export type SerialParity = "none" | "even" | "odd" | "mark" | "space";

/** Line settings. A device that quietly drops one of them is refused with `device_setting`. */
export interface SerialSettings {
  /** Bits per second; any rate, which the device may round (`port.baudRate()`). */
  readonly baudRate: number;
  /** Default 8. */
  readonly dataBits?: 5 | 6 | 7 | 8;
  /** Default 1. One and a half goes with five data bits alone, and two with the others. */
  readonly stopBits?: 1 | 1.5 | 2;
  /** Default none. A byte whose parity is wrong is passed all the same. */
  readonly parity?: SerialParity;
  /** Hardware flow control. Default false. */
  readonly rtscts?: boolean;
  /** Stop sending when XOFF comes. Default false. */
  readonly xon?: boolean;
  /** Send XOFF when the kernel's input runs full. Default false. */
  readonly xoff?: boolean;
  /** Any byte, not only XON, starts output again. Default false. */
  readonly xany?: boolean;
  /** Lower DTR when the port is closed. Default true. */
  readonly hupcl?: boolean;
}

export interface SerialOptions extends SerialSettings {
  /** `/dev/ttyUSB0`, or better the stable name from `listSerialPorts`. */
  readonly path: string;
  /** Refuse whoever opens the port after us: `device_busy`. Default true. */
  readonly lock?: boolean;
  /** Received bytes kept for the reader before the sender is held up; a power of two or the next one. */
  readonly receiveBytes?: number;
  /** The same of bytes on their way out. */
  readonly sendBytes?: number;
}

export interface SerialPortInfo {
  readonly path: string;
  /** `/dev/serial/by-id/…`: the same whenever it is plugged in, where udev makes it. */
  readonly stablePath?: string;
  readonly manufacturer?: string;
  readonly product?: string;
  readonly serialNumber?: string;
  /** Last part of the stable path. */
  readonly pnpId?: string;
  /** Where it is plugged in: bus, ports and interface (`1-1.4:1.0`). */
  readonly locationId?: string;
  /** Four hexadecimal digits. */
  readonly vendorId?: string;
  readonly productId?: string;
  /** Kernel driver of the port. */
  readonly driver?: string;
}

export interface SerialLines {
  /** Outputs. */
  readonly dtr: boolean;
  readonly rts: boolean;
  /** Inputs: clear to send, data set ready, carrier, ring. */
  readonly cts: boolean;
  readonly dsr: boolean;
  readonly dcd: boolean;
  readonly ri: boolean;
}

/** What `native/src/serial` exports. */
export interface NativeSerial {
  listSerialPorts(): Promise<SerialPortInfo[]>;
  serialLineBits(): Record<keyof SerialLines, number>;
  readonly SerialPort: new (options: NativeSerialOptions, ring: () => void) => NativeSerialPort;
}

interface NativeSerialOptions {
  readonly path: string;
  readonly lock: boolean;
  readonly settings: Required<SerialSettings>;
  readonly receiveBytes: number;
  readonly sendBytes: number;
  readonly loopedLines: boolean;
}

interface NativeSerialPort extends NativeHandle {
  drain(out: Uint8Array): number;
  discard(until: number): number;
  askUpdate(settings: Required<SerialSettings>): number;
  askBaudRate(): number;
  askLines(): number;
  askSetLines(raise: number, lower: number): number;
  askBreak(on: boolean): number;
  askDiscardInput(): number;
  askDiscardOutput(): number;
  askDrain(): number;
  askCancelDrain(id: number): number;
}

/** Ports of this machine, by path, with what USB says of them. Reads sysfs, and needs no udev. */
export async function listSerialPorts(): Promise<SerialPortInfo[]> {
  const addon = loadNative();
  return callNative({}, () => addon.listSerialPorts());
}

/**
 * Opens a port, raw and exclusive unless told otherwise.
 * @throws {WaxwingError} `device_not_found`, `device_busy`, `device_permission`, `device_setting`,
 *   `native_unavailable`, `unsupported_platform`
 */
export async function openSerialPort(options: SerialOptions): Promise<SerialPort> {
  const port = new SerialPort(loadNative(), options);
  try {
    await port.opened;
  } catch (error) {
    await port.close();
    throw error;
  }
  return port;
}

/** An open port. `openSerialPort` makes it. */
export class SerialPort {
  readonly path: string;
  /** @internal */
  readonly opened: Promise<void>;
  /** When the port is closed: with `disconnected` where it was unplugged, with nothing after `close`. Never rejects. */
  readonly ended: Promise<WaxwingError | undefined>;
  readonly #handle: DeviceHandle<NativeSerialPort>;
  readonly #lineBits: Record<keyof SerialLines, number>;
  #settings: Required<SerialSettings>;

  /** @internal `testHooks` are for tests of the addon, built with the feature of that name. */
  constructor(addon: NativeSerial, options: SerialOptions, testHooks: { loopedLines?: boolean } = {}) {
    checkSerialOptions(options);
    const {
      path,
      lock = true,
      receiveBytes = limits.deviceReceiveBytes,
      sendBytes = limits.deviceSendBytes,
    } = options;
    this.path = path;
    this.#settings = withDefaults(options);
    this.#lineBits = addon.serialLineBits();
    const native = {
      path,
      lock,
      settings: this.#settings,
      receiveBytes,
      sendBytes,
      loopedLines: testHooks.loopedLines === true,
    };
    this.#handle = new DeviceHandle({
      where: { path },
      sendBytes,
      start: (ring) => new addon.SerialPort(native, ring),
    });
    this.opened = this.#handle.opened;
    this.ended = this.#handle.ended;
  }

  get counters(): DeviceCounters {
    return this.#handle.counters;
  }

  /** As they were asked for. */
  get settings(): Required<SerialSettings> {
    return this.#settings;
  }

  /**
   * Called when bytes wait; then `drainInto` until it gives 0, or later when the reader goes on: the port is
   * silent about what was there before the last drain, and a reader that pauses pushes back to the sender.
   */
  set onReadable(listener: (() => void) | undefined) {
    this.#handle.onReadable = listener;
  }

  /** Called once after `offer` answered false, when it is worth trying again. */
  set onWritable(listener: (() => void) | undefined) {
    this.#handle.onWritable = listener;
  }

  /** Moves received bytes into `out`, which may be WASM memory; how many. Works after the end, until `close`. */
  drainInto(out: Uint8Array): number {
    return this.#handle.native.drain(out);
  }

  /** Waits for one byte at least and moves what is there into `out`; how many. Rejects at the end: `disconnected`, `canceled`. */
  async read(out: Uint8Array): Promise<number> {
    checkBytes(out, "out");
    if (out.length === 0) throw new RangeError("out: expected room for one byte at least");
    for (;;) {
      const length = this.drainInto(out);
      if (length > 0) return length;
      await this.#handle.readable();
    }
  }

  /**
   * Resolves when the kernel has taken all of `data`, in the order of the calls; rejects with this write's own
   * failure. `data` must not change until then. What was taken may still be lost with the cable; `drain` waits
   * until it is sent.
   */
  async write(data: Uint8Array): Promise<void> {
    checkBytes(data, "data");
    return this.#handle.write(data);
  }

  /** Copies all of `data` into the send queue now, or nothing and answers false. */
  offer(data: Uint8Array): boolean {
    return this.#handle.offer(data);
  }

  /**
   * Resolves when the device has sent everything written before, and perhaps what is written meanwhile.
   * Giving up by `signal` stops the waiting, not the sending: `canceled`.
   */
  async drain(options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    const { signal } = options;
    const canceled = () => this.#handle.error("canceled", "the caller gave up");
    if (signal?.aborted) throw canceled();
    let giveUp = () => {};
    const givenUp = new Promise<never>((_, reject) => {
      giveUp = () => reject(canceled());
    });
    signal?.addEventListener("abort", giveUp, { once: true });
    try {
      await Promise.race([this.#sent(signal), givenUp]);
    } finally {
      signal?.removeEventListener("abort", giveUp);
    }
  }

  /** Discards what was received and not drained, what was written and not sent (`canceled`), or both. */
  async flush(which: "in" | "out" | "both" = "both"): Promise<void> {
    if (which !== "out") {
      const until = await this.#handle.ask((native) => native.askDiscardInput());
      this.#handle.native.discard(until);
    }
    if (which === "in") return;
    this.#handle.dropUnqueued(this.#handle.error("canceled", "discarded before it was sent"));
    await this.#handle.ask((native) => native.askDiscardOutput());
  }

  /** Changes some settings at once, whatever waits to be sent. */
  async update(changes: Partial<SerialSettings>): Promise<void> {
    checkOptions(changes, "changes", settingNames);
    const settings = withDefaults({ ...this.#settings, ...changes });
    await this.#handle.ask((native) => native.askUpdate(settings));
    this.#settings = settings;
  }

  /** Bits per second as the device reads back. */
  async baudRate(): Promise<number> {
    return this.#handle.ask((native) => native.askBaudRate());
  }

  async lines(): Promise<SerialLines> {
    const bits = await this.#handle.ask((native) => native.askLines());
    const isOn = (name: keyof SerialLines) => (bits & this.#lineBits[name]) !== 0;
    return {
      dtr: isOn("dtr"),
      rts: isOn("rts"),
      cts: isOn("cts"),
      dsr: isOn("dsr"),
      dcd: isOn("dcd"),
      ri: isOn("ri"),
    };
  }

  /** Raises or lowers outputs; those not named stay. */
  async setLines(lines: { readonly dtr?: boolean; readonly rts?: boolean }): Promise<void> {
    checkOptions(lines, "lines", ["dtr", "rts"]);
    const bitsOf = (on: boolean) =>
      (lines.dtr === on ? this.#lineBits.dtr : 0) | (lines.rts === on ? this.#lineBits.rts : 0);
    await this.#handle.ask((native) => native.askSetLines(bitsOf(true), bitsOf(false)));
  }

  /** Holds the line in the break state until it is set to false. */
  async setBreak(on: boolean): Promise<void> {
    await this.#handle.ask((native) => native.askBreak(on));
  }

  /** In any state, as often as one likes. What waits is `canceled`; what was written and not sent is dropped (see `drain`). */
  close(): Promise<void> {
    return this.#handle.close();
  }

  async #sent(signal: AbortSignal | undefined): Promise<void> {
    await this.#handle.settled();
    if (signal?.aborted) return;
    let cancel = () => {};
    const drained = this.#handle.ask(
      (native) => native.askDrain(),
      (drain) => {
        cancel = () => void this.#handle.ask((native) => native.askCancelDrain(drain)).catch(() => {});
      },
    );
    signal?.addEventListener("abort", cancel, { once: true });
    await drained.finally(() => signal?.removeEventListener("abort", cancel));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

const settingNames = [
  "baudRate",
  "dataBits",
  "stopBits",
  "parity",
  "rtscts",
  "xon",
  "xoff",
  "xany",
  "hupcl",
] as const;

function withDefaults(options: SerialSettings): Required<SerialSettings> {
  return {
    baudRate: options.baudRate,
    dataBits: options.dataBits ?? 8,
    stopBits: options.stopBits ?? 1,
    parity: options.parity ?? "none",
    rtscts: options.rtscts ?? false,
    xon: options.xon ?? false,
    xoff: options.xoff ?? false,
    xany: options.xany ?? false,
    hupcl: options.hupcl ?? true,
  };
}

function checkSerialOptions(options: SerialOptions): void {
  checkOptions(options, "options", ["path", "lock", "receiveBytes", "sendBytes", ...settingNames]);
  checkString(options.path, "path");
  checkInteger(options.baudRate, "baudRate", 1, 0xffff_ffff);
  for (const name of ["receiveBytes", "sendBytes"] as const) {
    if (options[name] !== undefined)
      checkInteger(options[name], name, limits.deviceRingBytesMin, limits.deviceRingBytesMax);
  }
}
