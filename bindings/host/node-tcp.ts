/** TCP of Node.js, and of Deno through its `node:net`. */
import { createServer, connect as openSocket, type Server, type Socket } from "node:net";
import { WaxwingError } from "#base/errors.js";
import type { ByteStream, ByteStreamEvents, TcpHost, TcpListener } from "#contracts/host.js";

/** How long a silent connection is left alone before the system asks whether the peer is there. */
const keepAliveMs = 30_000;

export function createNodeTcp(): TcpHost {
  return {
    connect(address, timeoutMs, events) {
      const socket = openSocket({ host: address.hostname, port: address.port, noDelay: true });
      const timer = setTimeout(
        () => socket.destroy(new Error(`no answer within ${timeoutMs} ms`)),
        timeoutMs,
      );
      socket.once("connect", () => {
        clearTimeout(timer);
        events.opened?.();
      });
      socket.once("close", () => clearTimeout(timer));
      return wireUp(socket, `${bracketed(address.hostname)}:${address.port}`, false, () => events);
    },
    async listen(address, accept) {
      const server = createServer({ noDelay: true }, (socket) => {
        const stream = wireUp(socket, remoteOf(socket), true, () => events);
        const events = accept(stream);
        if (!events) socket.destroy();
      });
      await new Promise<void>((resolve, reject) => {
        server.once("error", (cause) =>
          reject(
            new WaxwingError(
              "transport_config",
              `cannot listen on ${address.hostname}:${address.port}: ${cause.message}`,
              { cause },
            ),
          ),
        );
        server.listen(address.port, address.hostname, resolve);
      });
      return listenerOf(server);
    },
  };
}

function listenerOf(server: Server): TcpListener {
  const { address, port } = server.address() as { address: string; port: number };
  let stopping: Promise<void> | undefined;
  return {
    hostname: address,
    port,
    stop() {
      stopping ??= new Promise((resolve) => {
        server.close(() => resolve());
      });
      return stopping;
    },
  };
}

function wireUp(
  socket: Socket,
  remoteAddress: string,
  wasOpen: boolean,
  events: () => ByteStreamEvents | undefined,
): ByteStream {
  let isOpen = wasOpen;
  let fault: Error | undefined;
  socket.setKeepAlive(true, keepAliveMs);
  socket.once("connect", () => {
    isOpen = true;
  });
  socket.on("data", (bytes) => events()?.data(bytes));
  socket.on("drain", () => events()?.drained());
  socket.on("error", (error) => {
    fault = error;
  });
  socket.on("close", () => {
    const code = isOpen ? "transport_closed" : "transport_unreachable";
    const why = fault?.message ?? "the peer ended the connection";
    events()?.closed(new WaxwingError(code, `tcp ${remoteAddress}: ${why}`, { cause: fault }));
  });
  return {
    remoteAddress,
    // A view may be changed after the call; Node keeps it until it is sent.
    write: (bytes) => socket.write(Uint8Array.from(bytes)),
    end: () => socket.destroySoon(),
    destroy: () => void socket.destroy(),
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
  };
}

function remoteOf(socket: Socket): string {
  return `${bracketed(socket.remoteAddress ?? "")}:${socket.remotePort ?? 0}`;
}

function bracketed(hostname: string): string {
  return hostname.includes(":") ? `[${hostname}]` : hostname;
}
