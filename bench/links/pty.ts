/** A pseudo-terminal joined by socat: the addon's port, `serialport` of npm, and a link over the addon's. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { openSerialPort, type SerialPort } from "waxwing/native";
import { createSerialMedium } from "waxwing/transport";
import { benchHost, linkPipe } from "./link-pipe.js";
import { Absent, Ears, type Pipe, type Wire } from "./pipe.js";

/** As fast as a pty goes: its speed is no setting. */
const baudRate = 4_000_000;

async function cable(): Promise<{ a: string; b: string; remove(): void }> {
  if (spawnSync("socat", ["-V"]).error) throw new Absent("socat is not installed");
  const folder = mkdtempSync(join(tmpdir(), "waxwing-bench-"));
  const [a, b] = [join(folder, "a"), join(folder, "b")] as const;
  const socat: ChildProcess = spawn("socat", [
    "-b",
    "65536",
    `pty,raw,echo=0,link=${a}`,
    `pty,raw,echo=0,link=${b}`,
  ]);
  for (let tries = 0; !(existsSync(a) && existsSync(b)); tries++) {
    if (tries > 1000) throw new Absent("socat made no ptys");
    await delay(5);
  }
  return {
    a,
    b,
    remove() {
      socat.kill("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function drainTo(port: SerialPort, tell: () => (bytes: number) => void): { stall(): void } {
  const buffer = new Uint8Array(65_536);
  let stalled = false;
  port.onReadable = () => {
    while (!stalled) {
      const length = port.drainInto(buffer);
      if (length === 0) return;
      tell()(length);
    }
  };
  return {
    stall: () => {
      stalled = true;
    },
  };
}

async function addon(): Promise<Pipe> {
  const wire = await cable();
  const [near, far] = await Promise.all([wire.a, wire.b].map((path) => openSerialPort({ path, baudRate })));
  const ears = new Ears();
  const reader = drainTo(far!, () => ears.far);
  drainTo(near!, () => ears.near);
  return {
    send: (frame) => near!.write(frame),
    answer: (frame) => far!.write(frame),
    ...ears.hooks,
    stall: () => reader.stall(),
    close: async () => {
      await Promise.allSettled([near!.close(), far!.close()]);
      wire.remove();
    },
  };
}

interface NpmPort {
  write(bytes: Uint8Array, done: (error?: Error) => void): boolean;
  on(event: "data", listener: (bytes: Buffer) => void): void;
  once(event: "open" | "error", listener: (error?: Error) => void): void;
  pause(): void;
  close(done: () => void): void;
}

async function npmSerialport(): Promise<Pipe> {
  const require = createRequire(new URL("../peers/package.json", import.meta.url));
  let make: new (options: { path: string; baudRate: number }) => NpmPort;
  try {
    make = require("serialport").SerialPort;
  } catch (error) {
    throw new Absent(`serialport: ${(error as Error).message.split("\n")[0]}`);
  }
  const wire = await cable();
  const open = (path: string) =>
    new Promise<NpmPort>((resolve, reject) => {
      const port = new make({ path, baudRate });
      port.once("open", () => resolve(port));
      port.once("error", reject);
    });
  const [near, far] = await Promise.all([open(wire.a), open(wire.b)]);
  const ears = new Ears();
  far.on("data", (bytes) => ears.far(bytes.length));
  near.on("data", (bytes) => ears.near(bytes.length));
  const write = (port: NpmPort) => (frame: Uint8Array) =>
    new Promise<void>((resolve, reject) => {
      port.write(Buffer.from(frame), (error) => (error ? reject(error) : resolve()));
    });
  return {
    send: write(near),
    answer: write(far),
    ...ears.hooks,
    stall: () => far.pause(),
    close: async () => {
      await Promise.race([
        Promise.all([near, far].map((port) => new Promise<void>((resolve) => port.close(resolve)))),
        delay(2000),
      ]);
      wire.remove();
    },
  };
}

async function link(): Promise<Pipe> {
  const wire = await cable();
  const medium = (path: string) =>
    createSerialMedium({ host: benchHost, openLine: openSerialPort, path, baudRate: 100_000_000 });
  const pipe = await linkPipe({ near: medium(wire.a), far: medium(wire.b) }, () => "");
  return {
    ...pipe,
    close: async () => {
      await pipe.close();
      wire.remove();
    },
  };
}

export const ptyWire: Wire = {
  name: "pty",
  sizes: [64, 4096],
  contenders: { waxwing: addon, serialport: npmSerialport, "waxwing-link": link },
};
