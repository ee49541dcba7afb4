/**
 * Host of Node.js ≥ 20.19: clock, timers, secure randomness, files, HTTP client and HTTP server. Each is a
 * file of its own beside this one. Nothing is opened until it is used; `http.close` ends kept connections.
 */
import { webcrypto } from "node:crypto";
import type { Host, Random, Timers } from "#contracts/host.js";
import { createNodeClock } from "./node-clock.js";
import { createNodeFiles } from "./node-files.js";
import { createNodeHttpClient } from "./node-http-client.js";
import { serveNodeHttp } from "./node-http-server.js";

export function createNodeHost(): Host {
  return {
    clock: createNodeClock(),
    timers: platformTimers,
    random: platformRandom,
    files: createNodeFiles(),
    http: createNodeHttpClient(),
    serveHttp: serveNodeHttp,
  };
}

/** Longest delay that `setTimeout` takes; longer ones would fire at once. */
const delayMsMax = 2 ** 31 - 1;

const platformTimers: Timers = {
  after(delayMs, fire) {
    // Rounded up, because timers count whole milliseconds and may never fire early.
    const timer = setTimeout(fire, Math.min(Math.ceil(Math.max(delayMs, 0)), delayMsMax));
    return { cancel: () => clearTimeout(timer) };
  },
};

/** `getRandomValues` gives at most 65 536 bytes a call. */
const randomBytesPerCall = 65_536;

const platformRandom: Random = {
  bytes(length) {
    const bytes = new Uint8Array(length);
    for (let i = 0; i < length; i += randomBytesPerCall)
      webcrypto.getRandomValues(bytes.subarray(i, i + randomBytesPerCall));
    return bytes;
  },
};
