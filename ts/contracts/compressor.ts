/**
 * Compressor: raw DEFLATE (RFC 1951) for bodies of frames, given by whoever runs the plane, so that the plane itself
 * stays pure. Any level and strategy may be used; every stream of the format is taken.
 */
export interface Compressor {
  deflate(bytes: Uint8Array): Uint8Array;
  /**
   * Undefined for what is no whole stream, has bytes behind its end, or holds more than `bytesMax`, which is never
   * allocated.
   */
  inflate(bytes: Uint8Array, bytesMax: number): Uint8Array | undefined;
}
