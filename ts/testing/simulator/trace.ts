/**
 * What happened in a run: every event goes into one running digest, and the last ones are kept as text for
 * the report of a failure. Two runs of one seed must end with the same digest; a difference means that
 * something outside the seed (a real clock, real randomness, the order of a worker) has crept in.
 */

/** Lines shown with a failure: enough to see the last exchange, short enough to read. */
const linesKept = 60;

export class Trace {
  readonly #lines: string[] = [];
  readonly #digest = new Digest();
  #events = 0;

  get events(): number {
    return this.#events;
  }

  add(atMs: number, who: string, what: string): void {
    const line = `${atMs} ${who} ${what}`;
    this.#digest.addText(line);
    this.#events++;
    this.#lines.push(line);
    if (this.#lines.length > linesKept) this.#lines.shift();
  }

  digest(): string {
    return this.#digest.hex();
  }

  tail(): readonly string[] {
    return this.#lines;
  }
}

/** A short name for some bytes in a trace. Not cryptographic. */
export function digestBytes(bytes: Uint8Array): string {
  const digest = new Digest();
  digest.addBytes(bytes);
  return digest.hex();
}

/** Two lanes of FNV-1a with different bases: 64 bits, enough to tell runs apart. */
class Digest {
  #left = 0x811c_9dc5;
  #right = 0x0123_4567;

  addBytes(bytes: Uint8Array): void {
    for (const byte of bytes) this.#add(byte);
  }

  addText(text: string): void {
    for (let i = 0; i < text.length; i++) this.#add(text.charCodeAt(i));
    this.#add(0x0a);
  }

  hex(): string {
    return `${toHex(this.#left)}${toHex(this.#right)}`;
  }

  #add(value: number): void {
    this.#left = Math.imul(this.#left ^ value, 0x0100_0193) >>> 0;
    this.#right = Math.imul(this.#right ^ (value + 0x5b), 0x0100_0193) >>> 0;
    // The lanes meet, so that they are not one hash computed twice.
    this.#right = (this.#right + (this.#left >>> 7)) >>> 0;
  }
}

function toHex(word: number): string {
  return word.toString(16).padStart(8, "0");
}
