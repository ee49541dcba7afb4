/** A node that stops: operators see it drain, and what is under way is answered. */
import { connect } from "node:net";
import test from "ava";
import { createNode } from "waxwing";
import { eventually } from "../support/eventually.js";

test("a stopping node answers what is under way, says that it drains, and ends", async (t) => {
  const node = await createNode({
    store: { engine: "memory" },
    listen: { hostname: "127.0.0.1", port: 0 },
    admin: { hostname: "127.0.0.1", port: 0 },
    log: { level: "silent" },
  });
  t.is(node.health, "stopped");
  await node.start();
  t.is(node.health, "running");
  const { addresses } = await node.status();
  const health = async () => {
    const response = await fetch(`${addresses.admin}/healthz`, { headers: { connection: "close" } });
    return `${response.status} ${(await response.text()).trim()}`;
  };
  t.is(await health(), "200 ok");

  const socket = connect(Number(new URL(addresses.peers[0]!).port), "127.0.0.1");
  let answer = "";
  socket.on("data", (chunk) => {
    answer += chunk.toString("latin1");
  });
  const ended = new Promise((resolve) => socket.once("close", resolve));
  socket.write(
    "POST /edge/inbound HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\nCR",
  );
  await eventually("the request is under way", () => answer === "HTTP/1.1 100 Continue\r\n\r\n");
  answer = "";

  const stopping = node.stop();
  await eventually("the node drains", () => node.health === "draining");
  t.is(await health(), "503 draining");
  socket.write("PL");
  await ended;
  t.regex(answer, /^HTTP\/1\.1 202 /);
  t.regex(answer, /connection: close/i);
  await stopping;
  t.is(node.health, "stopped");
  await t.throwsAsync(health());
  await node[Symbol.asyncDispose]();
});

test("listen.rate and its refusals are seen in status and metrics", async (t) => {
  const node = await createNode({
    store: { engine: "memory" },
    listen: { hostname: "127.0.0.1", port: 0, rate: { unproven: { framesPerSecond: 0.1, framesBurst: 1 } } },
    admin: false,
    log: { level: "silent" },
  });
  await node.start();
  const { addresses } = await node.status();
  const post = async () => {
    const response = await fetch(addresses.peers[0]!, { method: "POST", body: "CRPL" });
    return [response.status, response.headers.get("retry-after")];
  };
  t.deepEqual(await post(), [202, null]);
  t.deepEqual(await post(), [429, "10"]);
  const { http } = await node.status();
  t.deepEqual(http, {
    framesUnattributed: 1,
    tokensOfUnknownKeys: 0,
    refusals: { source_rate_limited: 1 },
  });
  t.regex(
    await node.metrics.text(),
    /waxwing_transport_http_refused_total\{reason="source_rate_limited"\} 1/,
  );
  await node.stop();
  await node[Symbol.asyncDispose]();
});
