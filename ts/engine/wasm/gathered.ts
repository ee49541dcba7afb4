/** Results in one buffer that doubles: thousands of small ones would cost the collector more than the diff. */
export class Gathered {
  private readonly bytesMax: number;
  private buffer = new Uint8Array(0);
  private used = 0;

  constructor(bytesMax: number) {
    this.bytesMax = bytesMax;
  }

  append(memory: Uint8Array, address: number, length: number): void {
    if (length === 0) return;
    const needed = this.used + length;
    if (needed > this.buffer.length) {
      const larger = new Uint8Array(Math.min(this.bytesMax, Math.max(needed, 2 * this.buffer.length)));
      larger.set(this.buffer.subarray(0, this.used));
      this.buffer = larger;
    }
    this.buffer.set(memory.subarray(address, address + length), this.used);
    this.used = needed;
  }

  bytes(): Uint8Array {
    return this.used === this.buffer.length ? this.buffer : this.buffer.slice(0, this.used);
  }
}
