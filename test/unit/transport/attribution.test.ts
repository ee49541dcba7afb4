/** Attribution: which proofs are believed, which are refused with which code, and what is remembered when. */
import test from "ava";
import { createAttributionMemory } from "waxwing/transport";
import type { ConnectionInfo, TlsPeer } from "#dist/contracts/host.js";
import type { KeyStanding } from "#dist/contracts/key-directory.js";
import { type AttributionPolicy, judge } from "#dist/transport/http/attribution.js";
import { formatBearer, type NativeBinding } from "#dist/transport/http/bearer.js";
import { engine, makePeer, TestDirectory } from "../../support/transport-ends.js";

const nowMs = 1_800_000_000_000;
const alice = makePeer("alice");
const bob = makePeer("bob");
const loopback: ConnectionInfo = { remoteAddress: "127.0.0.1", secure: false, loopback: true };
const remote: ConnectionInfo = { remoteAddress: "192.0.2.1", secure: false, loopback: false };
const tls: ConnectionInfo = { remoteAddress: "192.0.2.1", secure: true, loopback: false };
const body = new Uint8Array([1, 2, 3]);

function makePolicy(more: Partial<AttributionPolicy> = {}): AttributionPolicy {
  const clock = { monotonicMs: () => 0, wallClock: () => ({ ms: nowMs, synchronised: true }) };
  return {
    self: "self",
    memory: createAttributionMemory(clock),
    engine,
    clock,
    directory: new TestDirectory().add(alice).add(bob),
    isTrusted: (standing) => standing !== "unproven" && standing !== "revoked",
    pinnedCertificates: new Map(),
    audiences: [],
    allowPlainStock: false,
    allowLoopbackStock: true,
    ...more,
  };
}

let counter = 0;
const bind = (more: Partial<NativeBinding> = {}): NativeBinding => ({
  audience: "self",
  tokenId: `token-${counter++}`,
  bodyHash: engine.sha256(body),
  ...more,
});
const stockToken = (peer = alice, atMs = nowMs) => formatBearer(peer, atMs);
const nativeToken = (more: Partial<NativeBinding> = {}, peer = alice, atMs = nowMs) =>
  formatBearer(peer, atMs, bind(more));

/** `peer/method` when it holds to the end, `-` when nothing is proven, or the code of the refusal. */
async function verdict(token: string | undefined, info: ConnectionInfo, policy: AttributionPolicy) {
  try {
    const judgement = await judge(token === undefined ? null : `Bearer ${token}`, info, policy);
    await judgement.confirm(body);
    return judgement.peerKeyId === undefined ? "-" : `${judgement.peerKeyId}/${judgement.method}`;
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}

test("a native token proves its peer over any connection", async (t) => {
  for (const info of [loopback, remote, tls])
    t.is(await verdict(await nativeToken(), info, makePolicy()), "alice/bearer-native");
});

test("a stock token proves its peer over TLS and loopback only", async (t) => {
  const policy = makePolicy();
  t.is(await verdict(await stockToken(), tls, policy), "alice/bearer-stock");
  t.is(await verdict(await stockToken(), loopback, policy), "alice/bearer-stock");
  t.is(await verdict(await stockToken(), remote, policy), "token_form");
});

test("allowPlainStock opens plain HTTP, allowLoopbackStock: false closes loopback", async (t) => {
  const open = makePolicy({ allowPlainStock: true });
  t.is(await verdict(await stockToken(), remote, open), "alice/bearer-stock");
  const proxied = makePolicy({ allowLoopbackStock: false });
  t.is(await verdict(await stockToken(), loopback, proxied), "token_form");
});

test("a key that has used the native form once is refused the stock form for good", async (t) => {
  const policy = makePolicy();
  t.is(await verdict(await stockToken(), tls, policy), "alice/bearer-stock");
  t.is(await verdict(await nativeToken(), tls, policy), "alice/bearer-native");
  t.is(await verdict(await stockToken(), tls, policy), "token_form");
  t.is(await verdict(await stockToken(bob), tls, policy), "bob/bearer-stock");
});

test("a native token is used up by its first use", async (t) => {
  const policy = makePolicy();
  const token = await nativeToken();
  t.is(await verdict(token, remote, policy), "alice/bearer-native");
  t.is(await verdict(token, remote, policy), "token_replayed");
});

test("of two requests with one token at the same time, one holds", async (t) => {
  const policy = makePolicy();
  const token = await nativeToken();
  const verdicts = await Promise.all([verdict(token, remote, policy), verdict(token, remote, policy)]);
  t.deepEqual(verdicts.sort(), ["alice/bearer-native", "token_replayed"]);
});

test("the same jti of another key is another token", async (t) => {
  const policy = makePolicy();
  t.is(await verdict(await nativeToken({ tokenId: "1" }), remote, policy), "alice/bearer-native");
  t.is(await verdict(await nativeToken({ tokenId: "1" }, bob), remote, policy), "bob/bearer-native");
});

test("a token with a broken signature is refused and leaves nothing behind", async (t) => {
  const policy = makePolicy();
  const good = await nativeToken();
  const forged = { ...alice, signEd25519: bob.signEd25519 };
  const bad = await formatBearer(forged, nowMs, { ...bind(), tokenId: `token-${counter - 1}` });
  t.is(await verdict(bad, remote, policy), "token_signature");
  t.false(await policy.memory.hasUsedNative("alice"));
  t.is(await verdict(good, remote, policy), "alice/bearer-native");
});

test("a native token for another node or another body is refused, and not used up by it", async (t) => {
  const policy = makePolicy();
  t.is(await verdict(await nativeToken({ audience: "other" }), remote, policy), "token_audience");
  const otherBody = await nativeToken({ bodyHash: engine.sha256(new Uint8Array(0)) });
  t.is(await verdict(otherBody, remote, policy), "token_body");
  t.false(await policy.memory.hasUsedNative("alice"));
});

test("times on the edge: exp and iat may be off by the skew and no more", async (t) => {
  const at = async (offsetSeconds: number) =>
    verdict(await nativeToken({}, alice, nowMs + offsetSeconds * 1000), remote, makePolicy());
  t.is(await at(30), "alice/bearer-native");
  t.is(await at(31), "token_time");
  t.is(await at(-89), "alice/bearer-native");
  t.is(await at(-90), "token_time");
});

test("a native token that lives longer than 60 s is refused, a stock one longer than a day", async (t) => {
  const iat = nowMs / 1000;
  const { sign } = await import("node:crypto");
  const craft = (claims: object) => {
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const signed = `${encode({ alg: "EdDSA", kid: "alice" })}.${encode({ iss: "alice", iat, ...claims })}`;
    return `${signed}.${sign(null, Buffer.from(signed), alice.privateKey).toString("base64url")}`;
  };
  const native = () => ({
    aud: "self",
    jti: `long-${counter++}`,
    bh: Buffer.from(engine.sha256(body)).toString("base64url"),
  });
  const policy = makePolicy();
  t.is(await verdict(craft({ exp: iat + 86_400 }), tls, policy), "alice/bearer-stock");
  t.is(await verdict(craft({ exp: iat + 86_401 }), tls, policy), "token_time");
  t.is(await verdict(craft({ exp: iat }), tls, policy), "token_time");
  t.is(await verdict(craft({ exp: iat + 60, nbf: iat + 31 }), tls, policy), "token_time");
  t.is(await verdict(craft({ exp: iat + 60, aud: ["x", "self"] }), tls, policy), "alice/bearer-stock");
  t.is(await verdict(craft({ exp: iat + 60, aud: "x" }), tls, policy), "token_audience");
  const named = makePolicy({ audiences: ["https://me.example"] });
  t.is(await verdict(craft({ exp: iat + 60, aud: "https://me.example" }), tls, named), "alice/bearer-stock");
  t.is(await verdict(craft({ exp: iat + 61, ...native() }), tls, policy), "token_time");
  t.is(await verdict(craft({ exp: iat + 60, ...native() }), tls, policy), "alice/bearer-native");
});

test("a board without the time of day does not blame the peer", async (t) => {
  const clock = { monotonicMs: () => 0, wallClock: () => ({ ms: 1000, synchronised: false }) };
  t.is(await verdict(await nativeToken(), remote, makePolicy({ clock })), "clock_not_synchronised");
});

test("nothing is proven without a token, or by one of a key that is not known or not trusted", async (t) => {
  t.is(await verdict(undefined, tls, makePolicy()), "-");
  t.is(await verdict(await nativeToken({}, makePeer("stranger")), tls, makePolicy()), "-");
  for (const [standing, expected] of [
    ["native", "carol/bearer-native"],
    ["pinned", "carol/bearer-native"],
    ["operator", "carol/bearer-native"],
    ["attested", "carol/bearer-native"],
    ["unproven", "-"],
    ["revoked", "key_revoked"],
  ] as const satisfies readonly (readonly [KeyStanding, string])[]) {
    const carol = makePeer("carol");
    const policy = makePolicy({ directory: new TestDirectory().add(carol, standing) });
    t.is(await verdict(await nativeToken({}, carol), tls, policy), expected);
  }
});

const certificate = (more: Partial<TlsPeer> = {}): ConnectionInfo => ({
  ...tls,
  tlsPeer: { authorized: true, subjectAltNames: [], fingerprint256: "AA:BB", ...more },
});

test("a certificate proves a peer by its name, its key or its pin", async (t) => {
  const policy = makePolicy();
  t.is(await verdict(undefined, certificate({ subjectAltNames: ["alice"] }), policy), "alice/mtls");
  const byKey = certificate({ commonName: "alice", publicKeyRaw: alice.publicKey });
  t.is(await verdict(undefined, byKey, policy), "alice/mtls");
  const pinned = makePolicy({ pinnedCertificates: new Map([["aabb", "alice"]]) });
  t.is(await verdict(undefined, certificate(), pinned), "alice/mtls");
});

test("a certificate that is empty, unauthorized, unknown or ambiguous proves nothing", async (t) => {
  const policy = makePolicy();
  for (const more of [
    {},
    { commonName: "alice" },
    { commonName: "alice", publicKeyRaw: bob.publicKey },
    { subjectAltNames: ["stranger"] },
    { subjectAltNames: [""] },
    { subjectAltNames: ["alice"], authorized: false },
    { subjectAltNames: ["alice", "bob"] },
    { subjectAltNames: ["alice", ...Array.from({ length: 16 }, (_, i) => `name${i}`)] },
  ])
    t.is(await verdict(undefined, certificate(more), policy), "-", JSON.stringify(more));
  const pinned = makePolicy({ pinnedCertificates: new Map([["aabb", "alice"]]) });
  t.is(await verdict(undefined, certificate({ authorized: false }), pinned), "-");
  t.is(await verdict(undefined, certificate({ subjectAltNames: ["bob"] }), pinned), "-");
});

test("token and certificate of one peer agree, of two peers conflict", async (t) => {
  const policy = makePolicy();
  const info = certificate({ subjectAltNames: ["alice"] });
  t.is(await verdict(await nativeToken(), info, policy), "alice/bearer-native");
  t.is(await verdict(await nativeToken({}, bob), info, policy), "attribution_conflict");
  t.is(await verdict("nonsense", info, policy), "token_malformed");
});

test("rememberToken() forgets after expiry, and refuses rather than forget before", async (t) => {
  let ms = 0;
  const clock = { wallClock: () => ({ ms, synchronised: true }) };
  const memory = createAttributionMemory(clock, { tokensMax: 2 });
  t.true(await memory.rememberToken("a", "1", 100));
  t.false(await memory.rememberToken("a", "1", 100));
  t.true(await memory.rememberToken("a", "2", 200));
  t.false(await memory.rememberToken("a", "3", 200));
  ms = 100;
  t.true(await memory.rememberToken("a", "3", 200));
  t.false(await memory.rememberToken("a", "2", 200));
});

test("hasUsedNative() of an overflowed memory is true for every key", async (t) => {
  const clock = { wallClock: () => ({ ms: 0, synchronised: true }) };
  const memory = createAttributionMemory(clock, { nativeKeysMax: 1 });
  await memory.rememberNative("a");
  await memory.rememberNative("a");
  t.false(await memory.hasUsedNative("b"));
  await memory.rememberNative("c");
  t.deepEqual([await memory.hasUsedNative("a"), await memory.hasUsedNative("b")], [true, true]);
});
