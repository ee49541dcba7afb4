/** Wycheproof's ML-KEM-768 vectors: keys from seeds, and secrets from ciphertexts, changed ones among them. */
import test from "ava";
import { loadLinkCrypto } from "waxwing";
import { readJson, vectorTest } from "../support/vectors.js";

interface Vectors {
  readonly numberOfTests: number;
  readonly testGroups: readonly {
    readonly tests: readonly {
      readonly tcId: number;
      readonly comment?: string;
      readonly seed: string;
      readonly ek: string;
      readonly c: string;
      readonly K: string;
      readonly result: "valid" | "invalid";
    }[];
  }[];
}

const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, "hex"));
const hex = (value: Uint8Array) => Buffer.from(value).toString("hex");
const { mlKem768 } = await loadLinkCrypto();
const vectors = vectorTest("wycheproof/mlkem_768_test.json");

vectors.test(`LinkCrypto gives Wycheproof's ML-KEM-768 keys and secrets${vectors.note}`, (t) => {
  const { testGroups, numberOfTests } = readJson<Vectors>(vectors.path);
  const cases = testGroups.flatMap(({ tests }) => tests);
  t.is(cases.length, numberOfTests);
  for (const { tcId, comment, seed, ek, c, K, result } of cases) {
    const title = `tcId ${tcId}: ${comment}`;
    const decapsulate = () => {
      const { publicKey, secretKey } = mlKem768.keygen(bytes(seed));
      return { ek: hex(publicKey), K: hex(mlKem768.decapsulate(bytes(c), secretKey)) };
    };
    if (result === "valid") t.deepEqual(decapsulate(), { ek, K }, title);
    else t.throws(decapsulate, { instanceOf: RangeError }, title);
  }
});

test("an encapsulation key of another length is the caller's mistake", (t) => {
  t.throws(() => mlKem768.encapsulate(new Uint8Array(1183), new Uint8Array(32)), { instanceOf: RangeError });
});
