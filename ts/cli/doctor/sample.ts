/** What engines are compared and timed with: signatures, a message and a document, named as the rows of bench/. */
import { hexEncode, utf8Encode } from "../../base/index.js";
import type { Engine } from "../../core.js";

export interface Sample {
  readonly message: Uint8Array;
  readonly ed25519: { readonly signature: Uint8Array; readonly publicKey: Uint8Array };
  readonly mlDsa65: { readonly signature: Uint8Array; readonly publicKey: Uint8Array };
  readonly kibibyte: Uint8Array;
  /** 550 bytes whose members are not in order. */
  readonly json: Uint8Array;
}

export function sampleOf(engine: Engine): Sample {
  const message = pattern(300);
  const seed = pattern(32);
  const { publicKey, secretKey } = engine.mlDsa65.keygen(seed);
  return {
    message,
    ed25519: {
      signature: engine.ed25519.sign(message, seed),
      publicKey: engine.ed25519.publicKey(seed),
    },
    mlDsa65: { signature: engine.mlDsa65.sign(message, secretKey, { random: false }), publicKey },
    kibibyte: pattern(1024),
    json: utf8Encode(
      JSON.stringify({
        signing_key_id: "wx1".padEnd(67, "0"),
        nonce: [...pattern(16)],
        body: { kind: "scores", score: 0.1, weights: [1, 2.5, 0.125], note: "né — 😀" },
        signature: "A".repeat(220),
        cohort_scope: null,
        sent_at: "2026-01-01T00:00:00Z",
      }),
    ),
  };
}

/** Equal for engines that agree: the verdicts on a good and a bad signature of each algorithm, and both hashes. */
export function answersOf(engine: Engine, { message, ed25519, mlDsa65, kibibyte, json }: Sample): string {
  const altered = message.with(0, message[0]! ^ 1);
  const verdicts = [message, altered].flatMap((signed) => [
    engine.ed25519.verify(ed25519.signature, signed, ed25519.publicKey),
    engine.mlDsa65.verify(mlDsa65.signature, signed, mlDsa65.publicKey),
  ]);
  const hashes = [engine.sha256(kibibyte), engine.envelopeHash(json)].map(hexEncode);
  return [...verdicts, ...hashes].join();
}

export const operations: Record<string, (engine: Engine, sample: Sample) => unknown> = {
  "ed25519/verify/300": ({ ed25519 }, { message, ed25519: { signature, publicKey } }) =>
    ed25519.verify(signature, message, publicKey),
  "ml-dsa-65/verify/300": ({ mlDsa65 }, { message, mlDsa65: { signature, publicKey } }) =>
    mlDsa65.verify(signature, message, publicKey),
  "hash/sha256/1024": (engine, { kibibyte }) => engine.sha256(kibibyte),
  "json/envelope-hash/550": (engine, { json }) => engine.envelopeHash(json),
};

function pattern(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => i * 7 + 1);
}
