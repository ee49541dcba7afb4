/**
 * Compliance suite of `LinkCrypto` (laws in contracts/link-crypto.ts): published answers, lengths, bytes of
 * peers that must not throw, and results that share no memory with anything.
 */
import { equalBytes, hexDecode, hexEncode, utf8Encode } from "../base/bytes.js";
import type { LinkCrypto } from "../contracts/link-crypto.js";
import { SeededRandom } from "./seeded-random.js";
import { assert, assertEqual, assertThrows, type SuiteReport } from "./suite.js";

/** `reference`: another implementation that must give the same bytes. */
export function linkCryptoSuite(
  name: string,
  crypto: LinkCrypto,
  report: SuiteReport,
  reference?: LinkCrypto,
): void {
  const check = (law: string, run: () => void | Promise<void>) => report.check(`${name}: ${law}`, run);
  const random = new SeededRandom("link-crypto-suite");
  x25519Laws(crypto, check);
  kemLaws(crypto, random, check);
  aeadLaws(crypto, random, check);

  check("law 1: HKDF-SHA-256 gives the answers of RFC 5869 appendix A.1 to A.3", () => {
    for (const { ikm, salt, info, length, okm } of hkdfAnswers)
      assertEqual(
        hexEncode(crypto.hkdf(hexDecode(ikm), hexDecode(salt), hexDecode(info), length)),
        okm,
        "okm",
      );
  });

  if (!reference) return;
  check("law 1: every primitive gives the bytes of another implementation", () => {
    for (let round = 0; round < 40; round++) {
      const [key, nonce] = [random.bytes(32), random.bytes(12)];
      const plain = random.bytes(round < 20 ? round : random.integer(0, 70_000));
      const associated = random.bytes(random.integer(0, 40));
      const sealed = reference.aead(key).seal(nonce, plain, associated);
      assert(equalBytes(crypto.aead(key).seal(nonce, plain, associated), sealed), "sealed");
      assertSame(crypto.aead(key).open(nonce, sealed, associated), plain, "opened");
      const [one, two] = [random.bytes(32), random.bytes(32)];
      assertEqual(crypto.x25519.publicKey(one), reference.x25519.publicKey(one), "x25519 key");
      // Any 32 bytes are a point here, with a bit that is to be ignored and coordinates past p among them.
      assertEqual(crypto.x25519.shared(one, two), reference.x25519.shared(one, two), "x25519 secret");
    }
    const seed = random.bytes(64);
    const keys = crypto.mlKem768.keygen(seed);
    assertEqual(keys, reference.mlKem768.keygen(seed), "ML-KEM keys");
    const coins = random.bytes(32);
    const sent = reference.mlKem768.encapsulate(keys.publicKey, coins)!;
    assertEqual(crypto.mlKem768.encapsulate(keys.publicKey, coins), sent, "ML-KEM ciphertext");
    const harmed = sent.cipherText.slice();
    harmed[7]! ^= 1;
    for (const cipherText of [sent.cipherText, harmed])
      assertEqual(
        crypto.mlKem768.decapsulate(cipherText, keys.secretKey),
        reference.mlKem768.decapsulate(cipherText, keys.secretKey),
        "ML-KEM secret",
      );
  });
}

type Check = (law: string, run: () => void | Promise<void>) => void;

const isRangeError = (error: unknown) => error instanceof RangeError;
const wrongLengths = (right: number) => [0, 1, right - 1, right + 1].map((length) => new Uint8Array(length));

function x25519Laws({ x25519 }: LinkCrypto, check: Check): void {
  check("law 1: X25519 gives the answers of RFC 7748 §5.2 and §6.1", () => {
    for (const { scalar, point, output } of x25519Answers)
      assertSame(x25519.shared(hexDecode(scalar), hexDecode(point)), hexDecode(output), "output");
    const { secretA, publicA, secretB, publicB, shared } = exchange;
    assertEqual(hexEncode(x25519.publicKey(hexDecode(secretA))), publicA, "Alice's key");
    assertEqual(hexEncode(x25519.publicKey(hexDecode(secretB))), publicB, "Bob's key");
    assertSame(x25519.shared(hexDecode(secretA), hexDecode(publicB)), hexDecode(shared), "her secret");
    assertSame(x25519.shared(hexDecode(secretB), hexDecode(publicA)), hexDecode(shared), "his secret");
  });

  check("law 1: X25519 gives the first step of the iteration of RFC 7748 §5.2", () => {
    const nine = new Uint8Array(32);
    nine[0] = 9;
    assertSame(x25519.shared(nine, nine), hexDecode(onceOverNine), "after one iteration");
  });

  check("law 3: X25519 with a point of small order is undefined", () => {
    const secret = hexDecode(exchange.secretA);
    for (const point of smallOrderPoints)
      assertEqual(x25519.shared(secret, hexDecode(point)), undefined, point);
  });

  check("law 2: X25519 refuses other lengths", async () => {
    const key = hexDecode(exchange.publicA);
    for (const wrong of wrongLengths(32)) {
      await assertThrows(() => x25519.publicKey(wrong), isRangeError, "a secret key");
      await assertThrows(() => x25519.shared(wrong, key), isRangeError, "a secret key");
      await assertThrows(() => x25519.shared(key, wrong), isRangeError, "a public key");
    }
  });
}

function kemLaws({ mlKem768 }: LinkCrypto, random: SeededRandom, check: Check): void {
  check("law 1: ML-KEM-768 has the lengths of FIPS 203, and both ends get one secret", () => {
    const { publicKey, secretKey } = mlKem768.keygen(random.bytes(64));
    assertEqual([publicKey.length, secretKey.length], [1184, 2400], "keys");
    const { cipherText, shared } = mlKem768.encapsulate(publicKey, random.bytes(32))!;
    assertEqual([cipherText.length, shared.length], [1088, 32], "ciphertext and secret");
    assertEqual(mlKem768.decapsulate(cipherText, secretKey), shared, "the other end's secret");
  });

  check("law 1: equal seeds give equal keys, equal coins equal ciphertexts, others others", () => {
    const seed = random.bytes(64);
    const coins = random.bytes(32);
    const keys = mlKem768.keygen(seed);
    assertEqual(mlKem768.keygen(seed.slice()), keys, "keys");
    assert(!equalBytes(mlKem768.keygen(random.bytes(64)).publicKey, keys.publicKey), "other keys");
    const first = mlKem768.encapsulate(keys.publicKey, coins)!;
    assertEqual(mlKem768.encapsulate(keys.publicKey, coins.slice()), first, "ciphertext");
    const other = mlKem768.encapsulate(keys.publicKey, random.bytes(32))!;
    assert(!equalBytes(other.cipherText, first.cipherText), "another ciphertext");
  });

  check("law 2: a ciphertext that somebody changed gives another secret, the same each time", () => {
    const { publicKey, secretKey } = mlKem768.keygen(random.bytes(64));
    const { cipherText, shared } = mlKem768.encapsulate(publicKey, random.bytes(32))!;
    for (const at of [0, 500, 1087]) {
      const harmed = cipherText.slice();
      harmed[at]! ^= 0x10;
      const other = mlKem768.decapsulate(harmed, secretKey);
      assert(other.length === 32 && !equalBytes(other, shared), "another secret");
      assertEqual(mlKem768.decapsulate(harmed, secretKey), other, "the same each time");
    }
  });

  check("law 2: a key whose coefficients are not reduced is undefined (FIPS 203 §7.2)", () => {
    const { publicKey } = mlKem768.keygen(random.bytes(64));
    const harmed = publicKey.slice();
    harmed.fill(0xff, 0, 3);
    assertEqual(mlKem768.encapsulate(harmed, random.bytes(32)), undefined, "4095 is not below 3329");
    // Exactly q, the smallest that is not.
    const atQ = publicKey.slice();
    atQ[0] = 3329 & 0xff;
    atQ[1] = (atQ[1]! & 0xf0) | (3329 >> 8);
    assertEqual(mlKem768.encapsulate(atQ, random.bytes(32)), undefined, "3329");
  });

  check("law 2: ML-KEM-768 refuses other lengths", async () => {
    const { publicKey, secretKey } = mlKem768.keygen(random.bytes(64));
    const { cipherText } = mlKem768.encapsulate(publicKey, random.bytes(32))!;
    const coins = random.bytes(32);
    for (const wrong of wrongLengths(64))
      await assertThrows(() => mlKem768.keygen(wrong), isRangeError, "a seed");
    for (const wrong of wrongLengths(1184))
      await assertThrows(() => mlKem768.encapsulate(wrong, coins), isRangeError, "a public key");
    for (const wrong of wrongLengths(32))
      await assertThrows(() => mlKem768.encapsulate(publicKey, wrong), isRangeError, "coins");
    for (const wrong of wrongLengths(1088))
      await assertThrows(() => mlKem768.decapsulate(wrong, secretKey), isRangeError, "a ciphertext");
    for (const wrong of wrongLengths(2400))
      await assertThrows(() => mlKem768.decapsulate(cipherText, wrong), isRangeError, "a secret key");
  });
}

function aeadLaws({ aead }: LinkCrypto, random: SeededRandom, check: Check): void {
  check("law 1: ChaCha20-Poly1305 gives the answer of RFC 8439 §2.8.2, and takes it back", () => {
    const { key, nonce, associated, sealed } = aeadAnswer;
    const { seal, open } = aead(hexDecode(key));
    const plain = utf8Encode(aeadAnswer.plaintext);
    assertEqual(hexEncode(seal(hexDecode(nonce), plain, hexDecode(associated))), sealed, "sealed");
    assertSame(open(hexDecode(nonce), hexDecode(sealed), hexDecode(associated)), plain, "opened");
  });

  check("law 1: what is sealed opens, at lengths around blocks and with nothing in it", () => {
    const { seal, open } = aead(random.bytes(32));
    for (const length of [0, 1, 15, 16, 17, 63, 64, 65, 127, 128, 129, 1400, 65_507])
      for (const associatedLength of [0, 1, 16, 33]) {
        const [nonce, plain, associated] = [
          random.bytes(12),
          random.bytes(length),
          random.bytes(associatedLength),
        ];
        const sealed = seal(nonce, plain, associated);
        assertEqual(sealed.length, length + 16, "length");
        assertSame(open(nonce, sealed, associated), plain, "opened");
      }
  });

  check("law 2: whatever was changed, it does not open", () => {
    const [key, nonce, plain, associated] = [
      random.bytes(32),
      random.bytes(12),
      random.bytes(40),
      random.bytes(11),
    ];
    const { seal, open } = aead(key);
    const sealed = seal(nonce, plain, associated);
    const changed = (bytes: Uint8Array, at: number) => {
      const copy = bytes.slice();
      copy[at]! ^= 1 << (at % 8);
      return copy;
    };
    for (let at = 0; at < sealed.length; at++)
      assertEqual(open(nonce, changed(sealed, at), associated), undefined, `sealed byte ${at}`);
    for (let at = 0; at < nonce.length; at++)
      assertEqual(open(changed(nonce, at), sealed, associated), undefined, `nonce byte ${at}`);
    for (let at = 0; at < associated.length; at++)
      assertEqual(open(nonce, sealed, changed(associated, at)), undefined, `associated byte ${at}`);
    for (let length = 0; length < sealed.length; length++)
      assertEqual(open(nonce, sealed.subarray(0, length), associated), undefined, `cut to ${length}`);
    assertEqual(aead(changed(key, 3)).open(nonce, sealed, associated), undefined, "another key");
    assertSame(open(nonce, sealed, associated), plain, "and unchanged it does, after all that");
  });

  check("law 2: a key and a nonce of another length are refused", async () => {
    const { seal, open } = aead(random.bytes(32));
    const nothing = new Uint8Array(0);
    for (const wrong of wrongLengths(32)) await assertThrows(() => aead(wrong), isRangeError, "a key");
    for (const wrong of wrongLengths(12)) {
      await assertThrows(() => seal(wrong, nothing, nothing), isRangeError, "a nonce to seal");
      await assertThrows(() => open(wrong, new Uint8Array(20), nothing), isRangeError, "a nonce to open");
    }
  });

  check("arguments stay as they were, the key may be wiped after, and results are the caller's", () => {
    const key = random.bytes(32);
    const same = aead(key.slice());
    const wiped = aead(key);
    key.fill(0);
    const [nonce, plain, associated] = [random.bytes(12), random.bytes(100), random.bytes(11)];
    const before = [nonce, plain, associated].map((bytes) => bytes.slice());
    const sealed = wiped.seal(nonce, plain, associated);
    assertEqual([nonce, plain, associated], before, "arguments");
    const kept = sealed.slice();
    const opened = same.open(nonce, sealed, associated)!;
    assertEqual(sealed, kept, "the sealed bytes");
    opened.fill(0);
    sealed.fill(0);
    assertSame(same.open(nonce, kept, associated), plain, "another call's result");
    assertEqual(opened.byteLength, opened.buffer.byteLength, "nobody else's memory");
  });
}

function assertSame(got: Uint8Array | undefined, expected: Uint8Array, claim: string): void {
  assert(got !== undefined && equalBytes(got, expected), claim);
}

/** RFC 7748 §5.2. */
const x25519Answers = [
  {
    scalar: "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
    point: "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
    output: "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552",
  },
  {
    scalar: "4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
    point: "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493",
    output: "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957",
  },
];

/** RFC 7748 §6.1. */
const exchange = {
  secretA: "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a",
  publicA: "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a",
  secretB: "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb",
  publicB: "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f",
  shared: "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742",
};

/** RFC 7748 §5.2, "After one iteration". */
const onceOverNine = "422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079";

/** Order 1, 2, 4 and 8 on the curve and its twist: 0, 1, two of order 8, p − 1, and p, p + 1 not reduced. */
const smallOrderPoints = [
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
  "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
];

/** RFC 5869 appendix A.1, A.2, A.3. */
const hkdfAnswers = [
  {
    ikm: "0b".repeat(22),
    salt: "000102030405060708090a0b0c",
    info: "f0f1f2f3f4f5f6f7f8f9",
    length: 42,
    okm: "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
  },
  {
    ikm: ascending(0x00, 0x4f),
    salt: ascending(0x60, 0xaf),
    info: ascending(0xb0, 0xff),
    length: 82,
    okm:
      "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09" +
      "da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87",
  },
  {
    ikm: "0b".repeat(22),
    salt: "",
    info: "",
    length: 42,
    okm: "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
  },
];

/** RFC 8439 §2.8.2. */
const aeadAnswer = {
  key: ascending(0x80, 0x9f),
  nonce: "070000004041424344454647",
  associated: "50515253c0c1c2c3c4c5c6c7",
  plaintext:
    "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.",
  sealed:
    "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fafb69da92728b" +
    "1a71de0a9e060b2905d6a5b67ecd3b3692ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc" +
    "3ff4def08e4b7a9de576d26586cec64b61161ae10b594f09e26a7e902ecbd0600691",
};

/** Every byte from one value to the other, in hex. */
function ascending(first: number, last: number): string {
  return hexEncode(Uint8Array.from({ length: last - first + 1 }, (_, index) => first + index));
}
