/** Datagrams: UDP on loopback against Node's dgram, raw IP against `raw-socket` of npm, Ethernet over a veth pair. */
import { spawnSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createRequire } from "node:module";
import { openIpSocket, openPacketSocket, openUdpSocket } from "waxwing/native";
import { createRawMedium, createUdpMedium } from "waxwing/transport";
import { benchHost, linkPipe } from "./link-pipe.js";
import { Absent, Ears, type Pipe, type Wire } from "./pipe.js";

/** What the sockets of `waxwing/native` have in common. */
interface OwnSocket {
  onReadable: (() => void) | undefined;
  drain(deliver: (bytes: Uint8Array) => void): number;
  send(bytes: Uint8Array, to: string): Promise<void>;
  close(): Promise<void>;
}

function ownPipe(
  ends: { near: OwnSocket; far: OwnSocket },
  to: { near: string; far: string },
  ended = () => {},
): Pipe {
  const ears = new Ears();
  let stalled = false;
  const listen = (end: "near" | "far") => {
    const deliver = (bytes: Uint8Array) => ears[end](bytes.length);
    ends[end].onReadable = () => {
      while (!(stalled && end === "far") && ends[end].drain(deliver) > 0);
    };
  };
  listen("near");
  listen("far");
  return {
    send: (frame) => ends.near.send(frame, to.far),
    answer: (frame) => ends.far.send(frame, to.near),
    ...ears.hooks,
    stall: () => {
      stalled = true;
    },
    close: async () => {
      await Promise.allSettled([ends.near.close(), ends.far.close()]);
      ended();
    },
  };
}

async function addonUdp(): Promise<Pipe> {
  const [near, far] = await Promise.all([
    openUdpSocket({ hostname: "127.0.0.1" }),
    openUdpSocket({ hostname: "127.0.0.1" }),
  ]);
  return ownPipe({ near, far }, { near: `127.0.0.1:${near.port}`, far: `127.0.0.1:${far.port}` });
}

async function nodeDgram(): Promise<Pipe> {
  const open = async () => {
    const socket = createSocket("udp4");
    socket.bind(0, "127.0.0.1");
    await once(socket, "listening");
    return socket;
  };
  const [near, far] = await Promise.all([open(), open()]);
  const ears = new Ears();
  let stalled = false;
  far.on("message", (bytes) => {
    if (!stalled) ears.far(bytes.length);
  });
  near.on("message", (bytes) => ears.near(bytes.length));
  const send = (from: typeof near, to: typeof near) => (frame: Uint8Array) =>
    new Promise<void>((resolve, reject) => {
      from.send(frame, to.address().port, "127.0.0.1", (error) => (error ? reject(error) : resolve()));
    });
  return {
    send: send(near, far),
    answer: send(far, near),
    ...ears.hooks,
    stall: () => {
      stalled = true;
    },
    close: async () => {
      near.close();
      far.close();
    },
  };
}

async function udpLink(): Promise<Pipe> {
  const medium = () => createUdpMedium({ host: benchHost, openLine: openUdpSocket, hostname: "127.0.0.1" });
  const media = { near: medium(), far: medium() };
  return linkPipe(media, (end) => media[end].addresses[0]!);
}

export const udpWire: Wire = {
  name: "udp",
  sizes: [1200],
  contenders: { waxwing: addonUdp, "node-dgram": nodeDgram, "waxwing-link": udpLink },
};

/** For experiments (RFC 3692). */
const protocol = 253;

/** Bound to addresses of their own, so that neither end hears itself. */
async function addonIp(): Promise<Pipe> {
  const to = { near: "127.0.0.2", far: "127.0.0.3" };
  const open = (hostname: string) =>
    openIpSocket({ protocol, hostname }).catch((error: Error) => {
      throw new Absent(error.message);
    });
  const [near, far] = await Promise.all([open(to.near), open(to.far)]);
  return ownPipe({ near, far }, to);
}

interface RawSocket {
  on(event: "message", listener: (bytes: Buffer) => void): void;
  send(bytes: Buffer, offset: number, length: number, to: string, done: (error?: Error) => void): void;
  pauseRecv(): void;
  close(): void;
}

const ipHeaderBytes = 20;

/** It binds to no address: a protocol number for each direction keeps an end from hearing itself. */
async function npmRawSocket(): Promise<Pipe> {
  const require = createRequire(new URL("../peers/package.json", import.meta.url));
  let raw: { createSocket(options: { protocol: number }): RawSocket };
  try {
    raw = require("raw-socket");
  } catch (error) {
    throw new Absent(`raw-socket: ${(error as Error).message.split("\n")[0]}`);
  }
  let sockets: RawSocket[];
  try {
    sockets = [protocol, protocol, protocol + 1, protocol + 1].map((number) =>
      raw.createSocket({ protocol: number }),
    );
  } catch (error) {
    throw new Absent(`raw-socket: ${(error as Error).message}`);
  }
  const [nearOut, farIn, farOut, nearIn] = sockets as [RawSocket, RawSocket, RawSocket, RawSocket];
  for (const socket of [nearOut, farOut]) socket.pauseRecv();
  const ears = new Ears();
  farIn.on("message", (bytes) => ears.far(bytes.length - ipHeaderBytes));
  nearIn.on("message", (bytes) => ears.near(bytes.length - ipHeaderBytes));
  const send = (from: RawSocket) => (frame: Uint8Array) =>
    new Promise<void>((resolve, reject) => {
      const done = (error?: Error) => (error ? reject(error) : resolve());
      from.send(Buffer.from(frame), 0, frame.length, "127.0.0.1", done);
    });
  return {
    send: send(nearOut),
    answer: send(farOut),
    ...ears.hooks,
    stall: () => farIn.pauseRecv(),
    close: async () => {
      for (const socket of sockets) socket.close();
    },
  };
}

export const ipWire: Wire = {
  name: "raw-ip",
  sizes: [1200],
  contenders: { waxwing: addonIp, "raw-socket": npmRawSocket },
};

let cables = 0;

/** A veth pair in this network namespace. */
function cable(): { near: string; far: string; remove(): void } {
  const [near, far] = [`wxb${process.pid % 1e5}a${cables}`, `wxb${process.pid % 1e5}b${cables++}`];
  const ip = (...args: string[]) => {
    const { status, stderr, error } = spawnSync("ip", args, { encoding: "utf8" });
    if (status !== 0) throw new Absent(`ip ${args.join(" ")}: ${stderr || String(error)}`.trim());
  };
  ip("link", "add", near, "type", "veth", "peer", "name", far);
  for (const name of [near, far]) ip("link", "set", name, "up");
  return { near, far, remove: () => ip("link", "del", near) };
}

async function addonEthernet(): Promise<Pipe> {
  const wire = cable();
  const open = (name: string) => openPacketSocket({ interface: name });
  const [near, far] = await Promise.all([open(wire.near), open(wire.far)]);
  return ownPipe({ near, far }, { near: near.address, far: far.address }, wire.remove);
}

async function ethernetLink(): Promise<Pipe> {
  const wire = cable();
  const medium = (name: string) =>
    createRawMedium({ host: benchHost, openLine: openPacketSocket, interface: name });
  const media = { near: medium(wire.near), far: medium(wire.far) };
  const pipe = await linkPipe(media, (end) => media[end].addresses[0]!);
  return {
    ...pipe,
    close: async () => {
      await pipe.close();
      wire.remove();
    },
  };
}

export const ethernetWire: Wire = {
  name: "ethernet",
  sizes: [1400],
  contenders: { waxwing: addonEthernet, "waxwing-link": ethernetLink },
};
