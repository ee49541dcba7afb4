/**
 * The runtime's own SHA-256: `node:crypto` of Node (≥ 20.16) and Deno, which has the processor's SHA
 * instructions. It is asked for with `process.getBuiltinModule`, so that nothing is imported, and bundlers and
 * browsers never hear of it. No logic beyond making the runtimes look alike.
 *
 * Digests cross as strings: in Node a Buffer of 32 bytes costs 500 ns, more than hashing 300 bytes, and a string
 * of 32 characters with its decoding 60 ns; Deno is quickest with hexadecimal digits (AMD EPYC, Node 20 and 24,
 * Deno 2.9, 2026-11).
 */

/** Writes the digest of `data` to `target` at `offset`. May throw; what is written then means nothing. */
export type DigestInto = (data: Uint8Array, target: Uint8Array, offset: number) => void;

type Encoding = "latin1" | "hex";

interface NodeCrypto {
  /** Node ≥ 20.12, Deno ≥ 2. */
  hash?(algorithm: string, data: Uint8Array, encoding: Encoding): string;
  createHash(algorithm: string): { update(data: Uint8Array): { digest(encoding: Encoding): string } };
}

interface NodeProcess {
  readonly versions?: { readonly openssl?: string };
  readonly getBuiltinModule?: (name: string) => unknown;
}

function nodeProcess(): NodeProcess | undefined {
  return (globalThis as { process?: NodeProcess }).process;
}

/**
 * Whose it is; undefined where there is none. Costs nothing, unlike `openRuntimeSha256`: Deno is known by its own
 * name, since making `process` takes it tens of milliseconds.
 */
export function runtimeOfSha256(): "node" | "deno" | undefined {
  if ("Deno" in globalThis) return "deno";
  const process = nodeProcess();
  if (process?.versions?.openssl === undefined || typeof process.getBuiltinModule !== "function")
    return undefined;
  return "node";
}

/** Undefined where there is none. Loads `node:crypto`: 3 to 9 ms in Node, 23 ms in Deno, once a thread. */
export function openRuntimeSha256(): DigestInto | undefined {
  const runtime = runtimeOfSha256();
  if (runtime === undefined) return undefined;
  const crypto = nodeProcess()?.getBuiltinModule?.("node:crypto") as NodeCrypto | undefined;
  if (crypto === undefined) return undefined;
  const encoding = runtime === "deno" ? "hex" : "latin1";
  const write = encoding === "hex" ? writeHex : writeLatin1;
  if (crypto.hash !== undefined) {
    const { hash } = crypto;
    return (data, target, offset) => write(hash("sha256", data, encoding), target, offset);
  }
  return (data, target, offset) =>
    write(crypto.createHash("sha256").update(data).digest(encoding), target, offset);
}

function writeLatin1(text: string, target: Uint8Array, offset: number): void {
  if (text.length !== 32) throw new RangeError(`sha256: expected 32 bytes, got ${text.length}`);
  for (let i = 0; i < 32; i += 4, offset += 4) {
    target[offset] = text.charCodeAt(i);
    target[offset + 1] = text.charCodeAt(i + 1);
    target[offset + 2] = text.charCodeAt(i + 2);
    target[offset + 3] = text.charCodeAt(i + 3);
  }
}

function writeHex(text: string, target: Uint8Array, offset: number): void {
  if (text.length !== 64) throw new RangeError(`sha256: expected 64 digits, got ${text.length}`);
  for (let i = 0; i < 32; i++)
    target[offset + i] = (nibble(text.charCodeAt(2 * i)) << 4) | nibble(text.charCodeAt(2 * i + 1));
}

/** Of `0` to `9` and `a` to `f`: letters have bit 6. */
function nibble(code: number): number {
  return (code & 15) + 9 * (code >> 6);
}
