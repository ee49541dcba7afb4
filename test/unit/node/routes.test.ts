/** Which way a frame takes: links that are up in the book's order, then the url, then links that are down. */
import test from "ava";
import type { SendOutcome } from "#dist/contracts/transport.js";
import { Routes } from "#dist/node/routes.js";

interface Way {
  readonly isUp?: boolean;
  readonly reaches?: boolean;
  readonly outcome?: SendOutcome;
}

const failed: SendOutcome = { status: "failed", reason: "unreachable", detail: "" };

/** Routes over transports that only note who was asked; `peer` is what the book says of everybody. */
function routesOver(
  ways: Readonly<Record<string, Way>>,
  peer: { url?: string; links?: string[] } | undefined,
) {
  const asked: string[] = [];
  const transport = (name: string, { isUp = true, reaches = false, outcome = failed }: Way = {}) => ({
    link: { name },
    isUp,
    reaches: () => reaches,
    async send() {
      asked.push(name);
      return outcome;
    },
  });
  const { http, ...links } = ways;
  const named = Object.entries(links).map(([name, way]) => ({ name, transport: transport(name, way) }));
  const known = peer && { keyId: "p", ...peer, links: peer.links?.map((name) => ({ name })) };
  const routes = new Routes(transport("http", http) as never, named as never, { get: () => known as never });
  return { asked, first: () => routes.linkTo("p"), send: () => routes.send("p", new Uint8Array(1), {}) };
}

test("routes: links that are up as the book orders them, the url, then links that are down", async (t) => {
  const { asked, first, send } = routesOver(
    { slow: {}, gone: { isUp: false }, fast: {}, other: {} },
    { url: "http://p.example", links: ["gone", "fast", "slow"] },
  );
  t.deepEqual(first() as unknown, { name: "fast" });
  t.deepEqual(await send(), failed);
  t.deepEqual(asked, ["fast", "slow", "http", "gone"], "and none that the book does not name");
});

test("routes: a frame is sent once when a way delivers or refuses it, or the node closes", async (t) => {
  const outcomes: SendOutcome[] = [
    { status: "delivered" },
    { status: "rejected", reason: "busy", detail: "" },
    { status: "failed", reason: "closed", detail: "" },
  ];
  for (const outcome of outcomes) {
    const { asked, send } = routesOver(
      { one: {}, two: { outcome }, three: {} },
      { links: ["one", "two", "three"] },
    );
    t.deepEqual(await send(), outcome);
    t.deepEqual(asked, ["one", "two"]);
  }
});

test("routes: without a url HTTP is tried only where nothing else leads to the peer", async (t) => {
  const linked = routesOver({ one: {} }, { links: ["one"] });
  await linked.send();
  t.deepEqual(linked.asked, ["one"]);
  const stranger = routesOver({ one: {}, two: { reaches: true } }, undefined);
  await stranger.send();
  t.deepEqual(stranger.asked, ["two"], "who is not in the book is answered where it was heard");
  const nowhere = routesOver({ one: {} }, { links: ["removed"] });
  await nowhere.send();
  t.deepEqual(nowhere.asked, ["http"]);
});
