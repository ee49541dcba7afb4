/** TCP on loopback: a link, Node's own socket in the clear, and Node's TLS, which is what a link replaces. */
import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { connect as connectTls, createServer as createTlsServer, type TLSSocket } from "node:tls";
import { createTcpMedium } from "waxwing/transport";
import { benchHost, linkPipe } from "./link-pipe.js";
import { Ears, type Pipe, type Wire } from "./pipe.js";

async function waxwing(): Promise<Pipe> {
  const far = createTcpMedium({ host: benchHost, listen: { hostname: "127.0.0.1", port: 0 } });
  const near = createTcpMedium({ host: benchHost });
  return linkPipe({ near, far }, () => far.addresses[0]!);
}

/** u32 length and bytes; the length is not looked at again, since only bytes are counted. */
function framed(frame: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(frame.length);
  bytes.set(frame);
  return bytes;
}

function streamPipe(near: Socket, far: Socket, server: Server): Pipe {
  const write = (socket: Socket) => (frame: Uint8Array) =>
    new Promise<void>((resolve, reject) => {
      socket.write(framed(frame), (error) => (error ? reject(error) : resolve()));
    });
  const ears = new Ears();
  far.on("data", (bytes) => ears.far(bytes.length));
  near.on("data", (bytes) => ears.near(bytes.length));
  return {
    send: write(near),
    answer: write(far),
    ...ears.hooks,
    stall: () => far.pause(),
    close: async () => {
      near.destroy();
      far.destroy();
      server.close();
    },
  };
}

async function nodeNet(): Promise<Pipe> {
  const server = createServer({ noDelay: true });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const accepted = once(server, "connection") as Promise<[Socket]>;
  const near = connect({
    port: (server.address() as { port: number }).port,
    host: "127.0.0.1",
    noDelay: true,
  });
  const [far] = await accepted;
  await (near.connecting ? once(near, "connect") : undefined);
  return streamPipe(near, far, server);
}

/** A key that both know spares the certificate; the cipher is the link's. */
const psk = { psk: Buffer.alloc(32, 7), identity: "bench" };
const ciphers = { ciphers: "PSK-CHACHA20-POLY1305", minVersion: "TLSv1.2", maxVersion: "TLSv1.2" } as const;

async function nodeTls(): Promise<Pipe> {
  const server = createTlsServer({ ...ciphers, pskCallback: () => psk.psk });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const accepted = once(server, "secureConnection") as Promise<[TLSSocket]>;
  const near = connectTls({
    port: (server.address() as { port: number }).port,
    host: "127.0.0.1",
    ...ciphers,
    pskCallback: () => psk,
    checkServerIdentity: () => undefined,
  });
  near.setNoDelay(true);
  const [far] = await accepted;
  return streamPipe(near, far, server);
}

export const tcpWire: Wire = {
  name: "tcp",
  sizes: [1024, 65_536],
  contenders: { waxwing, "node-tls": nodeTls, "node-net": nodeNet },
};
