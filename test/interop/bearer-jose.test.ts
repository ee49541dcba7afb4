/** Tokens against jose, an independent JWT implementation: ours verify there, theirs verify here. */

import { createPublicKey } from "node:crypto";
import test from "ava";
import { exportJWK, importJWK, jwtVerify, SignJWT } from "jose";
import { createHost, formatBearer } from "waxwing/transport";
import type { ConnectionInfo } from "#dist/contracts/host.js";
import { engine, makeHttpEnd, makePeer, TestAddressBook, TestDirectory } from "../support/transport-ends.js";

const alice = makePeer("alice");
const tls: ConnectionInfo = { remoteAddress: "192.0.2.1", secure: true, loopback: false };
const body = new TextEncoder().encode("the body");
const bh = Buffer.from(engine.sha256(body)).toString("base64url");
const publicKey = await importJWK(await exportJWK(createPublicKey(alice.privateKey)), "EdDSA");

/** What a node that knows alice makes of a token: how it attributes, or the code of its refusal. */
async function judgedHere(token: string): Promise<string> {
  const addressBook = new TestAddressBook();
  const parts = { host: await createHost(), directory: new TestDirectory().add(alice), addressBook };
  const end = makeHttpEnd(makePeer("self"), parts, { listen: "none" });
  let attribution = "";
  await end.start((frame) => {
    attribution = `${frame.peerKeyId}/${frame.attribution}`;
    return "accepted";
  });
  const headers = { authorization: `Bearer ${token}` };
  const request = new Request("http://self/edge/inbound", { method: "POST", body, headers });
  const response = await end.fetch(request, tls);
  return response.headers.get("waxwing-error") ?? attribution;
}

/** A token as jose makes it, with its order of members. */
const joseToken = (claims: Record<string, unknown>, header: Record<string, unknown> = {}) => {
  const iat = Math.floor(Date.now() / 1000);
  return new SignJWT({ iss: "alice", sub: "alice", iat, exp: iat + 60, ...claims })
    .setProtectedHeader({ alg: "EdDSA", kid: "alice", ...header })
    .sign(alice.privateKey);
};

test("jose verifies a stock token of ours and reads its claims", async (t) => {
  const token = await formatBearer(alice, Date.now());
  const { payload, protectedHeader } = await jwtVerify(token, publicKey, {
    algorithms: ["EdDSA"],
    issuer: "alice",
    subject: "alice",
    typ: "JWT",
    requiredClaims: ["iat", "exp"],
  });
  t.is(protectedHeader.kid, "alice");
  t.deepEqual(Object.keys(payload).sort(), ["exp", "iat", "iss", "sub"]);
});

test("jose verifies a native token of ours and demands its audience", async (t) => {
  const binding = { audience: "self", tokenId: "1", bodyHash: engine.sha256(body) };
  const token = await formatBearer(alice, Date.now(), binding);
  const { payload } = await jwtVerify(token, publicKey, { audience: "self", maxTokenAge: "60s" });
  t.is(payload.jti, "1");
  t.is(payload.bh, bh);
  await t.throwsAsync(jwtVerify(token, publicKey, { audience: "other" }));
});

test("a stock and a native token that jose signs hold here", async (t) => {
  t.is(await judgedHere(await joseToken({})), "alice/bearer-stock");
  t.is(await judgedHere(await joseToken({}, { typ: "JWT" })), "alice/bearer-stock");
  t.is(await judgedHere(await joseToken({ aud: ["x", "self"] })), "alice/bearer-stock");
  t.is(await judgedHere(await joseToken({ aud: "self", jti: "1", bh })), "alice/bearer-native");
});

test("a token of jose with another key, audience, body or time is refused here with its code", async (t) => {
  const mallory = makePeer("alice");
  const forged = new SignJWT({ iss: "alice", iat: 1, exp: 2 })
    .setProtectedHeader({ alg: "EdDSA", kid: "alice" })
    .sign(mallory.privateKey);
  t.is(await judgedHere(await forged), "token_signature");
  t.is(await judgedHere(await joseToken({ aud: "other" })), "token_audience");
  const emptyHash = Buffer.from(engine.sha256(new Uint8Array(0))).toString("base64url");
  t.is(await judgedHere(await joseToken({ aud: "self", jti: "1", bh: emptyHash })), "token_body");
  t.is(await judgedHere(await joseToken({ iat: 1, exp: 61 })), "token_time");
  t.is(await judgedHere(await joseToken({ iss: "mallory" })), "token_malformed");
});

test("any change of one character of a token is refused by jose and by us", async (t) => {
  const token = await formatBearer(alice, Date.now());
  for (let i = 0; i < token.length; i += 7) {
    const changed = `${token.slice(0, i)}${token[i] === "A" ? "B" : "A"}${token.slice(i + 1)}`;
    await t.throwsAsync(jwtVerify(changed, publicKey));
    // A changed key id is another key, which this node does not know: then nothing is proven.
    const verdict = await judgedHere(changed);
    t.true(verdict.startsWith("token_") || verdict === "undefined/undefined", `${i}: ${verdict}`);
  }
});
