/**
 * Walks the trees of an LMDB file without LMDB, which would end the process where a page lies behind the end.
 *
 * A sound file may end before the last page that its meta page names: pages at the end that one transaction took and
 * let go of are free, and were never written ("the file may be shorter if the freeDB lists the final pages", mdb.c of
 * lmdb 3.5.6). A file that was cut has the same length. What tells them apart is whether anything in use lies behind
 * the end.
 *
 * ```
 *  page header                    64-bit  32-bit    meta page, behind the header        64-bit  32-bit
 *    page number                    0       0         u32 magic, u32 version               24      16
 *    transaction                    8       4         address, map size                    32      24
 *    u16 pad                       16       8         database of free pages               48      32
 *    u16 flags                     18      10         database of databases                96      60
 *    u16 lower, u16 upper          20      12         last page                           144      88
 *                                                     transaction                         152      92
 *  node: u16 low, u16 high, u16 flags, u16 key bytes, key, data
 *  database: u32 pad, u16 flags, u16 depth, four counts, root
 * ```
 * Native byte order; little-endian everywhere. Offsets of nodes are u16, behind the header, and count from its end.
 */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";

/** Bytes of a page number: what differs between 64-bit and 32-bit builds. */
export type WordBytes = 4 | 8;

const branchFlag = 1;
const leafFlag = 2;
/** The data lie in pages of their own: page number, transaction, number of pages. */
const bigDataFlag = 1;
const databaseFlag = 2;
const nodeHeaderBytes = 8;

/** Whether the file holds all that its newest meta page leads to. */
export function isFileWhole(file: string, pageBytes: number, wordBytes: WordBytes): boolean {
  const fd = openSync(file, "r");
  try {
    const walk = new Walk(fd, pageBytes, wordBytes);
    return walk.isLong() || walk.reachesEverything();
  } finally {
    closeSync(fd);
  }
}

class Walk {
  readonly #fd: number;
  readonly #pageBytes: number;
  readonly #word: WordBytes;
  readonly #headerBytes: number;
  readonly #pages: number;
  readonly #meta: Buffer;

  constructor(fd: number, pageBytes: number, word: WordBytes) {
    this.#fd = fd;
    this.#pageBytes = pageBytes;
    this.#word = word;
    this.#headerBytes = 2 * word + 8;
    this.#pages = Math.floor(fstatSync(fd).size / pageBytes);
    const [first, second] = [this.#read(0), this.#read(1)];
    this.#meta = this.#transaction(second) > this.#transaction(first) ? second : first;
  }

  isLong(): boolean {
    return this.#pages > this.#number(this.#meta, this.#databaseAt(2));
  }

  /** Each page in use is reached once, so that a walk over more pages than there are goes in circles. */
  reachesEverything(): boolean {
    const roots = [0, 1].map((index) => this.#rootOf(this.#meta, this.#databaseAt(index)));
    const waiting = roots.filter((root) => root !== undefined);
    const page = Buffer.alloc(this.#pageBytes);
    for (let visited = 0; waiting.length > 0; visited++) {
      const number = waiting.pop()!;
      if (number >= this.#pages || visited >= this.#pages) return false;
      this.#read(number, page);
      if (this.#number(page, 0) !== number) return false;
      const type = page.readUInt16LE(2 * this.#word + 2) & (branchFlag | leafFlag);
      if (type !== branchFlag && type !== leafFlag) return false;
      for (const node of this.#nodes(page)) {
        if (node + nodeHeaderBytes > page.length) return false;
        if (type === branchFlag) waiting.push(this.#childOf(page, node));
        else if (!this.#visitLeaf(page, node, waiting)) return false;
      }
    }
    return true;
  }

  /** Data of its own pages are there; the root of a database is to be walked too. */
  #visitLeaf(page: Buffer, node: number, waiting: number[]): boolean {
    const flags = page.readUInt16LE(node + 4);
    if (flags === 0) return true;
    const data = node + nodeHeaderBytes + page.readUInt16LE(node + 6);
    if (flags === bigDataFlag && data + 3 * this.#word <= page.length)
      return this.#number(page, data) + this.#number(page, data + 2 * this.#word) <= this.#pages;
    if (flags !== databaseFlag || data + this.#databaseBytes() > page.length) return false;
    const root = this.#rootOf(page, data);
    if (root !== undefined) waiting.push(root);
    return true;
  }

  *#nodes(page: Buffer): Generator<number> {
    const pointerBytes = Math.min(page.readUInt16LE(2 * this.#word + 4), page.length - this.#headerBytes);
    for (let at = 0; at + 2 <= pointerBytes; at += 2)
      yield this.#headerBytes + page.readUInt16LE(this.#headerBytes + at);
  }

  #childOf(page: Buffer, node: number): number {
    const low = page.readUInt32LE(node);
    return this.#word === 8 ? low + page.readUInt16LE(node + 4) * 2 ** 32 : low;
  }

  /** All ones: the tree is empty. */
  #rootOf(page: Buffer, database: number): number | undefined {
    const at = database + 8 + 4 * this.#word;
    const isEmpty = page.subarray(at, at + this.#word).every((byte) => byte === 0xff);
    return isEmpty ? undefined : this.#number(page, at);
  }

  #databaseAt(index: number): number {
    return this.#headerBytes + 8 + 2 * this.#word + index * this.#databaseBytes();
  }

  #databaseBytes(): number {
    return 8 + 5 * this.#word;
  }

  #transaction(meta: Buffer): number {
    return this.#number(meta, this.#databaseAt(2) + this.#word);
  }

  #number(page: Buffer, at: number): number {
    return this.#word === 8 ? Number(page.readBigUInt64LE(at)) : page.readUInt32LE(at);
  }

  #read(number: number, page = Buffer.alloc(this.#pageBytes)): Buffer {
    readSync(this.#fd, page, 0, this.#pageBytes, number * this.#pageBytes);
    return page;
  }
}
