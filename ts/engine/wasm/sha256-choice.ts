/**
 * Who hashes: the core, or what reaches the processor's SHA instructions, which WebAssembly cannot: the runtime's
 * own SHA-256 where it has one (bindings/wasm/runtime-sha256.ts), or the caller's. Each takes the sizes for which
 * it was measured to be the faster (sha256-crossovers.ts). Digests never depend on the choice: where a call throws
 * or gives anything but 32 bytes, the core hashes that message.
 */
import { type DigestInto, openRuntimeSha256, runtimeOfSha256 } from "#bindings/wasm/runtime-sha256.js";
import { equalBytes, hexDecode } from "../../base/bytes.js";
import { checkBytes, checkInteger, checkOptions } from "../../base/check.js";
import type { Sha256Features } from "../../contracts/engine.js";
import { runtimeAfterBytes, sha256Crossovers } from "./sha256-crossovers.js";

/** Absent sizes are as measured. */
export interface Sha256Options {
  /** SHA-256 in 32 bytes, synchronously, in the place of the runtime's; tried when the core loads. */
  readonly hash?: (data: Uint8Array) => Uint8Array;
  /** The outside hash takes messages, and canonical forms in `envelopeHash`, of this size and more. */
  readonly fromBytes?: number;
  /** The same for messages of `sha256Batch`, of which the core hashes four at a time where it has SIMD. */
  readonly batchFromBytes?: number;
  /** The runtime's is fetched once it could have hashed so many bytes, because fetching it takes milliseconds. */
  readonly afterBytes?: number;
}

/** What `loadCore` takes: `"core"` leaves all hashing to the core. */
export type Sha256Option = "core" | Sha256Options;

export class Sha256Choice {
  #engine: Sha256Features["engine"];
  #fromBytes: number;
  #batchFromBytes: number;
  #digestInto: DigestInto | undefined;
  /** Until the runtime's hash is fetched. */
  #bytesLeft: number;

  constructor(option: Sha256Option | undefined, { simd }: { readonly simd: boolean }) {
    const options: Sha256Options = option === "core" || option === undefined ? {} : option;
    const { hash, afterBytes = runtimeAfterBytes } = options;
    const runtime = option === "core" ? undefined : runtimeOfSha256();
    const measured = sha256Crossovers[hash === undefined ? (runtime ?? "given") : "given"];
    this.#fromBytes = options.fromBytes ?? measured.single;
    this.#batchFromBytes = options.batchFromBytes ?? (simd ? measured.lanes : this.#fromBytes);
    this.#bytesLeft = afterBytes;
    this.#engine = hash !== undefined ? "given" : runtime !== undefined ? "runtime" : "core";
    if (hash !== undefined) this.#digestInto = intoOf(hash);
    else if (runtime === undefined) this.#leaveToCore();
    else if (afterBytes === 0) this.#fetch();
  }

  get features(): Sha256Features {
    if (this.#engine === "core") return { engine: "core" };
    return { engine: this.#engine, fromBytes: this.#fromBytes, batchFromBytes: this.#batchFromBytes };
  }

  /** Infinite where the core hashes everything. */
  get fromBytes(): number {
    return this.#fromBytes;
  }

  get batchFromBytes(): number {
    return this.#batchFromBytes;
  }

  /** The digest of a message as large as that, to `target` at `offset`; false where the core has to hash it. */
  digestInto(data: Uint8Array, target: Uint8Array, offset: number): boolean {
    if (this.#digestInto === undefined && !this.#isFetchedFor(data.length)) return false;
    try {
      this.#digestInto!(data, target, offset);
      return true;
    } catch {
      return false;
    }
  }

  #isFetchedFor(bytes: number): boolean {
    this.#bytesLeft -= bytes;
    if (this.#bytesLeft <= 0) this.#fetch();
    return this.#digestInto !== undefined;
  }

  #fetch(): void {
    const digestInto = openRuntimeSha256();
    if (digestInto !== undefined && isSha256(digestInto)) this.#digestInto = digestInto;
    else this.#leaveToCore();
  }

  #leaveToCore(): void {
    this.#engine = "core";
    this.#fromBytes = Number.POSITIVE_INFINITY;
    this.#batchFromBytes = Number.POSITIVE_INFINITY;
  }
}

/** Also tries a given hash. */
export function checkSha256Option(option: unknown): asserts option is Sha256Option | undefined {
  if (option === undefined || option === "core") return;
  checkOptions(option, "sha256", ["hash", "fromBytes", "batchFromBytes", "afterBytes"]);
  const { hash } = option as { hash?: unknown };
  if (hash !== undefined && typeof hash !== "function")
    throw new TypeError("sha256.hash: expected a function");
  if (hash !== undefined && !isSha256(intoOf(hash as (data: Uint8Array) => Uint8Array)))
    throw new TypeError("sha256.hash: expected SHA-256 in 32 bytes, synchronously");
  for (const name of ["fromBytes", "batchFromBytes", "afterBytes"])
    if (option[name] !== undefined) checkInteger(option[name], `sha256.${name}`, 0);
}

function intoOf(hash: (data: Uint8Array) => Uint8Array): DigestInto {
  return (data, target, offset) => {
    const digest: unknown = hash(data);
    checkBytes(digest, "sha256.hash", 32);
    target.set(digest, offset);
  };
}

/** FIPS 180-4 example: "abc". */
const abc = Uint8Array.of(0x61, 0x62, 0x63);
const abcDigest = hexDecode("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");

function isSha256(digestInto: DigestInto): boolean {
  const digest = new Uint8Array(32);
  try {
    digestInto(abc, digest, 0);
    return equalBytes(digest, abcDigest);
  } catch {
    return false;
  }
}
