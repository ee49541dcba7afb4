/**
 * The log of `disk-recorder.c`, and what a disk may hold when the power goes at any point of it: everything
 * flushed by then, and of the rest any sectors in any order, each whole or not at all.
 */
import { readFileSync } from "node:fs";
import type { SeededRandom } from "waxwing/testing";
import type { Acknowledged } from "./workload.js";

const sectorBytes = 512;

export type DiskEvent =
  | { readonly type: "write"; readonly offset: number; readonly data: Buffer }
  | { readonly type: "truncate"; readonly bytes: number }
  /** The writes up to this index of the log are on the disk, or one write alone. */
  | { readonly type: "durable"; readonly before: number }
  | { readonly type: "durableAlone"; readonly index: number }
  | { readonly type: "flushBegins" }
  | { readonly type: "named" }
  | { readonly type: "acknowledged"; readonly acknowledged: Acknowledged };

export function readDiskLog(path: string): DiskEvent[] {
  const log = readFileSync(path);
  const events: DiskEvent[] = [];
  let flushBegan = 0;
  for (let at = 0; at < log.length; ) {
    const type = String.fromCharCode(log[at]!);
    const offset = Number(log.readBigUInt64LE(at + 1));
    const length = log.readUInt32LE(at + 9);
    const data = log.subarray(at + 13, at + 13 + length);
    at += 13 + length;
    if (type === "W") events.push({ type: "write", offset, data });
    else if (type === "T") events.push({ type: "truncate", bytes: offset });
    else if (type === "D") events.push({ type: "durableAlone", index: events.length - 1 });
    else if (type === "F") {
      flushBegan = events.length;
      events.push({ type: "flushBegins" });
    } else if (type === "S") events.push({ type: "durable", before: flushBegan });
    else if (type === "L") events.push({ type: "named" });
    else if (type === "A")
      for (const line of data.toString().trim().split("\n"))
        events.push({ type: "acknowledged", acknowledged: JSON.parse(line) as Acknowledged });
    else throw new Error(`disk log: unknown event ${type}`);
  }
  return events;
}

export interface Crash {
  readonly image: Buffer;
  readonly acknowledged: readonly Acknowledged[];
  readonly pendingWrites: number;
}

/** The power goes behind event `point` (exclusive). */
export function crashAt(events: readonly DiskEvent[], point: number, random: SeededRandom): Crash {
  const durable = new Set<number>();
  const acknowledged: Acknowledged[] = [];
  for (const event of events.slice(0, point)) {
    if (event.type === "durableAlone") durable.add(event.index);
    if (event.type === "acknowledged") acknowledged.push(event.acknowledged);
    if (event.type !== "durable") continue;
    for (let earlier = 0; earlier < event.before; earlier++) durable.add(earlier);
  }
  const disk = new Disk();
  let pendingWrites = 0;
  // In the order of the log, so that an older write never lies above a newer one that is on the disk.
  for (const [index, event] of events.slice(0, point).entries()) {
    if (event.type === "truncate") disk.truncate(event.bytes);
    if (event.type !== "write") continue;
    if (durable.has(index)) disk.write(event.offset, event.data);
    else {
      pendingWrites++;
      writeSome(disk, event, random);
    }
  }
  return { image: disk.image(), acknowledged, pendingWrites };
}

/** All of it, nothing, or some of its sectors. */
function writeSome(
  disk: Disk,
  { offset, data }: { offset: number; data: Buffer },
  random: SeededRandom,
): void {
  const fate = random.integer(0, 3);
  // The file may have grown although its bytes did not arrive.
  if (random.chance(0.5)) disk.grow(offset + data.length);
  if (fate === 0) return;
  for (let at = 0; at < data.length; ) {
    const end = Math.min(data.length, at + sectorBytes - ((offset + at) % sectorBytes));
    if (fate === 1 || random.chance(0.5)) disk.write(offset + at, data.subarray(at, end));
    at = end;
  }
}

class Disk {
  #bytes = Buffer.alloc(0);
  #length = 0;

  write(offset: number, data: Buffer): void {
    this.grow(offset + data.length);
    data.copy(this.#bytes, offset);
  }

  grow(length: number): void {
    if (length > this.#bytes.length) {
      const larger = Buffer.alloc(2 * length);
      this.#bytes.copy(larger);
      this.#bytes = larger;
    }
    this.#length = Math.max(this.#length, length);
  }

  truncate(length: number): void {
    this.grow(length);
    this.#bytes.fill(0, length);
    this.#length = length;
  }

  image(): Buffer {
    return Buffer.from(this.#bytes.subarray(0, this.#length));
  }
}
