/**
 * Compliance suite of `Medium` (laws in contracts/medium.ts), over two ends of one wire, in real time. A wire may
 * lose and reorder where it does not say that it is reliable; what arrives must be what was sent.
 */
import { equalBytes } from "../base/bytes.js";
import type { Timers } from "../contracts/host.js";
import type { Medium, MediumAddress } from "../contracts/medium.js";
import { SeededRandom } from "./seeded-random.js";
import { assert, assertEqual, type SuiteReport } from "./suite.js";

export interface MediumPair {
  /** Not open; the suite opens `b` first, and closes both. */
  readonly a: Medium;
  readonly b: Medium;
  /** Where `a` reaches `b`, once both are open. `b` answers to where it heard `a`. */
  addressOfB(): MediumAddress;
  readonly timers: Timers;
  /** Takes the wire away from `a`, and gives it back: a cable is pulled. Absent where a test cannot. */
  pull?(): void | Promise<void>;
  plug?(): void | Promise<void>;
  /** After the suite has closed both ends. */
  close(): Promise<void>;
}

/** What a packet on a live wire may take, and how long it is watched that nothing more comes. */
const patienceMs = 10_000;
const quietMs = 60;

export function mediumSuite(
  name: string,
  implementation: { pair(): Promise<MediumPair>; readonly canPull?: boolean },
  report: SuiteReport,
): void {
  const check = (law: string, run: (wire: Wire) => Promise<void>, open = true) =>
    report.check(`${name}: ${law}`, async () => {
      const wire = new Wire(await implementation.pair());
      try {
        if (open) await wire.open();
        await run(wire);
      } finally {
        await wire.a.medium.close();
        await wire.b.medium.close();
        await wire.pair.close();
      }
    });

  check("its properties are within the contract", async ({ a, b }) => {
    assertEqual(a.medium.properties, b.medium.properties, "both ends say the same");
    const { packetBytesMax, rateBitsPerSecond } = a.medium.properties;
    assert(Number.isInteger(packetBytesMax) && packetBytesMax >= 64, "packets of 64 bytes fit");
    assert(rateBitsPerSecond === undefined || rateBitsPerSecond > 0, "the rate is positive or absent");
  });

  check("law 1: packets of every size, up to the largest, arrive as they were sent", async (wire) => {
    const { packetBytesMax } = wire.a.medium.properties;
    const sizes = [1, 2, 3, 63, 64, 65, 127, 128, 255, 256, 257, 1399, 1400, 4095, 4096, packetBytesMax];
    for (const size of sizes) if (size <= packetBytesMax) await wire.carry(wire.pattern(size));
  });

  check("law 1: packets of nothing but delimiters of usual framings arrive", async (wire) => {
    for (const byte of [0x00, 0x7e, 0x7d, 0xc0, 0xdb, 0xff])
      await wire.carry(new Uint8Array(Math.min(200, wire.a.medium.properties.packetBytesMax)).fill(byte));
  });

  check("law 1: an end answers to where it heard a packet from", async (wire) => {
    await wire.carry(wire.pattern(20));
    const from = wire.b.received.at(-1)!.from;
    const answer = wire.pattern(30);
    await wire.until("the answer", async () => {
      await wire.put(wire.b, answer, from);
      return wire.quietly(() => wire.a.received.some(({ bytes }) => equalBytes(bytes, answer)));
    });
  });

  check(
    "law 1: a burst both ways arrives, whole packets each, in order where it is reliable",
    async (wire) => {
      await wire.carry(wire.pattern(10));
      const { from } = wire.b.received.at(-1)!;
      const size = Math.min(600, wire.a.medium.properties.packetBytesMax);
      const make = (seed: number) =>
        Array.from({ length: 120 }, (_, i) => wire.pattern(size - (i % 50), seed + i));
      const [forth, back] = [make(1000), make(2000)];
      const [atA, atB] = [wire.a.received.length, wire.b.received.length];
      const send = async (end: End, packets: Uint8Array[], to: MediumAddress) => {
        for (const packet of packets) await wire.put(end, packet, to);
      };
      await Promise.all([send(wire.a, forth, wire.pair.addressOfB()), send(wire.b, back, from)]);
      for (const [end, start, sent] of [
        [wire.b, atB, forth],
        [wire.a, atA, back],
      ] as const) {
        const got = () => end.received.slice(start).map(({ bytes }) => bytes);
        if (wire.a.medium.properties.reliable) {
          await wire.until("all packets", async () => got().length >= sent.length);
          assertEqual(got(), sent, "every packet once, in order");
        } else {
          await wire.until("most packets", async () => got().length >= sent.length / 2);
          for (const packet of got())
            assert(
              sent.some((other) => equalBytes(other, packet)),
              "what was sent",
            );
        }
      }
    },
  );

  check("law 2: what the sender does to its buffer afterwards does not show", async (wire) => {
    await wire.carry(wire.pattern(10));
    const packet = wire.pattern(50);
    const kept = packet.slice();
    await wire.until("the packet", async () => {
      packet.set(kept);
      await wire.put(wire.a, packet, wire.pair.addressOfB());
      packet.fill(0xee);
      return wire.quietly(() => wire.b.received.some(({ bytes }) => equalBytes(bytes, kept)));
    });
    assert(!wire.b.received.some(({ bytes }) => bytes.every((byte) => byte === 0xee)), "no later content");
  });

  check("law 2: where there is no room, writable comes once, and then there is some", async (wire) => {
    const { packetBytesMax } = wire.a.medium.properties;
    const to = wire.pair.addressOfB();
    await wire.carry(wire.pattern(10));
    const packet = wire.pattern(packetBytesMax);
    const before = wire.a.writable;
    let sent = 0;
    const most = Math.max(500, Math.ceil((64 * 1024 * 1024) / packetBytesMax));
    while (sent < most && wire.a.medium.send(packet, to)) sent++;
    // A wire that takes everything has nothing to show here.
    if (sent === most) return;
    assert(sent > 0, "there was room for one");
    assertEqual(wire.a.writable, before, "not while there is none");
    await wire.until("writable", async () => wire.a.writable > before);
    await wire.wait(quietMs);
    assertEqual(wire.a.writable, before + 1, "once");
    assert(wire.a.medium.send(wire.pattern(10), to), "there is room");
  });

  check("received bytes are the receiver's: changing them changes nothing else", async (wire) => {
    await wire.carry(wire.pattern(40, 1));
    const first = wire.b.received.at(-1)!;
    await wire.carry(wire.pattern(40, 2));
    const second = wire.b.received.at(-1)!;
    const kept = second.bytes.slice();
    first.bytes.fill(0);
    assert(equalBytes(second.bytes, kept), "another packet");
    await wire.carry(wire.pattern(40, 3));
    assert(
      first.bytes.every((byte) => byte === 0),
      "nor does the medium write there again",
    );
  });

  if (implementation.canPull) {
    check(
      "law 3: a wire that goes away says so once, takes nothing, and comes back by itself",
      async (wire) => {
        const { a, pair } = wire;
        await wire.carry(wire.pattern(10));
        const ups = a.ups;
        const { reconnects } = a.medium.counters;
        await pair.pull!();
        await wire.until("down", async () => a.downs > 0);
        assert(!a.medium.send(wire.pattern(10), pair.addressOfB()), "nothing is taken");
        await wire.wait(quietMs);
        assertEqual(a.downs, 1, "down once");
        assertEqual(a.ups, ups, "no up yet");
        await pair.plug!();
        await wire.until("up", async () => a.ups > ups);
        await wire.wait(quietMs);
        assertEqual([a.downs, a.ups], [1, ups + 1], "up once");
        assertEqual(a.medium.counters.reconnects, reconnects + 1, "counted");
        await wire.carry(wire.pattern(20));
      },
    );

    check("law 5: a wire that is away can be closed", async (wire) => {
      await wire.pair.pull!();
      await wire.until("down", async () => wire.a.downs > 0);
      await wire.a.medium.close();
      const said = wire.a.callbacks;
      await wire.pair.plug!();
      await wire.wait(quietMs);
      assertEqual(wire.a.callbacks, said, "nothing is said any more");
    });
  }

  check("law 4: a reliable wire says once that the other end is gone", async (wire) => {
    const { a, b } = wire;
    if (!a.medium.properties.reliable) return;
    await wire.carry(wire.pattern(10));
    await b.medium.close();
    const heard = () => a.gone.length + a.downs;
    await wire.until("gone or down", async () => heard() > 0);
    await wire.wait(quietMs);
    assertEqual(heard(), 1, "once");
  });

  check(
    "law 5: before it is open and after it is closed nothing is sent or said",
    async (wire) => {
      const { a, b, pair } = wire;
      assert(!a.medium.send(wire.pattern(10), "nowhere"), "before it is open");
      await wire.open();
      await wire.carry(wire.pattern(10));
      const to = pair.addressOfB();
      const from = b.received.at(-1)!.from;
      for (let i = 0; i < 20; i++) b.medium.send(wire.pattern(50), from);
      await Promise.all([a.medium.close(), a.medium.close()]);
      const said = a.callbacks;
      for (let i = 0; i < 20; i++) b.medium.send(wire.pattern(50), from);
      assert(!a.medium.send(wire.pattern(10), to), "after it is closed");
      await a.medium.close();
      await wire.wait(quietMs);
      assertEqual(a.callbacks, said, "callbacks after close");
      assertEqual(a.medium.addresses, [], "addresses after close");
    },
    false,
  );

  check(
    "law 5: an end that was never open can be closed",
    async ({ a }) => {
      await a.medium.close();
      await a.medium.close();
    },
    false,
  );

  check("counters count packets and wire bytes on both ends", async (wire) => {
    const { a, b } = wire;
    const start = { ...a.medium.counters };
    const startB = { ...b.medium.counters };
    await wire.carry(wire.pattern(50));
    const sent = a.medium.counters.packetsSent - start.packetsSent;
    assert(sent >= 1 && sent >= b.received.length / 2, "sent");
    assert(a.medium.counters.wireBytesSent >= start.wireBytesSent + 50 * sent, "with all their bytes");
    if (a.medium.properties.reliable) assertEqual(sent, 1, "once");
    assertEqual(b.medium.counters.packetsReceived, startB.packetsReceived + b.received.length, "received");
    assert(b.medium.counters.wireBytesReceived >= startB.wireBytesReceived + 50, "with all their bytes");
  });
}

/** An end that keeps what it hears. */
class End {
  readonly medium: Medium;
  readonly received: { bytes: Uint8Array; from: MediumAddress }[] = [];
  readonly gone: MediumAddress[] = [];
  writable = 0;
  ups = 0;
  downs = 0;
  callbacks = 0;
  #roomTold: (() => void)[] = [];

  constructor(medium: Medium) {
    this.medium = medium;
  }

  async open(): Promise<void> {
    const said = () => {
      this.callbacks++;
    };
    await this.medium.open({
      packet: (bytes, from) => {
        said();
        this.received.push({ bytes, from });
      },
      writable: () => {
        said();
        this.writable++;
        for (const tell of this.#roomTold.splice(0)) tell();
      },
      gone: (address) => {
        said();
        this.gone.push(address);
      },
      up: () => {
        said();
        this.ups++;
      },
      down: () => {
        said();
        this.downs++;
      },
    });
  }

  roomAgain(): Promise<void> {
    return new Promise((resolve) => {
      this.#roomTold.push(resolve);
    });
  }
}

class Wire {
  readonly pair: MediumPair;
  readonly a: End;
  readonly b: End;
  readonly #random = new SeededRandom("medium-suite");

  constructor(pair: MediumPair) {
    this.pair = pair;
    this.a = new End(pair.a);
    this.b = new End(pair.b);
  }

  async open(): Promise<void> {
    await this.b.open();
    await this.a.open();
  }

  pattern(length: number, seed = 0): Uint8Array {
    const bytes = this.#random.bytes(length);
    if (length >= 4) new DataView(bytes.buffer).setUint32(0, seed);
    return bytes;
  }

  wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.pair.timers.after(ms, resolve);
    });
  }

  async until(what: string, holds: () => Promise<boolean>): Promise<void> {
    for (let waitedMs = 0; !(await holds()); waitedMs += 5) {
      assert(waitedMs < patienceMs, `${what} within ${patienceMs} ms`);
      await this.wait(5);
    }
  }

  /** True as soon as it holds, within a moment: on a lossy wire the packet is then sent again. */
  async quietly(holds: () => boolean): Promise<boolean> {
    for (let waitedMs = 0; waitedMs < 300 && !holds(); waitedMs += 5) await this.wait(5);
    return holds();
  }

  /** Hands a packet to the medium, when there is room. */
  async put(end: End, packet: Uint8Array, to: MediumAddress): Promise<void> {
    for (let tries = 0; !end.medium.send(packet, to); tries++) {
      assert(tries < 1000, "room for a packet");
      await Promise.race([end.roomAgain(), this.wait(100)]);
    }
  }

  /** From `a` to `b`; again where the wire may have lost it. */
  async carry(packet: Uint8Array): Promise<void> {
    const { b } = this;
    const start = b.received.length;
    const isHere = () => b.received.slice(start).some(({ bytes }) => equalBytes(bytes, packet));
    await this.until(`a packet of ${packet.length} bytes`, async () => {
      if (isHere()) return true;
      await this.put(this.a, packet, this.pair.addressOfB());
      return this.quietly(isHere);
    });
    const { reliable } = this.a.medium.properties;
    if (reliable) assertEqual(b.received.length, start + 1, "nothing else");
  }
}
