/** Client certificates between nodes, as the configuration names them: by name, by pin, and shown when dialling. */
import { X509Certificate } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { createNode, type WaxwingNode } from "waxwing";
import type { Pem } from "../support/certificates.js";
import { eventually } from "../support/eventually.js";
import { host, maker, mtlsTest, note } from "../support/mtls.js";
import { withFolder } from "../support/program.js";

function writePair(folder: string, name: string, { cert, key }: Pem) {
  const [certificateFile, keyFile] = [join(folder, `${name}.crt`), join(folder, `${name}.key`)];
  writeFileSync(certificateFile, cert);
  writeFileSync(keyFile, key);
  return { certificateFile, keyFile };
}

const base = { store: { engine: "memory" }, admin: false, log: { level: "silent" } } as const;

/** Sends one frame with that certificate and no token; who the node takes it from is seen in its counts. */
async function framesByPeer(node: WaxwingNode, certificate: Pem): Promise<Record<string, number>> {
  const { addresses } = await node.status();
  const response = await host.http.request({
    url: addresses.peers[0]!,
    method: "POST",
    headers: {},
    body: new TextEncoder().encode('CRPL\u0001{"type":"summary","kind":"key","refs":[]}'),
    timeoutMs: 5000,
    authorities: maker!.authority,
    certificate,
  });
  const peers = await node.peers.list();
  const counts = peers.map(({ keyId, framesReceived }) => [keyId, framesReceived] as const);
  return { status: response.status, ...Object.fromEntries(counts) };
}

mtlsTest(`listen.tls proves peers by the names of their certificates and by pins${note}`, async (t) => {
  await withFolder(async (folder) => {
    const peer = await createNode({ ...base, listen: false });
    const pinned = maker!.client({ commonName: "pinned" });
    const { fingerprint256 } = new X509Certificate(pinned.cert);
    writeFileSync(join(folder, "ca.crt"), maker!.authority);
    await using node = await createNode({
      ...base,
      listen: {
        hostname: "127.0.0.1",
        port: 0,
        tls: {
          ...writePair(folder, "server", maker!.server),
          clientAuthoritiesFile: join(folder, "ca.crt"),
          pinnedCertificates: [{ fingerprint256, keyId: peer.keyId }],
        },
      },
      peers: [{ ...peer.card() }],
    });
    await node.start();
    const named = maker!.client({ commonName: "x", subjectAltName: `URI:${peer.keyId}` });
    const other = maker!.client({ commonName: "nobody" });
    t.deepEqual(await framesByPeer(node, named), { status: 202, [peer.keyId]: 1 });
    t.deepEqual(await framesByPeer(node, pinned), { status: 202, [peer.keyId]: 2 });
    t.deepEqual(await framesByPeer(node, other), { status: 202, [peer.keyId]: 2 });
    t.is((await node.status()).http.framesUnattributed, 1);
    await peer[Symbol.asyncDispose]();
  });
});

mtlsTest(`trust.clientCertificate is shown when dialling, and rounds complete with it${note}`, async (t) => {
  await withFolder(async (folder) => {
    writeFileSync(join(folder, "ca.crt"), maker!.authority);
    const authoritiesFile = join(folder, "ca.crt");
    const tls = { ...writePair(folder, "server", maker!.server), clientAuthoritiesFile: authoritiesFile };
    const listen = { hostname: "127.0.0.1", port: 0, tls };
    await using server = await createNode({ ...base, listen, trust: { authoritiesFile } });
    await server.start();
    // Of another peer: a node that shows it contradicts its own token.
    const stranger = await createNode({ ...base, listen: false });
    await server.peers.add(stranger.card());
    const wrong = maker!.client({ commonName: "x", subjectAltName: `URI:${stranger.keyId}` });
    await using dialler = await createNode({
      ...base,
      listen,
      trust: { authoritiesFile, clientCertificate: writePair(folder, "client", wrong) },
      replication: { cadenceSeconds: 0.5 },
    });
    await dialler.start();
    await server.peers.add(dialler.card());
    await dialler.startReplication([server.card()]);
    await eventually("the contradiction is refused", async () => {
      const { refusals } = (await server.status()).http;
      return (refusals.attribution_conflict ?? 0) > 0;
    });
    t.is((await server.peers.list()).find(({ keyId }) => keyId === dialler.keyId)?.framesReceived, 0);
    await stranger[Symbol.asyncDispose]();
  });
});

test("pinned certificates without an authority to ask for them are refused", async (t) => {
  const tls = {
    keyFile: "k",
    certificateFile: "c",
    pinnedCertificates: [{ fingerprint256: "ab".repeat(32), keyId: "wx1" }],
  };
  const error = await t.throwsAsync(createNode({ ...base, listen: { tls } }));
  t.regex(error?.message ?? "", /pinnedCertificates need clientAuthoritiesFile/);
});
