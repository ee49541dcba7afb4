/**
 * The Identity contract, law by law. Runs against anything that signs: software keys, a hardware token, a
 * remote signer.
 */
import { concatBytes, equalBytes } from "../base/bytes.js";
import type { Engine } from "../contracts/engine.js";
import type { Identity } from "../contracts/identity.js";
import { isNativeKeyId, nativeKeyId } from "../records/native-key-id.js";
import { assert, assertEqual, type SuiteReport } from "./suite.js";

export interface IdentityUnderTest {
  /** Judges the signatures. */
  readonly engine: Engine;
  create(): Promise<Identity>;
}

export function identitySuite({ engine, create }: IdentityUnderTest, report: SuiteReport): void {
  const message = Uint8Array.from({ length: 300 }, (_, index) => index & 0xff);

  report.check("law 1: keyId is the hash of the public keys, or a foreign id", async () => {
    const { keyId, publicKeys } = await create();
    assertEqual(publicKeys.ed25519.length, 32, "length of the Ed25519 key");
    assertEqual(publicKeys.mlDsa65.length, 1952, "length of the ML-DSA-65 key");
    if (isNativeKeyId(keyId)) assertEqual(keyId, nativeKeyId(engine, publicKeys), "native key id");
    else assert(keyId.length > 0, "a foreign id is not empty");
  });

  report.check("law 2: sign verifies as a hybrid signature over exactly that message", async () => {
    const identity = await create();
    for (const part of [new Uint8Array(0), message.subarray(0, 1), message]) {
      const pair = await identity.sign(part);
      assert(
        engine.hybrid.verify(pair, part, identity.publicKeys),
        `a message of ${part.length} bytes verifies`,
      );
      const longer = concatBytes(part, Uint8Array.of(0));
      assert(!engine.hybrid.verify(pair, longer, identity.publicKeys), "another message does not");
    }
  });

  report.check("law 2: the ML-DSA half covers the Ed25519 half", async () => {
    const identity = await create();
    const pair = await identity.sign(message);
    const bound = concatBytes(message, pair.ed25519);
    assert(
      engine.mlDsa65.verify(pair.mlDsa65, bound, identity.publicKeys.mlDsa65),
      "over M and the signature",
    );
    assert(!engine.mlDsa65.verify(pair.mlDsa65, message, identity.publicKeys.mlDsa65), "not over M alone");
  });

  report.check("law 2: signEd25519 verifies as Ed25519", async () => {
    const identity = await create();
    const signature = await identity.signEd25519(message);
    assert(engine.ed25519.verify(signature, message, identity.publicKeys.ed25519), "verifies");
  });

  report.check("law 3: the Ed25519 half is deterministic and the ML-DSA half hedged", async () => {
    const identity = await create();
    const [first, second] = [await identity.sign(message), await identity.sign(message)];
    assert(equalBytes(first.ed25519, second.ed25519), "same Ed25519 half");
    assert(!equalBytes(first.mlDsa65, second.mlDsa65), "different ML-DSA halves");
  });

  report.check(
    "signing changes neither the message nor the public keys, also when called at once",
    async () => {
      const identity = await create();
      const before = message.slice();
      const pairs = await Promise.all([
        identity.sign(message),
        identity.sign(message),
        identity.sign(message),
      ]);
      for (const pair of pairs) assert(engine.hybrid.verify(pair, before, identity.publicKeys), "verifies");
      assert(equalBytes(before, message), "message unchanged");
    },
  );
}
