/**
 * The contenders: packages of bench/peers/package.json and what the runtime itself brings, each behind the few
 * functions that the benches call. What does not load is absent, with the reason; nothing fails for it.
 */
import * as nodeCrypto from "node:crypto";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";

type Verify = (signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array) => boolean;

export interface Ed25519Peer {
  /** Makes whatever the peer can keep of a key (an OpenSSL key object), outside the timing. */
  prepare?(publicKey: Uint8Array): (signature: Uint8Array, message: Uint8Array) => boolean;
  verify: Verify;
  sign?(message: Uint8Array, seed: Uint8Array, publicKey: Uint8Array): Uint8Array;
}

export interface MlDsaPeer {
  prepare?(publicKey: Uint8Array): (signature: Uint8Array, message: Uint8Array) => boolean;
  verify: Verify;
  sign(message: Uint8Array, secretKey: Uint8Array, seed: Uint8Array): Uint8Array;
  keygen(): unknown;
}

export type Hash = (data: Uint8Array) => Uint8Array;

/** Negentropy protocol v1 over these ids, at timestamp 0, as initiator; messages are hexadecimal. */
export type NegentropyPeer = (ids: Uint8Array) => {
  fingerprint(from: number, to: number): Uint8Array;
  initiate(): string;
  reconcile(answer: string, have: (id: string) => void, need: (id: string) => void): string | null;
};

export interface Peers {
  readonly ed25519: Readonly<Record<string, Ed25519Peer>>;
  readonly mlDsa: Readonly<Record<string, MlDsaPeer>>;
  readonly sha256: Readonly<Record<string, Hash>>;
  /** RFC 8785 text of a value. */
  readonly canonicalize?: (value: unknown) => string;
  readonly negentropy?: NegentropyPeer;
  /** `<kind>/<name>` → why. */
  readonly absent: ReadonlyMap<string, string>;
}

/**
 * What a runtime's node:crypto computes signatures with: OpenSSL in Node, AWS-LC in Deno. Two libraries, two
 * contenders; each is absent in the other's runtime.
 */
const isDeno = "Deno" in globalThis;
const [own, notHere] = isDeno ? ["aws-lc", "node-crypto"] : ["node-crypto", "aws-lc"];

const here = new URL("./node_modules/", import.meta.url);
const require = createRequire(new URL("./package.json", import.meta.url));

/** By its file and not by its name: Deno resolves names from the root's manifest only. */
function importFile<T>(path: string): Promise<T> {
  const url = new URL(path, here);
  if (!existsSync(url)) throw new Error("not installed");
  return import(pathToFileURL(fileURLToPath(url)).href) as Promise<T>;
}

export async function loadPeers(): Promise<Peers> {
  const absent = new Map<string, string>();
  const load = async <T>(kind: string, makers: Record<string, () => T | Promise<T>>) => {
    const loaded: Record<string, T> = {};
    for (const [name, make] of Object.entries(makers)) {
      try {
        loaded[name] = await make();
      } catch (error) {
        absent.set(`${kind}/${name}`, firstLine(error));
      }
    }
    return loaded;
  };
  const elsewhere = (): never => {
    throw new Error(isDeno ? "OpenSSL is in Node" : "AWS-LC is in Deno");
  };
  const ed25519 = await load<Ed25519Peer>("ed25519", {
    [own]: nodeEd25519,
    [notHere]: elsewhere,
    "sodium-native": sodiumNative,
    libsodium: libsodium,
    noble: nobleEd25519,
  });
  const mlDsa = await load<MlDsaPeer>("ml-dsa-65", {
    [own]: nodeMlDsa,
    pqclean: pqclean,
    liboqs: liboqs,
    noble: nobleMlDsa,
  });
  const sha256 = await load<Hash>("sha256", {
    "node-crypto": () => (data) => nodeCrypto.createHash("sha256").update(data).digest(),
    "node-hash": nodeHash,
    "hash-wasm": hashWasm,
    "as-sha256": asSha256,
    noble: nobleSha256,
  });
  const json = await load("json", { canonicalize: jcs });
  const sets = await load("set", { "nostr-tools": nip77 });
  const negentropy = sets["nostr-tools"];
  return {
    ed25519,
    mlDsa,
    sha256,
    ...(negentropy && { negentropy }),
    ...(json.canonicalize && { canonicalize: json.canonicalize }),
    absent,
  };
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  // A path of this machine says nothing to a reader elsewhere.
  return (text.split("\n")[0] ?? "unknown").replace(/(file:\/\/)?\/[^\s'"]+/g, "…").slice(0, 120);
}

function derKey(prefix: string, raw: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(prefix, "hex"), raw]);
}

const publicKeyOf = (prefix: string, raw: Uint8Array) =>
  nodeCrypto.createPublicKey({ key: derKey(prefix, raw), format: "der", type: "spki" });
const privateKeyOf = (prefix: string, seed: Uint8Array) =>
  nodeCrypto.createPrivateKey({ key: derKey(prefix, seed), format: "der", type: "pkcs8" });

/** One key object a key, as a careful user of node:crypto would keep. */
function keep<T>(make: (raw: Uint8Array) => T): (raw: Uint8Array) => T {
  const kept = new WeakMap<Uint8Array, T>();
  return (raw) => {
    const found = kept.get(raw) ?? make(raw);
    kept.set(raw, found);
    return found;
  };
}

function nodeEd25519(): Ed25519Peer {
  const publicKey = (raw: Uint8Array) => publicKeyOf("302a300506032b6570032100", raw);
  const privateKey = keep((seed) => privateKeyOf("302e020100300506032b657004220420", seed));
  return {
    prepare: (raw) => {
      const key = publicKey(raw);
      return (signature, message) => nodeCrypto.verify(null, message, key, signature);
    },
    verify: (signature, message, raw) => nodeCrypto.verify(null, message, publicKey(raw), signature),
    sign: (message, seed) => nodeCrypto.sign(null, message, privateKey(seed)),
  };
}

/** From Node 24 on (OpenSSL 3.5). */
function nodeMlDsa(): MlDsaPeer {
  const publicKey = (raw: Uint8Array) => publicKeyOf("308207b2300b0609608648016503040312038207a100", raw);
  const privateKey = keep((seed) => privateKeyOf("3034020100300b060960864801650304031204228020", seed));
  const keygen = () =>
    (nodeCrypto.generateKeyPairSync as (type: string) => { publicKey: nodeCrypto.KeyObject })("ml-dsa-65");
  try {
    keygen();
  } catch {
    throw new Error("node:crypto of this runtime has no ML-DSA");
  }
  return {
    prepare: (raw) => {
      const key = publicKey(raw);
      return (signature, message) => nodeCrypto.verify(null, message, key, signature);
    },
    verify: (signature, message, raw) => nodeCrypto.verify(null, message, publicKey(raw), signature),
    sign: (message, _secretKey, seed) => nodeCrypto.sign(null, message, privateKey(seed)),
    keygen,
  };
}

interface Sodium {
  ready?: Promise<void>;
  crypto_sign_verify_detached: Verify;
}

const pair = (seed: Uint8Array, publicKey: Uint8Array) => Buffer.concat([seed, publicKey]);

async function libsodium(): Promise<Ed25519Peer> {
  const sodium = require("libsodium-wrappers") as Sodium & {
    crypto_sign_detached(message: Uint8Array, secretKey: Uint8Array): Uint8Array;
  };
  await sodium.ready;
  return {
    verify: sodium.crypto_sign_verify_detached,
    sign: (message, seed, publicKey) => sodium.crypto_sign_detached(message, pair(seed, publicKey)),
  };
}

function sodiumNative(): Ed25519Peer {
  const sodium = require("sodium-native") as Sodium & {
    crypto_sign_detached(signature: Uint8Array, message: Uint8Array, secretKey: Uint8Array): void;
  };
  return {
    verify: sodium.crypto_sign_verify_detached,
    sign: (message, seed, publicKey) => {
      const signature = Buffer.alloc(64);
      sodium.crypto_sign_detached(signature, message, pair(seed, publicKey));
      return signature;
    },
  };
}

async function nobleEd25519(): Promise<Ed25519Peer> {
  const { ed25519 } = await importFile<{ ed25519: { verify: Verify; sign: Ed25519Peer["sign"] } }>(
    "@noble/curves/ed25519.js",
  );
  return {
    verify: (s, m, k) => ed25519.verify(s, m, k),
    sign: (m, seed) => (ed25519.sign as SignTwo)(m, seed),
  };
}

type SignTwo = (message: Uint8Array, key: Uint8Array) => Uint8Array;

async function nobleMlDsa(): Promise<MlDsaPeer> {
  const { ml_dsa65: it } = await importFile<{
    ml_dsa65: { verify: Verify; sign: SignTwo; keygen(): unknown };
  }>("@noble/post-quantum/ml-dsa.js");
  return {
    verify: (s, m, k) => it.verify(s, m, k),
    sign: (m, k) => it.sign(m, k),
    keygen: () => it.keygen(),
  };
}

/** Its WebAssembly build; the native one is compiled on the spot and so not what an install gets. */
function pqclean(): MlDsaPeer {
  const { Sign } = require("pqclean/wasm/index.js") as {
    Sign: new (
      name: string,
    ) => {
      verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
      sign(secretKey: Uint8Array, message: Uint8Array): Uint8Array;
      keypair(): unknown;
    };
  };
  const it = new Sign("ml-dsa-65");
  return {
    verify: (signature, message, publicKey) => it.verify(publicKey, message, signature),
    sign: (message, secretKey) => it.sign(secretKey, message),
    keygen: () => it.keypair(),
  };
}

async function liboqs(): Promise<MlDsaPeer> {
  const { createMLDSA65 } = await importFile<{
    createMLDSA65(): Promise<{
      verify: Verify;
      sign: SignTwo;
      generateKeyPair(): unknown;
    }>;
  }>("@openforge-sh/liboqs/src/index.js");
  const it = await createMLDSA65();
  return {
    verify: (signature, message, publicKey) => it.verify(view(message), view(signature), view(publicKey)),
    sign: (message, secretKey) => it.sign(message, secretKey),
    keygen: () => it.generateKeyPair(),
  };
}

/** liboqs-js refuses a Buffer. */
const view = (bytes: Uint8Array) => new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);

/** Node 21 and newer. */
function nodeHash(): Hash {
  const { hash } = nodeCrypto as unknown as {
    hash?: (name: string, data: Uint8Array, encoding: "buffer") => Buffer;
  };
  if (!hash) throw new Error("node:crypto of this runtime has no hash()");
  return (data) => hash("sha256", data, "buffer");
}

async function hashWasm(): Promise<Hash> {
  const { createSHA256 } = require("hash-wasm") as {
    createSHA256(): Promise<{
      init(): unknown;
      update(data: Uint8Array): unknown;
      digest(form: "binary"): Uint8Array;
    }>;
  };
  const hasher = await createSHA256();
  return (data) => {
    hasher.init();
    hasher.update(data);
    return hasher.digest("binary");
  };
}

async function asSha256(): Promise<Hash> {
  return (await importFile<{ digest: Hash }>("@chainsafe/as-sha256/lib/index.js")).digest;
}

async function nobleSha256(): Promise<Hash> {
  const { sha256 } = await importFile<{ sha256: Hash }>("@noble/hashes/sha2.js");
  return (data) => sha256(data);
}

async function jcs(): Promise<(value: unknown) => string> {
  return (await importFile<{ default: (value: unknown) => string }>("canonicalize/lib/canonicalize.js"))
    .default;
}

/** That of @nostr-dev-kit/sync loads only with the whole of @nostr-dev-kit/ndk, and hashes asynchronously. */
async function nip77(): Promise<NegentropyPeer> {
  interface Storage {
    insert(timestamp: number, id: string): void;
    seal(): void;
    fingerprint(from: number, to: number): Uint8Array;
  }
  const it = await importFile<{
    NegentropyStorageVector: new () => Storage;
    Negentropy: new (storage: Storage, frameSizeLimit: number) => ReturnType<NegentropyPeer>;
  }>("nostr-tools/lib/esm/nip77.js");
  return (ids) => {
    const storage = new it.NegentropyStorageVector();
    const text = Buffer.from(ids).toString("hex");
    for (let at = 0; at < text.length; at += 64) storage.insert(0, text.slice(at, at + 64));
    storage.seal();
    const peer = new it.Negentropy(storage, 1 << 20);
    return {
      fingerprint: (from, to) => storage.fingerprint(from, to),
      initiate: () => peer.initiate(),
      reconcile: (answer, have, need) => peer.reconcile(answer, have, need),
    };
  };
}
