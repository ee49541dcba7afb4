/**
 * SHA-3 and SHAKE of an engine (FIPS 202): known answers around the edges of a block, output of any length,
 * and the caller's mistakes. Longer comparisons against other implementations live with the tests.
 */
import { hexEncode } from "../../base/bytes.js";
import type { Engine } from "../../contracts/engine.js";
import { assert, assertEqual, assertThrows, type SuiteReport } from "../suite.js";

type Keccak = Pick<Engine, "sha3_256" | "sha3_512" | "shake128" | "shake256">;

const text = new TextEncoder();

/** From NIST's examples for FIPS 202. */
const knownAnswers = [
  ["sha3_256", "", "a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a"],
  ["sha3_256", "abc", "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532"],
  [
    "sha3_512",
    "",
    "a69f73cca23a9ac5c8b567dc185a756e97c982164fe25859e0d1dcc1475c80a615b2123af1f5f94c11e3e9402c3ac558f500199d95b6d3e301758586281dcd26",
  ],
  [
    "sha3_512",
    "abc",
    "b751850b1a57168a5693cd924b6b096e08f621827444f70d884f5d0240d2712e10e116e9192af3c91a7ec57647e3934057340b4cf408d5a56592f8274eec53f0",
  ],
] as const;

const knownOutputs = [
  ["shake128", "7f9c2ba4e88f827d616045507605853ed73b8093f6efbc88eb1a6eacfa66ef26"],
  ["shake256", "46b9dd2b0ba88d13233b3feb743eeb243fcd52ea62b81b82b50c27646ed5762f"],
] as const;

export function keccakSuite(engine: Keccak, report: SuiteReport): void {
  for (const [name, message, digest] of knownAnswers) {
    report.check(`${name} gives the standard's digest of "${message}"`, () => {
      assertEqual(hexEncode(engine[name](text.encode(message))), digest, name);
    });
  }

  for (const [name, start] of knownOutputs) {
    report.check(`${name} of nothing begins as the standard says, whatever length is asked for`, () => {
      const long = engine[name](new Uint8Array(0), 700);
      assertEqual(hexEncode(long.subarray(0, 32)), start, name);
      for (const length of [0, 1, 31, 135, 136, 137, 167, 168, 169, 336, 700]) {
        assertEqual(
          engine[name](new Uint8Array(0), length),
          long.slice(0, length),
          `${name} of ${length} bytes`,
        );
      }
    });
  }

  report.check("digests are fresh arrays, and arguments stay as they were", () => {
    const data = text.encode("abc");
    const first = engine.sha3_256(data);
    const copy = first.slice();
    assert(first.buffer.byteLength === 32, "a digest owns its buffer");
    engine.sha3_256(text.encode("other"));
    assertEqual(first, copy, "an earlier digest");
    assertEqual(data, text.encode("abc"), "the argument");
  });

  report.check("wrong types throw TypeError, wrong lengths RangeError", async () => {
    const isTypeError = (error: unknown) => error instanceof TypeError;
    const isRangeError = (error: unknown) => error instanceof RangeError;
    const wrong = "abc" as unknown as Uint8Array;
    const data = new Uint8Array(1);
    for (const name of ["sha3_256", "sha3_512"] as const)
      await assertThrows(() => engine[name](wrong), isTypeError, name);
    for (const name of ["shake128", "shake256"] as const) {
      await assertThrows(() => engine[name](wrong, 32), isTypeError, `${name} data`);
      await assertThrows(() => engine[name](data, "32" as unknown as number), isTypeError, `${name} length`);
      for (const length of [-1, 1.5, Number.NaN])
        await assertThrows(() => engine[name](data, length), isRangeError, `${name} length ${length}`);
    }
  });
}
