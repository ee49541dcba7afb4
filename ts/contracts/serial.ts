/** The part of a serial port that a medium uses; `waxwing/native` has the whole. */
import type { WaxwingError } from "../base/errors.js";

export interface SerialLine {
  /** Resolves when the port is gone: with why, or with nothing after `close`. Never rejects. */
  readonly ended: Promise<WaxwingError | undefined>;
  set onReadable(listener: (() => void) | undefined);
  set onWritable(listener: (() => void) | undefined);
  drainInto(out: Uint8Array): number;
  /** Takes a copy of all of it, or nothing and answers false; then `onWritable` is called once. */
  offer(bytes: Uint8Array): boolean;
  close(): Promise<void>;
}

export interface SerialLineSettings {
  readonly path: string;
  readonly baudRate: number;
  readonly dataBits?: 5 | 6 | 7 | 8;
  readonly stopBits?: 1 | 1.5 | 2;
  readonly parity?: "none" | "even" | "odd" | "mark" | "space";
  readonly rtscts?: boolean;
}

export type OpenSerialLine = (settings: SerialLineSettings) => Promise<SerialLine>;
