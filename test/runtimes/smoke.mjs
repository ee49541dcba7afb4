/**
 * The built package in the runtime that runs this file: Node 20.19, 22, 24, 26 or Deno. No test framework, so
 * that a runtime is judged by what Waxwing needs of it and not by what ava does. Ends with one line
 * `N passed, N failed, N skipped`.
 *
 *   node test/runtimes/smoke.mjs
 *   deno run --allow-all test/runtimes/smoke.mjs
 */
import { loadCore } from "waxwing/core";
import { buildAttestation, createKinds, isRefusal, parseRecord } from "waxwing/records";
import { createMemoryStore } from "waxwing/store";
import { createFakeHost } from "waxwing/testing";
import { createAttributionMemory, createHttpTransport } from "waxwing/transport";
import { createSoftwareIdentity } from "waxwing/trust";
import { check, finish, same, skip } from "./report.mjs";

const text = (value) => new TextEncoder().encode(value);
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const fromHex = (digits) => Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
const base64Url = (bytes) =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

const core = await loadCore();
const seeds = { ed25519Seed: new Uint8Array(32).fill(1), mlDsa65Seed: new Uint8Array(32).fill(2) };
const identity = createSoftwareIdentity(core, seeds);

await check("SHA-256 and SHA-512 of “abc” are those of FIPS 180-4", () => {
  same(hex(core.sha256(text("abc"))), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  same(hex(core.sha512(text("abc"))).slice(0, 32), "ddaf35a193617abacc417349ae204131");
});

const ownSha256 = "this runtime's own SHA-256 is taken, and gives the core's digests";
// 32-bit ARM ends at 20.11 in npm; the core hashes for itself there.
if (typeof globalThis.process.getBuiltinModule !== "function") skip(ownSha256, "needs Node 20.16");
else
  await check(ownSha256, async () => {
    same(core.features.sha256.engine, "runtime");
    const own = await loadCore({ cacheBytes: 0, sha256: "core" });
    const outside = await loadCore({
      cacheBytes: 0,
      sha256: { fromBytes: 0, batchFromBytes: 0, afterBytes: 0 },
    });
    same(outside.features.sha256.engine, "runtime");
    const messages = [0, 1, 55, 56, 64, 300, 5000].map((length) => new Uint8Array(length).fill(length));
    const digests = messages.map((message) => hex(own.sha256(message))).join();
    same(messages.map((message) => hex(outside.sha256(message))).join(), digests);
    same(outside.sha256Batch(messages).map(hex).join(), digests);
  });

await check("SHA3-256 of nothing is that of FIPS 202", () => {
  same(
    hex(core.sha3_256(new Uint8Array(0))),
    "a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a",
  );
});

await check("canonical JSON is that of RFC 8785", () => {
  const json = text('{"b": [1.0, 1E30, 4.50, 2e-3], "\\u20ac": "€", "a": "\\u000f\\n"}');
  same(
    new TextDecoder().decode(core.canonicalize(json)),
    '{"a":"\\u000f\\n","b":[1,1e+30,4.5,0.002],"€":"€"}',
  );
});

await check("Ed25519 is that of RFC 8032 §7.1, test 2", () => {
  const secretKey = fromHex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
  const publicKey = core.ed25519.publicKey(secretKey);
  same(hex(publicKey), "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
  const signature = core.ed25519.sign(Uint8Array.of(0x72), secretKey);
  same(hex(signature).slice(0, 32), "92a009a9f0d4cab8720e820b5f642540");
  same(core.ed25519.verify(signature, Uint8Array.of(0x72), publicKey), true);
  same(core.ed25519.verify(signature, Uint8Array.of(0x73), publicKey), false);
});

await check("ML-DSA-65 signs and verifies, hedged and deterministic", () => {
  const { publicKey, secretKey } = core.mlDsa65.keygen(new Uint8Array(32).fill(9));
  const message = text("sealed");
  const signature = core.mlDsa65.sign(message, secretKey, { random: false });
  same(hex(core.mlDsa65.sign(message, secretKey, { random: false })), hex(signature));
  same(core.mlDsa65.verify(core.mlDsa65.sign(message, secretKey), message, publicKey), true);
  signature[0] ^= 1;
  same(core.mlDsa65.verify(signature, message, publicKey), false);
});

await check("a record is built, signed, parsed, and its hybrid signature verifies", async () => {
  const { bytes } = await buildAttestation(core, identity, {
    attestationId: "a-1",
    attestationType: "scores",
    assertedAtMs: 1_767_225_600_000,
    content: { note: "né — 😀" },
  });
  const record = parseRecord(core, createKinds(), undefined, bytes);
  if (isRefusal(record)) throw new Error(record.message);
  same(record.kind, "attestation");
  const [signature] = record.signatures;
  same(core.hybrid.verify(signature, record.signedBytes, identity.publicKeys), true);
});

await check("the memory store keeps what it acknowledges", async () => {
  const store = createMemoryStore();
  await store.commit([{ op: "put", table: "meta", key: text("k"), value: text("v") }]);
  same(hex(await store.read("meta", text("k"))), hex(text("v")));
  await store.close();
});

/** A stock bearer token (RFC 7519, EdDSA) as a stock peer makes it. */
async function stockToken(nowMs) {
  const issuedAt = Math.floor(nowMs / 1000);
  const part = (value) => base64Url(text(JSON.stringify(value)));
  const header = part({ alg: "EdDSA", typ: "JWT", kid: identity.keyId });
  const claims = part({ iss: identity.keyId, sub: identity.keyId, iat: issuedAt, exp: issuedAt + 60 });
  const signature = await identity.signEd25519(text(`${header}.${claims}`));
  return `${header}.${claims}.${base64Url(signature)}`;
}

await check("the HTTP handler takes an attributed frame and refuses a forged one", async () => {
  const { host } = createFakeHost();
  const entry = { keyId: identity.keyId, ...identity.publicKeys, standing: "native" };
  const transport = createHttpTransport({
    host: {
      ...host,
      http: { request: () => Promise.reject(new Error("dials nobody")), close: async () => {} },
    },
    engine: core,
    identity,
    directory: { lookup: async (keyId) => (keyId === identity.keyId ? entry : undefined) },
    memory: createAttributionMemory(host.clock),
    addressBook: { address: () => undefined },
  });
  const frames = [];
  await transport.start((frame) => {
    frames.push(frame);
    return "accepted";
  });
  const post = (token) =>
    transport.fetch(
      new Request("http://127.0.0.1/edge/inbound", {
        method: "POST",
        headers: { authorization: `Bearer ${token}` },
        body: text("CRPL"),
      }),
      { remoteAddress: "127.0.0.1", secure: false, loopback: true },
    );
  const token = await stockToken(host.clock.wallClock().ms);
  same((await post(token)).status, 202);
  same(frames[0]?.peerKeyId, identity.keyId);
  const forged = `${token.slice(0, -8)}${token.at(-8) === "A" ? "B" : "A"}${token.slice(-7)}`;
  same((await post(forged)).status, 401);
  same(frames.length, 1);
  await transport.stop();
});

finish();
