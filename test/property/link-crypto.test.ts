/** The two ciphers of links give the same bytes, and neither opens what was changed. */
import test from "ava";
import fc from "fast-check";
import { loadLinkCrypto } from "#dist/engine/index.js";

const own = await loadLinkCrypto();
const portable = await loadLinkCrypto({ portable: true });
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

test("aead(): the runtime's cipher and the portable one seal alike and open each other's", (t) => {
  fc.assert(
    fc.property(
      bytes(32),
      bytes(12),
      fc.uint8Array({ maxLength: 3000 }),
      fc.uint8Array({ maxLength: 40 }),
      fc.nat(),
      (key, nonce, plaintext, associated, at) => {
        const sealed = own.aead(key).seal(nonce, plaintext, associated);
        t.deepEqual(portable.aead(key).seal(nonce, plaintext, associated), sealed);
        for (const crypto of [own, portable]) {
          t.deepEqual(crypto.aead(key).open(nonce, sealed, associated), plaintext);
          const changed = sealed.slice();
          changed[at % changed.length]! ^= 1;
          t.is(crypto.aead(key).open(nonce, changed, associated), undefined);
          t.is(crypto.aead(key).open(nonce, sealed, Uint8Array.of(...associated, 0)), undefined);
          t.is(crypto.aead(key).open(nonce, sealed.subarray(0, 15), associated), undefined);
        }
      },
    ),
  );
  t.pass();
});

test("aead(): the vector of RFC 8439 §2.8.2", (t) => {
  const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(/\s/g, ""), "hex"));
  const key = Uint8Array.from({ length: 32 }, (_, i) => 0x80 + i);
  const nonce = hex("070000004041424344454647");
  const associated = hex("50515253c0c1c2c3c4c5c6c7");
  const text =
    "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.";
  const sealed = hex(`d31a8d34648e60db7b86afbc53ef7ec2 a4aded51296e08fea9e2b5a736ee62d6
    3dbea45e8ca9671282fafb69da92728b 1a71de0a9e060b2905d6a5b67ecd3b36
    92ddbd7f2d778b8c9803aee328091b58 fab324e4fad675945585808b4831d7bc
    3ff4def08e4b7a9de576d26586cec64b 61161ae10b594f09e26a7e902ecbd0600691`);
  for (const crypto of [own, portable])
    t.deepEqual(crypto.aead(key).seal(nonce, new TextEncoder().encode(text), associated), sealed);
});
