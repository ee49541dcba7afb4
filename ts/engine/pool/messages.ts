/** What the pool and its threads say to each other. */

export type ToWorker =
  /** First: which core to load. */
  | { readonly type: "open"; readonly cacheBytes: number; readonly build?: string }
  /** Packed items (packed-items.ts); the buffer moves. */
  | { readonly type: "verify"; readonly buffer: ArrayBuffer; readonly source: string | undefined };

export type FromWorker =
  | { readonly type: "ready"; readonly engine: string }
  /** One a `verify`, in order: the same buffer with the verdicts over its start. */
  | { readonly type: "verdicts"; readonly buffer: ArrayBuffer };
