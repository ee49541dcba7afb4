/** SHA-2 (FIPS 180-4): NIST's examples, every length around the block edges, batches, large inputs. */
import { concatBytes, equalBytes, hexEncode, utf8Encode } from "../../base/bytes.js";
import type { Engine } from "../../contracts/engine.js";
import { assert, assertEqual, assertThrows, type SuiteReport } from "../suite.js";
import { assertBytesOnly, isTypeError, pattern } from "./check.js";

type Sha2 = Pick<Engine, "sha256" | "sha256Batch" | "sha512">;
type Algorithm = "sha256" | "sha512";

/** NIST, "Cryptographic Standards and Guidelines: Examples with Intermediate Values", and FIPS 180-4's own. */
const examples: readonly [message: string, repeated: number, sha256: string, sha512: string][] = [
  [
    "",
    1,
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e",
  ],
  [
    "abc",
    1,
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
  ],
  [
    "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
    1,
    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
    "204a8fc6dda82f0a0ced7beb8e08a41657c16ef468b228a8279be331a703c33596fd15c13b1b07f9aa1d3bea57789ca031ad85c7a71dd70354ec631238ca3445",
  ],
  [
    "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
    1,
    "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1",
    "8e959b75dae313da8cf4f72814fc143f8f7779c6eb9f7fa17299aeadb6889018501d289e4900f7e4331b99dec4b5433ac7d329eeb6dd26545e96e55b874be909",
  ],
  [
    "a",
    1_000_000,
    "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
    "e718483d0ce769644e2e42c7bc15b4638e1f98b13b2044285632a803afa973ebde0ff244877ea60a4cb0432ce577c31beb009c5c2c49aa2e4eadb217ad8cc09b",
  ],
];

/** Hash of the joined hashes of pattern(0) … pattern(299): every place where padding can begin, twice over. */
const chainLengths = 300;
const chains = {
  sha256: "99046640b15811a04e7bc52153fa8573913f2c8d1a1c44df6ae73a507c054a48",
  sha512:
    "94169fbd3908cbd89f7972deae9d9372b04c7b6207adc1dc07e7c6eba1ccac33d0d7b7b7cdac929caa5b3f6bd148f7aec46e0d4fc7a38fcac8751fb1083d168a",
} as const;

/** Larger than the WASM engine's input window, and no multiple of a block. */
const largeBytes = 17 * 1024 * 1024 + 3;
const largeZeros = {
  sha256: "8187e479397dd82751db75303c737637b7135cdb7306fb0f63e6f66c1319fc1a",
  sha512:
    "136b3a51481355f2deb71d53a3e38b20334700628001d56b48af7ebaf1618dfe86ea2bb991ed0092021be96be7f3b67a968ce64c7729cea9a86869410caf3404",
} as const;

export function hashSuite(engine: Sha2, report: SuiteReport): void {
  for (const algorithm of ["sha256", "sha512"] as const) {
    report.check(`${algorithm}() gives NIST's example digests`, () => {
      for (const [message, repeated, sha256, sha512] of examples) {
        const digest = engine[algorithm](utf8Encode(message.repeat(repeated)));
        assertEqual(hexEncode(digest), { sha256, sha512 }[algorithm], `${message.slice(0, 8)} × ${repeated}`);
      }
    });
    report.check(`${algorithm}() is right at every length to 300 bytes`, () => {
      const digests = Array.from({ length: chainLengths }, (_, length) => engine[algorithm](pattern(length)));
      assertEqual(hexEncode(engine[algorithm](concatBytes(...digests))), chains[algorithm], "chain");
    });
    report.check(`${algorithm}() takes 17 MiB in one call`, () => {
      assertEqual(
        hexEncode(engine[algorithm](new Uint8Array(largeBytes))),
        largeZeros[algorithm],
        "17 MiB of zeros",
      );
    });
    report.check(`${algorithm}() reads a view within a larger buffer, and only reads`, () => {
      checkView(engine, algorithm);
    });
    report.check(`${algorithm}() throws TypeError for anything but bytes`, async () => {
      await assertBytesOnly((value) => engine[algorithm](value), "data");
    });
  }

  report.check("sha256Batch() equals sha256() one by one, in order, whatever the sizes", () => {
    for (const lengths of [[], [0], [64, 0, 1, 63, 65], Array.from({ length: 300 }, (_, i) => i)]) {
      const messages = lengths.map((length) => pattern(length, lengths.length));
      assertEqual(
        engine.sha256Batch(messages),
        messages.map((message) => engine.sha256(message)),
        `lengths ${lengths}`,
      );
    }
  });
  report.check("sha256Batch() takes more messages, and more bytes, than one crossing holds", () => {
    const many = Array.from({ length: 40_000 }, (_, i) => pattern(i % 3, i));
    const digests = engine.sha256Batch(many);
    assertEqual(digests.length, many.length, "count");
    for (const i of [0, 1, 8191, 8192, 32_767, 32_768, 39_999])
      assertEqual(digests[i], engine.sha256(many[i]!), `message ${i}`);

    const large = [
      pattern(5),
      new Uint8Array(9 << 20),
      new Uint8Array(9 << 20).fill(1),
      new Uint8Array(largeBytes),
    ];
    const [a, b, c, d] = engine.sha256Batch([...large, pattern(6)]);
    assertEqual(
      [a, b, c, d],
      large.map((message) => engine.sha256(message)),
      "large messages",
    );
  });
  report.check("sha256Batch() throws TypeError for anything but an array of bytes", async () => {
    await assertBytesOnly((value) => engine.sha256Batch([pattern(1), value]), "messages[1]");
    for (const value of [undefined, null, 3, "abc", { length: 1 }])
      await assertThrows(
        () => engine.sha256Batch(value as unknown as Uint8Array[]),
        isTypeError,
        `messages: ${String(value)}`,
      );
  });
}

function checkView(engine: Sha2, algorithm: Algorithm): void {
  const buffer = pattern(300);
  const before = buffer.slice();
  const view = buffer.subarray(33, 203);
  const digest = engine[algorithm](view);
  assertEqual(digest, engine[algorithm](view.slice()), "digest of the view");
  assert(equalBytes(buffer, before), "the argument is not changed");
  const kept = digest.slice();
  engine[algorithm](pattern(7));
  assert(equalBytes(digest, kept), "a result is not overwritten by the next call");
}
