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
