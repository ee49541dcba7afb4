/** Laws of bearer tokens, over generated values. */
import test from "ava";
import fc from "fast-check";
import { formatBearer, parseBearer } from "waxwing/transport";
import { engine, makePeer } from "../../support/transport-ends.js";

const fits = (bytesMax: number) => (text: string) => text !== "" && Buffer.byteLength(text) <= bytesMax;
const keyIds = fc.string({ unit: "binary", maxLength: 256 }).filter(fits(256));
const tokenIds = fc.string({ unit: "binary", maxLength: 128 }).filter(fits(128));
const times = fc.integer({ min: 0, max: 253_402_300_799_000 });
const bodyHashes = fc.uint8Array({ minLength: 32, maxLength: 32 });

test("parseBearer() is the inverse of formatBearer(), and the signature covers what it read", async (t) => {
  const bindings = fc.option(fc.record({ audience: keyIds, tokenId: tokenIds, bodyHash: bodyHashes }), {
    nil: undefined,
  });
  await fc.assert(
    fc.asyncProperty(keyIds, times, bindings, async (keyId, nowMs, binding) => {
      const peer = makePeer(keyId);
      const { claims, signedBytes, signature } = parseBearer(await formatBearer(peer, nowMs, binding));
      t.true(engine.ed25519.verify(signature, signedBytes, peer.publicKey));
      t.is(claims.keyId, keyId);
      t.is(claims.issuedAtSeconds, Math.floor(nowMs / 1000));
      if (claims.form === "stock") t.is(binding, undefined);
      else
        t.deepEqual(
          { audience: claims.audience[0], tokenId: claims.tokenId, bodyHash: claims.bodyHash },
          { ...binding!, bodyHash: new Uint8Array(binding!.bodyHash) },
        );
    }),
    { numRuns: 60 },
  );
});
