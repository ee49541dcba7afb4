/**
 * Ed25519 (RFC 8032, strict): the standard's own answers, one case of each way in which lax verifiers say
 * yes, and the caller's mistakes. The full crafted set is test/vectors/ed25519-strict.json.
 */
import { concatBytes, equalBytes, hexDecode, hexEncode } from "../../base/bytes.js";
import type { Engine } from "../../contracts/engine.js";
import { assert, assertEqual, assertThrows, type SuiteReport } from "../suite.js";
import { assertBytesOnly, isRangeError, pattern } from "./check.js";

/** RFC 8032 §7.1: TEST 1, 2, 3 and SHA(abc). */
const rfcExamples: readonly [secretKey: string, publicKey: string, message: string, signature: string][] = [
  [
    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    "",
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
  ],
  [
    "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
    "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
    "72",
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
  ],
  [
    "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
    "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
    "af82",
    "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
  ],
  [
    "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
    "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
    "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
    "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
  ],
];

/** One of each kind from the crafted set; in all but those marked valid some lax verifier says yes. */
const strictCases: readonly {
  readonly what: string;
  readonly valid: boolean;
  readonly publicKey: string;
  readonly message: string;
  readonly signature: string;
}[] = [
  {
    what: "a key of order 8 for which the equation holds is refused",
    valid: false,
    publicKey: "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    message: "736d616c6c20412031542030",
    signature:
      "e40be1e860a87b5307754d03e677143c4f9bb560f0fa7b24d4697160078d9695284868c1e0490d1891886ee8c8688b03ef580c68746f609e799d37324301a608",
  },
  {
    what: "the identity as key and R with S = 0 is refused",
    valid: false,
    publicKey: "0100000000000000000000000000000000000000000000000000000000000000",
    message: "736d616c6c204120616e6420522030542030",
    signature:
      "01000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000",
  },
  {
    what: "R of order 8 for which the equation holds is refused",
    valid: false,
    publicKey: "00f80c6f8d75c441d2ffa8ef4c9935bc6f0c412c74223b912a72935bd347d96c",
    message: "736d616c6c2052206d697865642041203354203135",
    signature:
      "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05ffde3ffcd5c2f1194d68a7cd1adc18dbefe30d32c43d23889898eec999085209",
  },
  {
    what: "a mixed-order key verifies where its small part vanishes",
    valid: true,
    publicKey: "f656954212e66531f367c3998904e96dbce612491873f3065de8bb81af26c6a2",
    message: "6d6978656420412c20706172742076616e69736865732031203136",
    signature:
      "4dbca879f94b78a3c811847b1741fe6d7776a96ec29554c63433896f469a45242f9652d19182c74f0380a5444f7b3e955f9ee45026ec9e8708083bb6ea356701",
  },
  {
    what: "a mixed-order key fails where its small part stays",
    valid: false,
    publicKey: "f656954212e66531f367c3998904e96dbce612491873f3065de8bb81af26c6a2",
    message: "6d6978656420412c207061727420737461797320312030",
    signature:
      "4dbca879f94b78a3c811847b1741fe6d7776a96ec29554c63433896f469a45241979e85b7df180f62c8a2095f3b9b499de357df9fcfd36fd275ea752400fa10e",
  },
  {
    what: "a signature that holds only with −k taken mod L is refused",
    valid: false,
    publicKey: "f656954212e66531f367c3998904e96dbce612491873f3065de8bb81af26c6a2",
    message: "7363616c6172206e6567617465642038",
    signature:
      "a2e0b8b4ade0e26e879ae828015c932cc55299d8c616f29f0a35de52bf9d918accb3f46a89a411437a327867b6b46de5fb53f95aa3470f062507fe3bc720dd0a",
  },
  {
    what: "a mixed-order R under an honest key is refused",
    valid: false,
    publicKey: "23dd4953a27a6cce9fd5d06c3ed62e075ef3b4d8cd3d12a5655328c6a33c4acd",
    message: "8434fec8fe3ce086e720bf0a97",
    signature:
      "1b135d61ad7f9663cfba4c802904a618159b63386e5c23560a6a62ad57e63e984ff262f8e01d16995403228edc4ae17ca8f9fa09f6b6741d897aec01b28ebc03",
  },
  {
    what: "a mixed-order R verifies where the key's small part cancels it",
    valid: true,
    publicKey: "f7a86abded199ace0c983c6676fb16924319edb6e78c0cf9a217447e50d9395d",
    message: "6d69786564204120616e64205220352034",
    signature:
      "1b135d61ad7f9663cfba4c802904a618159b63386e5c23560a6a62ad57e63e98389d35b6e7f7d0f810c213f46d786614e80c7f250be5f1f7f96f12482b67f905",
  },
  {
    what: "an honest signature with S + L is refused",
    valid: false,
    publicKey: "314291fbb59125f754fcae70104655361b261ce69501a339397de232f5df670a",
    message: "0daa7cc9865200b82c0ebe57",
    signature:
      "ffcdf74f361bb61db4b31d15974461d684b6e52347d0486cab31570d44762894ac2439a890993572c5b47a3c8c9166bf423400d2c1c2be9059efa99283c4bf13",
  },
];

/** Larger than the WASM engine's input window: signing reads it twice. */
const largeBytes = 17 * 1024 * 1024 + 5;

export function ed25519Suite(engine: Pick<Engine, "ed25519">, report: SuiteReport): void {
  const { ed25519 } = engine;
  const seed = pattern(32, 7);
  const message = pattern(100);
  const publicKey = ed25519.publicKey(seed);
  const signature = ed25519.sign(message, seed);

  report.check("ed25519 gives the keys and signatures of RFC 8032 §7.1", () => {
    for (const [secretKey, expectedKey, hexMessage, expected] of rfcExamples) {
      const secret = hexDecode(secretKey);
      const text = hexDecode(hexMessage);
      assertEqual(hexEncode(ed25519.publicKey(secret)), expectedKey, "public key");
      assertEqual(hexEncode(ed25519.sign(text, secret)), expected, "signature");
      assert(ed25519.verify(hexDecode(expected), text, hexDecode(expectedKey)), "the signature holds");
    }
  });

  for (const { what, valid, ...vector } of strictCases)
    report.check(`ed25519.verify(): ${what}`, () => {
      const verdict = ed25519.verify(
        hexDecode(vector.signature),
        hexDecode(vector.message),
        hexDecode(vector.publicKey),
      );
      assertEqual(verdict, valid, what);
    });

  report.check("ed25519.verify() notices each flipped bit of a signature", () => {
    for (let bit = 0; bit < 512; bit++) {
      const flipped = signature.slice();
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      assert(!ed25519.verify(flipped, message, publicKey), `bit ${bit}`);
    }
  });

  report.check("ed25519 signs and verifies messages around the hash's block edges, and empty ones", () => {
    // R ‖ A ‖ M and prefix ‖ M: 64 and 32 bytes go before the message.
    for (const length of [0, 1, 15, 16, 47, 48, 63, 64, 79, 80, 127, 128, 175, 176, 1000]) {
      const text = pattern(length);
      assert(ed25519.verify(ed25519.sign(text, seed), text, publicKey), `${length} bytes`);
    }
  });

  report.check("ed25519 signs and verifies 17 MiB in one call", () => {
    const large = new Uint8Array(largeBytes).fill(0xa5);
    const signed = ed25519.sign(large, seed);
    assertEqual(
      hexEncode(signed),
      "be6c6964c5b816b827066203b065aedebec2b5f0f9e2d25aa79625c0c42cc15ee88598c56d3a30b4fe88f5930ade992cc1f1f4338bb16d06ad4292c39b2dba07",
      "signature",
    );
    assert(ed25519.verify(signed, large, publicKey), "the signature holds");
    large[largeBytes - 1] = 0;
    assert(!ed25519.verify(signed, large, publicKey), "the last byte counts");
  });

  report.check("ed25519.verify() is false for a signature of a wrong length", () => {
    for (const length of [0, 1, 32, 63, 65, 128])
      assertEqual(
        ed25519.verify(concatBytes(signature, signature).slice(0, length), message, publicKey),
        false,
        `${length} bytes`,
      );
  });

  report.check("ed25519 throws RangeError for keys of a wrong length", async () => {
    for (const length of [0, 31, 33, 64]) {
      const key = pattern(length);
      await assertThrows(() => ed25519.verify(signature, message, key), isRangeError, `verify ${length}`);
      await assertThrows(() => ed25519.sign(message, key), isRangeError, `sign ${length}`);
      await assertThrows(() => ed25519.publicKey(key), isRangeError, `publicKey ${length}`);
      // The key is the caller's mistake, whatever a peer sent as signature.
      await assertThrows(() => ed25519.verify(pattern(3), message, key), isRangeError, `both ${length}`);
    }
  });

  report.check("ed25519 throws TypeError for anything but bytes", async () => {
    await assertBytesOnly((value) => ed25519.verify(value, message, publicKey), "signature");
    await assertBytesOnly((value) => ed25519.verify(signature, value, publicKey), "message");
    await assertBytesOnly((value) => ed25519.verify(signature, message, value), "publicKey");
    await assertBytesOnly((value) => ed25519.sign(value, seed), "message");
    await assertBytesOnly((value) => ed25519.sign(message, value), "secretKey");
    await assertBytesOnly((value) => ed25519.publicKey(value), "secretKey");
  });

  report.check("ed25519 changes no argument and keeps no result", () => {
    const arguments_ = [signature, message, publicKey, seed];
    const before = arguments_.map((bytes) => bytes.slice());
    assert(ed25519.verify(signature, message, publicKey), "verify");
    const again = ed25519.sign(message, seed);
    ed25519.sign(pattern(5), pattern(32));
    assert(equalBytes(again, signature), "the earlier result stands");
    assertEqual(arguments_, before, "arguments");
  });
}
