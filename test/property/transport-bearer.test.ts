/** Laws of bearer tokens and of the body reader, over generated values. */
import test from "ava";
import fc from "fast-check";
import { utf8Encode } from "#dist/base/bytes.js";
import { formatBearer, parseBearer } from "#dist/transport/http/bearer.js";
import { readBody } from "#dist/transport/http/body.js";
import { engine, makePeer } from "../support/transport-ends.js";

const fits = (bytesMax: number) => (text: string) => text !== "" && utf8Encode(text).length <= bytesMax;
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

test("readBody() gives the same bytes however they are cut, and refuses one byte past the bound", async (t) => {
  const timers = { after: () => ({ cancel: () => {} }) };
  const chunks = fc.array(fc.uint8Array({ maxLength: 5000 }), { maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(chunks, async (parts) => {
      const whole = new Uint8Array(Buffer.concat(parts));
      const request = () => {
        const stream = new ReadableStream<Uint8Array>({
          start(controller) {
            for (const part of parts) controller.enqueue(new Uint8Array(part));
            controller.close();
          },
        });
        return new Request("http://x/", { method: "POST", body: stream, duplex: "half" } as RequestInit);
      };
      const bounds = { bytesMax: whole.length, timeoutMs: 1000 };
      t.deepEqual(await readBody(request(), bounds, timers), whole);
      if (whole.length === 0) return;
      const tight = { ...bounds, bytesMax: whole.length - 1 };
      const error = await t.throwsAsync(readBody(request(), tight, timers));
      t.is((error as { code?: string }).code, "frame_too_large");
    }),
    { numRuns: 100 },
  );
});
