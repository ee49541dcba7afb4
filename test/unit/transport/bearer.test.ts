/** Bearer tokens: what is well formed. Whether a token is believed is in attribution.test.ts. */
import test from "ava";
import { base64UrlEncode, utf8Encode } from "#dist/base/bytes.js";
import { bearerOf, formatBearer, parseBearer } from "#dist/transport/http/bearer.js";
import { engine, makePeer } from "../../support/transport-ends.js";

const peer = makePeer("alice");
const part = (value: unknown) =>
  base64UrlEncode(utf8Encode(typeof value === "string" ? value : JSON.stringify(value)));
const signature = base64UrlEncode(new Uint8Array(64));
const header = { alg: "EdDSA", typ: "JWT", kid: "alice" };
const stock = { iss: "alice", sub: "alice", iat: 1000, exp: 1060 };
const native = { ...stock, aud: "bob", jti: "1", bh: base64UrlEncode(new Uint8Array(32)) };
const token = (h: unknown, c: unknown, s = signature) => `${part(h)}.${part(c)}.${s}`;

function codeOf(text: string): string | undefined {
  try {
    parseBearer(text);
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code;
  }
}

test("formatBearer() without a binding makes the stock form: iss, sub, iat, exp and no more", async (t) => {
  const [h, c] = (await formatBearer(peer, 1_700_000_000_500)).split(".");
  const decode = (text: string | undefined) => JSON.parse(Buffer.from(text!, "base64url").toString());
  t.deepEqual(decode(h), { alg: "EdDSA", typ: "JWT", kid: "alice" });
  t.deepEqual(decode(c), { iss: "alice", sub: "alice", iat: 1_700_000_000, exp: 1_700_000_060 });
});

test("parseBearer() reads back what formatBearer() made, in both forms, signature included", async (t) => {
  const bodyHash = new Uint8Array(32).fill(9);
  const binding = { audience: "bob", tokenId: "id-1", bodyHash };
  const parsed = parseBearer(await formatBearer(peer, 5_000_000, binding));
  t.deepEqual(parsed.claims, {
    form: "native",
    keyId: "alice",
    issuedAtSeconds: 5000,
    expiresAtSeconds: 5060,
    audience: ["bob"],
    tokenId: "id-1",
    bodyHash,
  });
  t.true(engine.ed25519.verify(parsed.signature, parsed.signedBytes, peer.publicKey));
  t.is(parseBearer(await formatBearer(peer, 5_000_000)).claims.form, "stock");
});

test("parseBearer() takes a foreign key id of any characters", async (t) => {
  const odd = makePeer('Ünïcode "key" id, with . and \n');
  t.is(parseBearer(await formatBearer(odd, 0)).claims.keyId, odd.keyId);
});

test("parseBearer() refuses every algorithm but EdDSA", (t) => {
  for (const alg of ["none", "HS256", "ES256", "RS256", "eddsa", "Ed25519", undefined, null, 1, {}])
    t.is(codeOf(token({ ...header, alg }, stock)), "token_algorithm");
});

for (const [what, text] of Object.entries({
  "an empty text": "",
  "two parts": `${part(header)}.${part(stock)}`,
  "four parts": `${token(header, stock)}.x`,
  "padding in base64url": `${part(header)}=.${part(stock)}.${signature}`,
  "white space": `${part(header)} .${part(stock)}.${signature}`,
  "a header that is an array": token([], stock),
  "claims that are null": token(header, "null"),
  "claims that are not JSON": token(header, "{"),
  "claims that are not UTF-8": `${part(header)}.${base64UrlEncode(new Uint8Array([0x7b, 0xff, 0x7d]))}.${signature}`,
  "an extension it must understand": token({ ...header, crit: ["b64"] }, stock),
  "a typ that is not JWT": token({ ...header, typ: "JWE" }, stock),
  "no kid": token({ alg: "EdDSA" }, stock),
  "an iss that differs from kid": token(header, { ...stock, iss: "mallory" }),
  "a sub that is no text": token(header, { ...stock, sub: 1 }),
  "an iat in fractions": token(header, { ...stock, iat: 1.5 }),
  "an exp as text": token(header, { ...stock, exp: "1060" }),
  "an exp that is no double": token(header, `{"iss":"alice","iat":1000,"exp":1e400}`),
  "no exp": token(header, { iss: "alice", iat: 1000 }),
  "an nbf that is no time": token(header, { ...stock, nbf: -1 }),
  "an empty list of audiences": token(header, { ...stock, aud: [] }),
  "a native form without bh": token(header, { ...native, bh: undefined }),
  "a native form without jti": token(header, { ...native, jti: undefined }),
  "a native form without aud": token(header, { ...native, aud: undefined }),
  "a native form for several audiences": token(header, { ...native, aud: ["bob", "carol"] }),
  "a bh of another length": token(header, { ...native, bh: base64UrlEncode(new Uint8Array(31)) }),
  "a jti past tokenIdBytesMax": token(header, { ...native, jti: "x".repeat(129) }),
  "a key id past keyIdBytesMax": token(
    { ...header, kid: "x".repeat(257) },
    { ...stock, iss: "x".repeat(257) },
  ),
  "a signature of 63 bytes": token(header, stock, base64UrlEncode(new Uint8Array(63))),
  "a signature with stray low bits": token(header, stock, `${signature.slice(0, -1)}B`),
  "a token past tokenBytesMax": token(header, { ...stock, more: "x".repeat(4096) }),
}))
  test(`parseBearer() refuses ${what}`, (t) => {
    t.is(codeOf(text), "token_malformed");
  });

test("parseBearer() accepts the values next to those that it refuses", (t) => {
  t.is(codeOf(token(header, stock)), undefined);
  t.is(codeOf(token({ alg: "EdDSA", kid: "alice" }, { iss: "alice", iat: 0, exp: 0 })), undefined);
  t.is(codeOf(token(header, { ...stock, aud: ["a", "b"], more: true })), undefined);
  t.is(codeOf(token(header, { ...native, jti: "x".repeat(128) })), undefined);
  const keyId = "x".repeat(256);
  t.is(codeOf(token({ ...header, kid: keyId }, { ...stock, iss: keyId, sub: keyId })), undefined);
});

test("bearerOf() finds the token of a Bearer header and nothing in others", (t) => {
  t.is(bearerOf("Bearer abc"), "abc");
  t.is(bearerOf("bearer  abc "), "abc");
  t.is(bearerOf("Bearer "), "", "there, and wrong");
  t.is(bearerOf("Bearer"), "");
  t.is(bearerOf("Basic abc"), undefined);
  t.is(bearerOf(null), undefined);
});
