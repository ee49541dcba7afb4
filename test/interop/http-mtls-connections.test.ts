/**
 * Client certificates over the life of a connection: what a socket proved once is asked for again at every
 * request, and neither a kept-alive connection nor a resumed session proves more than its certificate does.
 */
import { once } from "node:events";
import { connect, type TLSSocket } from "node:tls";
import type { InboundFrame } from "#dist/contracts/transport.js";
import type { Pem } from "../support/certificates.js";
import { host, maker, mtlsTest, note } from "../support/mtls.js";
import {
  makeHttpEnd,
  makeKeyId,
  makePeer,
  TestAddressBook,
  TestDirectory,
} from "../support/transport-ends.js";

const alice = makePeer(makeKeyId());
const bob = makePeer(makeKeyId());
const named = (keyId: string): Pem => maker!.client({ commonName: "x", subjectAltName: `URI:${keyId}` });

type TlsVersion = "TLSv1.2" | "TLSv1.3";

interface ClientOptions {
  readonly certificate?: Pem | undefined;
  readonly session?: Buffer;
  readonly version?: TlsVersion;
}

/** A node that asks for certificates, a clock that can be set, and clients that keep their connections. */
async function startServer() {
  let aheadMs = 0;
  const clock = {
    ...host.clock,
    wallClock: () => ({ ...host.clock.wallClock(), ms: host.clock.wallClock().ms + aheadMs }),
  };
  const directory = new TestDirectory().add(alice).add(bob);
  const tls = { ...maker!.server, clientAuthorities: maker!.authority, requestClientCertificate: true };
  const parts = { host: { ...host, clock }, directory, addressBook: new TestAddressBook() };
  const end = makeHttpEnd(makePeer("self"), parts, { listen: { hostname: "127.0.0.1", port: 0, tls } });
  const frames: InboundFrame[] = [];
  await end.start((frame) => {
    frames.push(frame);
    return "accepted";
  });
  const port = Number(new URL(end.addresses[0]!).port);

  const open = async ({ certificate, session, version = "TLSv1.3" }: ClientOptions = {}) => {
    const socket = connect({
      host: "127.0.0.1",
      port,
      ca: maker!.authority,
      minVersion: version,
      maxVersion: version,
      ...certificate,
      ...(session === undefined ? {} : { session }),
    });
    const sessions: Buffer[] = [];
    socket.on("session", (ticket) => sessions.push(ticket));
    socket.on("error", () => {});
    await once(socket, "secureConnect");
    return { socket, sessions };
  };

  /** Who the frame of one more request on this connection is from. */
  const sender = async (socket: TLSSocket): Promise<string> => {
    socket.write("POST /edge/inbound HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx");
    const [answer] = await once(socket, "data");
    if (!String(answer).startsWith("HTTP/1.1 202 ")) return String(answer).slice(9, 12);
    const frame = frames.pop();
    if (frame?.peerKeyId === undefined) return "nobody";
    return frame.peerKeyId === alice.keyId ? "alice" : frame.peerKeyId === bob.keyId ? "bob" : "other";
  };
  return { open, sender, directory, setAheadMs: (ms: number) => void (aheadMs = ms), stop: () => end.stop() };
}

mtlsTest(
  `every request of a kept-alive connection is judged anew: revocation ends its proof${note}`,
  async (t) => {
    const { open, sender, directory, stop } = await startServer();
    const { socket } = await open({ certificate: named(alice.keyId) });
    t.is(await sender(socket), "alice");
    t.is(await sender(socket), "alice");
    directory.add(alice, "revoked");
    t.is(await sender(socket), "nobody");
    directory.add(alice, "unproven");
    t.is(await sender(socket), "nobody");
    directory.add(alice, "pinned");
    t.is(await sender(socket), "alice");
    socket.destroy();
    await stop();
  },
);

mtlsTest(
  `a certificate whose time has passed proves nothing on a connection that outlived it${note}`,
  async (t) => {
    const { open, sender, setAheadMs, stop } = await startServer();
    const { socket } = await open({ certificate: named(alice.keyId) });
    t.is(await sender(socket), "alice");
    const dayMs = 86_400_000;
    setAheadMs(dayMs);
    t.is(await sender(socket), "alice");
    setAheadMs(3 * dayMs);
    t.is(await sender(socket), "nobody");
    setAheadMs(-dayMs);
    t.is(await sender(socket), "nobody");
    socket.destroy();
    await stop();
  },
);

for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
  mtlsTest(
    `${version}: a resumed session proves the certificate it began with, and no other${note}`,
    async (t) => {
      const { open, sender, directory, stop } = await startServer();
      const first = await open({ certificate: named(alice.keyId), version });
      t.is(await sender(first.socket), "alice");
      const session = first.sessions.at(-1);
      first.socket.destroy();
      t.truthy(session, "the server gave a session to resume");

      const again = await open({ session: session!, version });
      t.is(again.socket.isSessionReused(), true);
      t.is(await sender(again.socket), "alice");
      directory.add(alice, "revoked");
      t.is(await sender(again.socket), "nobody");
      again.socket.destroy();
      directory.add(alice, "native");

      const other = await open({ session: session!, certificate: named(bob.keyId), version });
      t.is(other.socket.isSessionReused(), true);
      t.is(await sender(other.socket), "alice", "the holder of alice's session, whatever it carries besides");
      other.socket.destroy();
      await stop();
    },
  );

  mtlsTest(`${version}: a resumed session without a certificate proves nothing${note}`, async (t) => {
    const { open, sender, stop } = await startServer();
    const first = await open({ version });
    t.is(await sender(first.socket), "nobody");
    const session = first.sessions.at(-1)!;
    first.socket.destroy();
    for (const certificate of [undefined, named(alice.keyId)]) {
      const again = await open({ session, certificate, version });
      t.is(again.socket.isSessionReused(), true);
      t.is(await sender(again.socket), "nobody");
      again.socket.destroy();
    }
    await stop();
  });
}

mtlsTest(`a client cannot renegotiate its connection to another certificate${note}`, async (t) => {
  const { open, sender, stop } = await startServer();
  const { socket } = await open({ certificate: named(alice.keyId), version: "TLSv1.2" });
  t.is(await sender(socket), "alice");
  const failure = await new Promise<Error | null>((resolve) => {
    socket.once("close", () => resolve(new Error("closed")));
    socket.renegotiate({}, resolve);
  });
  t.truthy(failure);
  socket.destroy();
  await stop();
});
