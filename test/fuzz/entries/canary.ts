/**
 * The alarm's test: decoders that are wrong on purpose. The rig must report each of them; they are not in
 * the registry. Each bug hides behind a little luck, as real ones do.
 */
import { WaxwingError } from "#dist/base/errors.js";
import { type FuzzTarget, texts } from "../target.js";

const seeds = texts("LEN:0004:abcd", "LEN:0000:");

function declaredLength(bytes: Uint8Array): number {
  const text = Buffer.from(bytes).toString("latin1");
  const header = /^LEN:(\d{4}):/.exec(text);
  if (!header) throw new WaxwingError("not_a_frame", "no length header");
  return Number(header[1]);
}

export const canaries: readonly FuzzTarget[] = [
  {
    name: "canary-throws",
    seeds,
    run: (bytes) => {
      const length = declaredLength(bytes);
      // Trusts the length, as a careless decoder does.
      if (length > bytes.length - 9) throw new RangeError("offset is out of bounds");
    },
  },
  {
    name: "canary-changes-input",
    seeds,
    run: (bytes) => {
      if (declaredLength(bytes) !== 4) bytes[0] = 0;
    },
  },
  {
    name: "canary-is-slow",
    seeds,
    slowMs: 50,
    run: (bytes) => {
      if (declaredLength(bytes) < 1000) return;
      const endMs = performance.now() + 60;
      while (performance.now() < endMs);
    },
  },
  {
    name: "canary-hangs",
    seeds,
    run: (bytes) => {
      if (declaredLength(bytes) > 4) for (;;);
    },
  },
];
