/**
 * Host of Node.js ≥ 20.19: clock, timers, secure randomness, files, HTTP client and HTTP server. Each is a
 * file of its own beside this one. Nothing is opened until it is used; `http.close` ends kept connections.
 */
import { existsSync } from "node:fs";
import type { Host } from "#contracts/host.js";
import { createNodeFiles } from "./node-files.js";
import { createNodeHttpClient } from "./node-http-client.js";
import { serveNodeHttp } from "./node-http-server.js";
import { createNodeTcp } from "./node-tcp.js";
import { platformRandom, platformTimers } from "./platform.js";
import { createWallClock } from "./wall-clock.js";

export function createNodeHost(): Host {
  return {
    clock: createWallClock(existsSync),
    timers: platformTimers,
    random: platformRandom,
    files: createNodeFiles(),
    http: createNodeHttpClient(),
    tcp: createNodeTcp(),
    serveHttp: serveNodeHttp,
  };
}
