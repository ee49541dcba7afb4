/** A port under load and over time: nothing grows, and a reader that stalls holds its sender up. */
import { setTimeout as delay } from "node:timers/promises";
import { openSerialPort } from "waxwing/native";
import { cableFor, note, cableTest as test } from "../../support/cable.js";
import { held, noMoreThan, residentKiB } from "../../support/process-holds.js";

const KiB = 1024;

test.serial(
  `a stalled reader holds its sender up with a ring and the kernel's buffers full, and memory stays flat${note}`,
  async (t) => {
    const cable = await cableFor(t);
    const sender = await openSerialPort({ path: cable.a, baudRate: 4_000_000, sendBytes: 16 * KiB });
    const receiver = await openSerialPort({ path: cable.b, baudRate: 4_000_000, receiveBytes: 64 * KiB });
    const total = 32 * KiB * KiB;
    const written = sender.write(new Uint8Array(total));
    let sent = -1;
    while (sent !== sender.counters.bytesSent) {
      sent = sender.counters.bytesSent;
      await delay(100);
    }
    const before = residentKiB();
    t.is(receiver.counters.bytesWaiting, 64 * KiB);
    t.true(receiver.counters.receiveStalls >= 1);
    // The ring, socat's buffer, and two ptys of less than 64 KiB each.
    t.true(sent >= 64 * KiB && sent < 256 * KiB, `${sent} bytes were taken`);
    await delay(300);
    t.is(sender.counters.bytesSent, sent, "nothing moves while nobody reads");

    const out = new Uint8Array(64 * KiB);
    let received = 0;
    while (received < total) received += await receiver.read(out);
    await written;
    const grown = residentKiB() - before;
    t.true(grown < 16 * KiB, `${grown} KiB more after ${total} bytes`);
    await Promise.all([sender.close(), receiver.close()]);
  },
);

test.serial(
  `10 000 opens and closes leave descriptors, threads and memory as they were${note}`,
  async (t) => {
    t.timeout(300_000);
    const cable = await cableFor(t);
    const round = async (times: number) => {
      for (let done = 0; done < times; done += 1) {
        const port = await openSerialPort({ path: cable.a, baudRate: 115_200 });
        if (done % 100 === 0) await port.write(Uint8Array.of(1));
        await port.close();
      }
      // The last thread tells of its end just before it is gone.
      await delay(50);
    };
    await round(2000);
    const [before, resident] = [held(), residentKiB()];
    await round(8000);
    await noMoreThan(before);
    const grown = residentKiB() - resident;
    t.log(`${grown} KiB more after 8 000`);
    t.true(grown < 16 * KiB, `${grown} KiB more after 8 000`);
  },
);
