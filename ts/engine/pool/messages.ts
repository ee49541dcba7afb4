/** What the pool and its threads say to each other. */

export type ToWorker =
  /** First: which core to load. */
  | { readonly type: "open"; readonly cacheBytes: number; readonly build?: string }
  /** Packed items (packed-items.ts), `bytes` long, in a slot's memory, which is told when it is not its last one. */
  | {
      readonly type: "verify";
      readonly slot: number;
      readonly bytes: number;
      readonly memory?: SharedArrayBuffer;
      readonly source: string | undefined;
    };

export type FromWorker =
  | { readonly type: "ready"; readonly engine: string }
  /** One a `verify`, in order: the verdicts are over the start of the slot's memory. */
  | { readonly type: "verdicts" };
