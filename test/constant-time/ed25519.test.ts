/**
 * Ed25519 signing and public keys: every branch, address and division is the same for every seed. Public is the
 * message alone (its length decides how many blocks are hashed); nothing of the code is left out.
 */
import test from "ava";
import { SeededRandom } from "waxwing/testing";
import { builds, runsHere, traceBuild } from "./traced-core.js";

const random = new SeededRandom("constant-time/ed25519");
const bit = (index: number) =>
  Uint8Array.from({ length: 32 }, (_, at) => (at === index >> 3 ? 1 << (index & 7) : 0));
const seeds = [
  new Uint8Array(32),
  new Uint8Array(32).fill(0xff),
  bit(0),
  bit(255),
  ...Array.from({ length: 16 }, () => random.bytes(32)),
];

for (const build of builds) {
  const { test: buildTest, note } = runsHere(build, test);

  buildTest(`${build}: publicKey() does the same for every seed${note}`, (t) => {
    const { tracer, ed25519 } = traceBuild(build);
    // Tables that are made on first use are public; they are there from here on.
    ed25519.publicKey(seeds[0]!);
    const traces = seeds.map((seed) => tracer.run(() => ed25519.publicKey(seed)));
    t.true(tracer.visits(traces[0]!) > 10_000);
    for (const trace of traces) t.deepEqual(tracer.differences(traces[0]!, trace), []);
  });

  for (const messageBytes of [0, 111, 112, 300]) {
    buildTest(`${build}: sign() of ${messageBytes} bytes does the same for every seed${note}`, (t) => {
      const { tracer, ed25519 } = traceBuild(build);
      const message = random.bytes(messageBytes);
      ed25519.sign(message, seeds[0]!);
      const traces = seeds.map((seed) => tracer.run(() => ed25519.sign(message, seed)));
      t.true(tracer.visits(traces[0]!) > 20_000);
      for (const trace of traces) t.deepEqual(tracer.differences(traces[0]!, trace), []);
    });
  }

  buildTest(`${build}: signing in windows does the same for every seed${note}`, (t) => {
    const { tracer, linear } = traceBuild(build);
    const { exports, secret, input, args } = linear;
    linear.write(input.start, random.bytes(200));
    const sign = (seed: Uint8Array) => {
      linear.write(secret.start, seed);
      return tracer.run(() => {
        exports.ed25519SignBegin!();
        exports.ed25519SignUpdate!(input.start, 130);
        exports.ed25519SignUpdate!(input.start + 130, 70);
        exports.ed25519SignCommit!();
        exports.ed25519SignUpdate!(input.start, 130);
        exports.ed25519SignUpdate!(input.start + 130, 70);
        exports.ed25519SignFinish!(args.start);
      });
    };
    sign(seeds[0]!);
    const traces = seeds.map(sign);
    for (const trace of traces) t.deepEqual(tracer.differences(traces[0]!, trace), []);
  });
}
