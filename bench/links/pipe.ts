/** What every contender of bench/links is to the measurements: two ends, frames from one to the other and back. */

export interface Pipe {
  /** Resolves when another may be sent; how many may be under way is the caller's. Rejects when it did not go. */
  send(frame: Uint8Array): Promise<unknown>;
  /** From the far end to the near one. */
  answer(frame: Uint8Array): Promise<unknown>;
  /** Told of everything that arrives, by its bytes; a stream may cut frames differently. */
  onFar(listener: (bytes: number) => void): void;
  onNear(listener: (bytes: number) => void): void;
  /** The far end takes nothing until `resume`. */
  stall?(): void;
  close(): Promise<void>;
}

export interface Wire {
  /** First part of the row ids: `tcp`, `pty`, `udp`, `ethernet`. */
  readonly name: string;
  /** Bytes of the frames. */
  readonly sizes: readonly number[];
  readonly contenders: Readonly<Record<string, () => Promise<Pipe>>>;
}

/** Whom a pipe tells of what arrives; measurements change it between them. */
export class Ears {
  far: (bytes: number) => void = () => {};
  near: (bytes: number) => void = () => {};
  readonly hooks: Pick<Pipe, "onFar" | "onNear"> = {
    onFar: (listener) => {
      this.far = listener;
    },
    onNear: (listener) => {
      this.near = listener;
    },
  };
}

/** A contender that cannot run here; the message says why. */
export class Absent extends Error {}
