/**
 * The native addon in the runtime that runs this file: Node 20, 22, 24, 26, Deno, or an ARM Node under qemu.
 * No test framework, so that it also runs where ava does not. Ends with `N passed, N failed, N skipped`.
 *
 *   node test/runtimes/native.mjs [<port> <port>]     the two ends of a cable, for the serial part
 *   node scripts/test-native.mjs                      in every runtime, with a cable
 */
import { loadNative, nativeStatus, openSerialPort, openUdpSocket } from "waxwing/native";
import { check, finish, same, skip } from "./report.mjs";

await check("the addon of this platform loads, from this package", () => {
  const { loaded, tried, platform } = nativeStatus();
  if (loaded === undefined) throw new Error(`${platform}: ${JSON.stringify(tried)}`);
  // A build of another platform may lie in native/build, where a build for this host would come first.
  same(tried.filter(({ path }) => !path.includes("native/build/")).length, 0);
  console.log(`  ${platform}, ${loaded.source}: ${loaded.path}`);
});

await check("it was built for N-API 8, and this runtime has that", () => {
  same(loadNative().napiVersion(), 8);
  same(nativeStatus().napiVersion, 8);
  same(nativeStatus().runtimeNapiVersion >= 8, true);
});

await check("every code that it throws is one of Waxwing's", async () => {
  const { errorCodes } = await import("#base/error-codes.js");
  const codes = loadNative().errorCodes();
  same(codes.length > 0, true);
  same(codes.filter((code) => !(code in errorCodes)).join(), "");
});

for (const offload of [true, false])
  await check(`datagrams pass over loopback, offload ${offload}`, async () => {
    const open = () => openUdpSocket({ hostname: "127.0.0.1", offload, kernelReceiveBytes: 1 << 20 });
    const [a, b] = [await open(), await open()];
    const bodies = Array.from({ length: 100 }, (_, n) => pattern(n % 9 === 8 ? 300 : 1200, n + 1));
    for (const body of bodies) await a.send(body, `127.0.0.1:${b.port}`);
    const got = [];
    while (got.length < bodies.length)
      await b.receive((bytes, from) => {
        got.push(bytes.slice());
        same(from, `127.0.0.1:${a.port}`);
      });
    for (const [n, body] of bodies.entries()) same(indexOfDifference(got[n], body), -1);
    const waiting = b.receive(() => {}).catch((error) => error.code);
    await b.close();
    same(await waiting, "canceled");
    await a.close();
  });

const [near, far] = globalThis.process.argv.slice(2);
if (far === undefined) skip("bytes pass over a serial cable", "needs the two ends of one as arguments");
else {
  const ends = [];
  await check("bytes of every value pass over a serial cable, both ways at once", async () => {
    for (const path of [near, far]) ends.push(await openSerialPort({ path, baudRate: 115_200 }));
    const [a, b] = ends;
    const [there, back] = [pattern(30_000, 7), pattern(30_000, 11)];
    const [, , atB, atA] = await Promise.all([
      a.write(there),
      b.write(back),
      receive(b, there.length),
      receive(a, back.length),
    ]);
    same(indexOfDifference(atB, there), -1);
    same(indexOfDifference(atA, back), -1);
    same(await a.baudRate(), 115_200);
  });
  await check("a second opener is refused, and a closed port is closed twice without harm", async () => {
    let code;
    await openSerialPort({ path: near, baudRate: 9_600 }).catch((error) => {
      code = error.code;
    });
    same(code, "device_busy");
    for (const port of [...ends, ...ends]) await port.close();
    same(await ends[0].ended, undefined);
  });
}

finish();

/** Every byte value, in an order that shifts with each round of 256. */
function pattern(length, step) {
  return Uint8Array.from({ length }, (_, index) => index * step + Math.floor(index / 256));
}

async function receive(port, length) {
  const received = new Uint8Array(length);
  let filled = 0;
  while (filled < length) filled += await port.read(received.subarray(filled));
  return received;
}

function indexOfDifference(got, expected) {
  if (got.length !== expected.length) return Math.min(got.length, expected.length);
  return got.findIndex((byte, index) => byte !== expected[index]);
}
