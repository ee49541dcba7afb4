/** Native links over real TCP: how fast they are at least, and what a receiver that reads nothing costs. */
import { createServer, type Socket } from "node:net";
import test from "ava";
import { createTcpMedium } from "waxwing/transport";
import { makeLinkPair } from "../../../support/link-ends.js";

const startPair = async () => {
  const pair = await makeLinkPair((host) =>
    createTcpMedium({ host, listen: { hostname: "127.0.0.1", port: 0 } }),
  );
  let bytes = 0;
  await pair.a.start(() => "accepted");
  await pair.b.start((frame) => {
    bytes += frame.bytes.length;
    return "accepted";
  });
  return {
    ...pair,
    bytesAtB: () => bytes,
    async stop() {
      await Promise.all([pair.a.stop(), pair.b.stop()]);
      await pair.close();
    },
  };
};

test.serial("64 MB go over loopback faster than 2 MB/s, however busy the machine", async (t) => {
  const { a, keyB, bytesAtB, stop } = await startPair();
  const frame = new Uint8Array(1024 * 1024).fill(7);
  await a.send(keyB, frame);
  const start = performance.now();
  for (let i = 0; i < 8; i++)
    for (const { status } of await Promise.all(Array.from({ length: 8 }, () => a.send(keyB, frame))))
      t.is(status, "delivered");
  const megabytesPerSecond = 64 / ((performance.now() - start) / 1000);
  t.log(`${megabytesPerSecond.toFixed(0)} MB/s`);
  t.is(bytesAtB(), 65 * 1024 * 1024);
  t.true(megabytesPerSecond > 2, `${megabytesPerSecond} MB/s`);
  await stop();
});

test.serial("a receiver that reads nothing holds a bounded number of frames, and they end", async (t) => {
  const sockets: Socket[] = [];
  // It takes the connection and never reads.
  const server = createServer({ pauseOnConnect: true }, (socket) => {
    sockets.push(socket);
    socket.on("error", () => {});
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as { port: number };
  const pair = await makeLinkPair((host) => createTcpMedium({ host }), {
    addressOf: () => `127.0.0.1:${port}`,
  });
  await pair.a.start(() => "accepted");
  const frame = new Uint8Array(1024 * 1024);
  const outcomes = await Promise.all(Array.from({ length: 40 }, () => pair.a.send(pair.keyB, frame)));
  const of = (status: string) => outcomes.filter((outcome) => outcome.status === status).length;
  t.is(of("rejected"), 24, "16 MiB wait, the rest is refused at once");
  t.is(of("failed"), 16, "and what waits is given up");
  await pair.a.stop();
  await pair.close();
  for (const socket of sockets) socket.destroy();
  server.close();
});
