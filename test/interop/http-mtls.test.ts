/** Client certificates on real sockets: what they prove, what they do not, and together with tokens. */
import { X509Certificate } from "node:crypto";
import { formatBearer } from "waxwing/transport";
import type { CertificatePair } from "#dist/contracts/host.js";
import type { InboundFrame } from "#dist/contracts/transport.js";
import { host, maker, mtlsTest, note } from "../support/mtls.js";
import {
  type HttpEndOptions,
  makeHttpEnd,
  makeKeyId,
  makePeer,
  TestAddressBook,
  TestDirectory,
  type TestPeer,
} from "../support/transport-ends.js";

const alice = makePeer(makeKeyId());
const bob = makePeer(makeKeyId());
const pkcs8 = (peer: TestPeer) => peer.privateKey.export({ format: "pem", type: "pkcs8" }) as string;

/** Sends one request with that certificate (and token) to a node that knows alice and bob. */
async function attributed(
  certificate: CertificatePair | undefined,
  options: HttpEndOptions = {},
  headers: Record<string, string> = {},
): Promise<string> {
  const parts = {
    host,
    directory: new TestDirectory().add(alice).add(bob),
    addressBook: new TestAddressBook(),
  };
  const tls = { ...maker!.server, clientAuthorities: maker!.authority, requestClientCertificate: true };
  const end = makeHttpEnd(makePeer("self"), parts, {
    listen: { hostname: "127.0.0.1", port: 0, tls },
    ...options,
  });
  const frames: InboundFrame[] = [];
  await end.start((frame) => {
    frames.push(frame);
    return "accepted";
  });
  try {
    const response = await host.http.request({
      url: end.addresses[0]!,
      method: "POST",
      headers,
      body: new Uint8Array([1]),
      timeoutMs: 5000,
      authorities: maker!.authority,
      ...(certificate === undefined ? {} : { certificate }),
    });
    const [frame] = frames;
    if (frame === undefined) return `${response.status} ${response.headers["waxwing-error"]}`;
    const who = frame.peerKeyId === alice.keyId ? "alice" : frame.peerKeyId === bob.keyId ? "bob" : "-";
    return `${who} ${frame.attribution}`;
  } finally {
    await end.stop();
  }
}

mtlsTest(`a SAN URI that is the key id proves the peer${note}`, async (t) => {
  const certificate = maker!.client({ commonName: "x", subjectAltName: `URI:${alice.keyId}` });
  t.is(await attributed(certificate), "alice mtls");
});

mtlsTest(
  `the reference's form proves the peer: CN is the key id, the key is its Ed25519 key${note}`,
  async (t) => {
    // A CN holds 64 characters at most (X.520), so a native key id does not fit; foreign ones do.
    const carol = makePeer("carol");
    const directory = new TestDirectory().add(carol);
    const certificate = maker!.client({ commonName: "carol", key: pkcs8(carol) });
    let seen: InboundFrame | undefined;
    const parts = { host, directory, addressBook: new TestAddressBook() };
    const tls = { ...maker!.server, clientAuthorities: maker!.authority, requestClientCertificate: true };
    const self = makePeer("self");
    const end = makeHttpEnd(self, parts, { listen: { hostname: "127.0.0.1", port: 0, tls } });
    await end.start((frame) => {
      seen = frame;
      return "accepted";
    });
    const sender = makeHttpEnd(
      carol,
      { ...parts, directory: new TestDirectory() },
      { listen: "none", certificate, authorities: maker!.authority },
    );
    await sender.start(() => "accepted");
    t.is((await sender.send("self", new Uint8Array([1]))).status, "delivered");
    t.is(seen?.peerKeyId, "carol");
    await sender.stop();
    await end.stop();
  },
);

mtlsTest(`a CN alone proves nothing: another key, or a key that is not Ed25519${note}`, async (t) => {
  const carol = makePeer("carol");
  const directory = new TestDirectory().add(carol);
  t.is(
    await attributed(maker!.client({ commonName: "carol", key: pkcs8(bob) }), { directory }),
    "- undefined",
  );
  t.is(await attributed(maker!.client({ commonName: "carol" }), { directory }), "- undefined");
});

mtlsTest(`a self-signed certificate proves nothing, even with the right key and name${note}`, async (t) => {
  const options = { commonName: "x", subjectAltName: `URI:${alice.keyId}`, key: pkcs8(alice) };
  t.is(await attributed(maker!.client({ ...options, signedBy: "itself" })), "- undefined");
});

mtlsTest(`no certificate, no names, or names of two peers prove nothing${note}`, async (t) => {
  t.is(await attributed(undefined), "- undefined");
  t.is(await attributed(maker!.client({ commonName: "x" })), "- undefined");
  const both = `URI:${alice.keyId},URI:${bob.keyId}`;
  t.is(await attributed(maker!.client({ commonName: "x", subjectAltName: both })), "- undefined");
});

mtlsTest(`a name that only looks like a list of names is one name${note}`, async (t) => {
  const subjectAltName = `otherName:1.2.3.4;UTF8:URI:${alice.keyId}`;
  t.is(await attributed(maker!.client({ commonName: "x", subjectAltName })), "- undefined");
});

mtlsTest(`a pinned fingerprint proves the peer, whatever the names${note}`, async (t) => {
  const certificate = maker!.client({ commonName: "x" });
  const { fingerprint256 } = new X509Certificate(certificate.cert);
  const pinned = (peer: TestPeer) => ({ pinnedCertificates: { [fingerprint256.toLowerCase()]: peer.keyId } });
  t.is(await attributed(certificate, pinned(alice)), "alice mtls");
  t.is(await attributed(maker!.client({ commonName: "x" }), pinned(alice)), "- undefined");
});

mtlsTest(
  `a token beside a certificate: the same peer holds, another is attribution_conflict${note}`,
  async (t) => {
    const certificate = maker!.client({ commonName: "x", subjectAltName: `URI:${alice.keyId}` });
    const bearer = async (peer: TestPeer) => ({
      authorization: `Bearer ${await formatBearer(peer, Date.now())}`,
    });
    t.is(await attributed(certificate, {}, await bearer(alice)), "alice bearer-stock");
    t.is(await attributed(certificate, {}, await bearer(bob)), "401 attribution_conflict");
  },
);

mtlsTest(`a server whose certificate does not hold is unreachable${note}`, async (t) => {
  const listener = await host.serveHttp(async () => new Response(null), {
    hostname: "127.0.0.1",
    port: 0,
    tls: maker!.server,
  });
  const error = await t.throwsAsync(
    host.http.request({ url: listener.origin, method: "GET", headers: {}, timeoutMs: 5000 }),
  );
  t.is((error as { code?: string }).code, "transport_unreachable");
  await listener.stop();
});

mtlsTest(
  `asking for client certificates without authorities to judge them is refused at start${note}`,
  async (t) => {
    const tls = { ...maker!.server, requestClientCertificate: true };
    const error = await t.throwsAsync(
      host.serveHttp(async () => new Response(null), { hostname: "127.0.0.1", port: 0, tls }),
    );
    t.is((error as { code?: string }).code, "transport_config");
  },
);

mtlsTest(
  `a request held to an address still checks the certificate against the name of its URL${note}`,
  async (t) => {
    const listener = await host.serveHttp(async (request) => new Response(request.headers.get("host")), {
      hostname: "127.0.0.1",
      port: 0,
      tls: maker!.server,
    });
    const get = (name: string) =>
      host.http.request({
        url: `https://${name}:${listener.port}/`,
        method: "GET",
        headers: {},
        timeoutMs: 5000,
        authorities: maker!.authority,
        connectAddress: "127.0.0.1",
      });
    const { body } = await get("localhost");
    t.is(new TextDecoder().decode(body), `localhost:${listener.port}`);
    const error = await t.throwsAsync(get("other.example"));
    t.is((error as { code?: string }).code, "transport_unreachable");
    await listener.stop();
  },
);
