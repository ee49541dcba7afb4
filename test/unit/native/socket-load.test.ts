/** Sockets over time: 10 000 of them leave nothing behind. */
import { setTimeout as delay } from "node:timers/promises";
import testWith from "ava";
import { nativeStatus, openUdpSocket } from "waxwing/native";
import { held, noMoreThan, residentKiB } from "../../support/process-holds.js";

const isMissing = nativeStatus().loaded === undefined;
const note = isMissing ? " (needs the native addon: npm run build:native)" : "";
const test = isMissing ? (testWith.skip as unknown as typeof testWith) : testWith;

const KiB = 1024;

test(`10 000 opens and closes leave descriptors, threads and memory as they were${note}`, async (t) => {
  t.timeout(300_000);
  const round = async (times: number) => {
    for (let done = 0; done < times; done += 1) {
      const socket = await openUdpSocket({ hostname: "127.0.0.1" });
      if (done % 100 === 0) await socket.send(new Uint8Array(1200), `127.0.0.1:${socket.port}`);
      await socket.close();
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
});
