/** Transports: bearer tokens, names of certificates, URLs that peers name, and the HTTP handler as a whole. */

import { checkPeerUrl, createAttributionMemory, createHttpTransport, reachOf } from "waxwing/transport";
import { base64UrlEncode, equalBytes, utf8Encode } from "#dist/base/bytes.js";
import { WaxwingError } from "#dist/base/errors.js";
import { parseSubjectAltName } from "#dist/bindings/host/node-tls-peer.js";
import type { ConnectionInfo } from "#dist/contracts/host.js";
import type { InboundFrame } from "#dist/contracts/transport.js";
import { formatBearer, parseBearer } from "#dist/transport/http/bearer.js";
import { engine, makePeer, TestDirectory } from "../../support/transport-ends.js";
import { demand, type FuzzTarget, texts } from "../target.js";

const asText = (bytes: Uint8Array) => Buffer.from(bytes).toString("utf8");
const encode = (value: object) => base64UrlEncode(utf8Encode(JSON.stringify(value)));

const nowMs = 1_800_000_000_000;
const iat = nowMs / 1000;
// Fixed keys, or a finding could not be replayed.
const peer = makePeer("alice", new Uint8Array(32).fill(1));
const body = utf8Encode("CRPL");
const binding = { audience: "self", tokenId: "1", bodyHash: engine.sha256(body) };
const genuine = [await formatBearer(peer, nowMs), await formatBearer(peer, nowMs, binding)] as const;

const header = encode({ alg: "EdDSA", typ: "JWT", kid: "alice" });
const signature = base64UrlEncode(new Uint8Array(64));
const stockClaims = { iss: "alice", sub: "alice", iat, exp: iat + 60 };
const nativeClaims = { ...stockClaims, aud: "self", jti: "1", bh: base64UrlEncode(binding.bodyHash) };
const members = texts(
  '"iss"',
  '"exp"',
  '"aud"',
  '"jti"',
  '"bh"',
  '"nbf"',
  "null",
  "[]",
  "1e400",
  "-1",
  "alice",
);

function checkParsed({ claims, signature }: ReturnType<typeof parseBearer>): void {
  demand(signature.length === 64, "a signature has 64 bytes");
  demand(claims.keyId !== "" && utf8Encode(claims.keyId).length <= 256, "a key id has 1 to 256 bytes");
  demand(Number.isSafeInteger(claims.expiresAtSeconds - claims.issuedAtSeconds), "times are whole seconds");
  if (claims.form === "native") demand(claims.bodyHash.length === 32, "a body hash has 32 bytes");
}

/** The first line is the Authorization header, the rest the body. */
async function handle(bytes: Uint8Array): Promise<void> {
  const end = bytes.indexOf(10);
  const line = bytes.subarray(0, end < 0 ? bytes.length : end);
  // Header values are visible Latin-1; the server before us refuses the rest.
  const authorization = Buffer.from(line)
    .toString("latin1")
    .replace(/[^\x20-\x7e]/g, "?");
  const sent = end < 0 ? new Uint8Array(0) : bytes.slice(end + 1);
  const clock = { monotonicMs: () => 0, wallClock: () => ({ ms: nowMs, synchronised: true }) };
  const frames: InboundFrame[] = [];
  const transport = createHttpTransport({
    host: { clock, timers: { after: () => ({ cancel() {} }) } } as never,
    engine,
    identity: self,
    directory,
    memory: createAttributionMemory(clock),
    addressBook: { address: () => undefined },
  });
  await transport.start((frame) => {
    frames.push(frame);
    return "accepted";
  });
  const request = new Request("http://self/edge/inbound", {
    method: "POST",
    headers: { authorization },
    body: sent,
  });
  const response = await transport.fetch(request, loopback);
  const code = response.headers.get("waxwing-error");
  demand(response.body === null, "responses are empty");
  demand((response.status === 202) === (frames.length === 1), "202 means received, once");
  if (code !== null) {
    demand(response.status === 401 || response.status === 503, `status ${response.status} for ${code}`);
    throw new WaxwingError(code as "token_malformed", code);
  }
  demand(response.status === 202, `status ${response.status} without a code`);
  demand(equalBytes(frames[0]!.bytes, sent), "the frame is the body");
  const isGenuine = genuine.some((token) => authorization.trim().endsWith(` ${token}`));
  demand(frames[0]!.peerKeyId === undefined || isGenuine, "only a genuine token proves a peer");
}

const self = makePeer("self", new Uint8Array(32).fill(2));
const directory = new TestDirectory().add(peer);
const loopback: ConnectionInfo = { remoteAddress: "127.0.0.1", secure: false, loopback: true };

export const transportTargets: readonly FuzzTarget[] = [
  {
    name: "parseBearer",
    seeds: texts(...genuine, `${header}.${encode(nativeClaims)}.${signature}`),
    tokens: texts(".", "=", header, signature),
    run: (bytes) => checkParsed(parseBearer(asText(bytes))),
  },
  {
    name: "parseBearer-claims",
    seeds: texts(JSON.stringify(stockClaims), JSON.stringify(nativeClaims)),
    tokens: members,
    run: (bytes) => checkParsed(parseBearer(`${header}.${base64UrlEncode(bytes)}.${signature}`)),
  },
  {
    name: "parseSubjectAltName",
    seeds: texts("DNS:a.example, URI:wx1ab, IP Address:10.0.0.1", 'URI:"wx1, DNS:evil"', ""),
    tokens: texts("DNS:", "URI:", ", ", '"', "\\", "\\u0041", "email:"),
    run: (bytes) => {
      const text = asText(bytes);
      const names = parseSubjectAltName(text);
      demand(names.join("").length <= text.length, "names come from the text");
      if (names.length === 0) throw new WaxwingError("token_missing", "nothing read");
    },
  },
  {
    name: "checkPeerUrl",
    seeds: texts("https://peer.example\n9.9.9.9", "http://[2620:fe::fe]:8080/x\n2620:fe::fe\n8.8.8.8"),
    tokens: texts("127.0.0.1", "::ffff:", "10.", "fe80::", "%eth0", "\n", "0x7f", "@", "::"),
    run: (bytes) => {
      const [url = "", ...addresses] = asText(bytes).split("\n");
      const chosen = checkPeerUrl(url, addresses);
      demand(addresses.includes(chosen), "the address is one of those that were resolved");
      for (const address of addresses) demand(reachOf(address) === "public", "every address is public");
    },
  },
  {
    name: "httpHandler",
    seeds: texts(
      `Bearer ${genuine[0]}\nCRPL`,
      `Bearer ${genuine[1]}\nCRPL`,
      `Bearer ${header}.${encode(nativeClaims)}.${signature}\nCRPL`,
      "\nCRPL",
    ),
    tokens: texts("Bearer ", "Basic ", "\n", ".", genuine[0], genuine[1]),
    run: handle,
  },
];
