/**
 * ML-DSA-65 key generation and signing: branches, addresses and divisions depend on secrets only in what
 * FIPS 204 lets show. That is listed here, function by function; everywhere else runs must be equal.
 *
 *   the matrix from ρ        ρ is in the public key; its rejection sampling may branch
 *   s1 and s2 from ρ′        which candidates are refused says nothing about those that stay (algorithm 31)
 *   the challenge from c̃     c̃ is in the signature; that of a refused round hashes a mask that is thrown away
 *   the hint as bytes        the hint is in the signature
 *   outcomes of a round      how many rounds are refused, and at which check, is independent of the key: runs are
 *                            compared with runs that had the same outcomes
 */
import test from "ava";
import { SeededRandom } from "waxwing/testing";
import type { SourceFunction } from "./source-lines.js";
import type { Trace } from "./trace.js";
import { builds, runsHere, traceBuild } from "./traced-core.js";

const functions = (file: string, ...names: string[]): SourceFunction[] =>
  names.map((name) => ({ file: `assembly/mldsa/${file}.ts`, name }));

const matrixSampling = functions(
  "sample",
  "acceptCandidates",
  "acceptCandidateVectors",
  "expandEntry",
  "expandEntryPair",
);
const secretSampling = functions("sample", "acceptHalfBytes", "writeCandidate");
const publishedBySigning = [...functions("sample", "sampleInBall"), ...functions("hint", "packHint")];
const outcomes = functions("sign", "signMu", "tryRound");

const random = new SeededRandom("constant-time/ml-dsa");
const message = random.bytes(300);

for (const build of builds) {
  const { test: buildTest, note } = runsHere(build, test);

  buildTest(`${build}: keygen() does the same for every seed, but for sampling${note}`, (t) => {
    const { tracer, mlDsa65 } = traceBuild(build);
    const traces = Array.from({ length: 12 }, () => tracer.run(() => mlDsa65.keygen(random.bytes(32))));
    t.true(tracer.visits(traces[0]!) > 10_000);
    for (const trace of traces)
      t.deepEqual(tracer.differences(traces[0]!, trace, [...matrixSampling, ...secretSampling]), []);
  });

  buildTest(
    `${build}: sign() does the same for every key after the same outcomes of its rounds${note}`,
    (t) => {
      const { tracer, mlDsa65 } = traceBuild(build);
      const rho = random.bytes(32);
      const runs = Array.from({ length: 48 }, () => {
        const { secretKey } = mlDsa65.keygen(random.bytes(32));
        // One ρ for all: it is public, and the matrix made from it is kept from call to call.
        secretKey.set(rho, 0);
        return { secretKey, entropy: random.bytes(32) };
      });
      const sign = ({ secretKey, entropy }: (typeof runs)[0]) =>
        mlDsa65.sign(message, secretKey, { random: entropy });
      sign(runs[0]!);

      const alike = new Map<string, Trace[]>();
      for (const run of runs) {
        const trace = tracer.run(() => sign(run));
        const seen = tracer.seenIn(trace, outcomes);
        alike.set(seen, [...(alike.get(seen) ?? []), trace]);
      }
      const groups = [...alike.values()].filter(({ length }) => length > 1);
      t.true(groups.length >= 3, `${groups.length} outcomes came more than once`);
      for (const [first, ...others] of groups)
        for (const other of others) t.deepEqual(tracer.differences(first!, other, publishedBySigning), []);
    },
  );

  buildTest(`${build}: sign() shows in what is public that it is traced${note}`, (t) => {
    const { tracer, mlDsa65 } = traceBuild(build);
    const { secretKey } = mlDsa65.keygen(random.bytes(32));
    const [one, other] = [1, 2].map((byte) =>
      tracer.run(() => mlDsa65.sign(message, secretKey, { random: new Uint8Array(32).fill(byte) })),
    );
    const found = tracer.differences(one!, other!).join("\n");
    t.regex(found, /assembly\/mldsa\/sample\.ts:\d+ address/);
    t.regex(found, /assembly\/mldsa\/hint\.ts:\d+ branch/);
  });
}
