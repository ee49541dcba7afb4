/**
 * What a running node answers on its control socket: the commands of the `waxwing` program, as HTTP.
 * The socket's file mode (0600) is the authorization: whoever can open it owns the node.
 */
import { Hono } from "hono";
import { hashHex, isWaxwingError, limits, utf8Decode, WaxwingError } from "../base/index.js";
import { type ControlVerdict, toControlVerdict } from "./control-client.js";
import { parsePeer } from "./peer-book.js";
import { stateHeadJson } from "./state-heads.js";
import type { WaxwingNode } from "./types.js";

export function createControlApp(node: WaxwingNode): Hono {
  const app = new Hono();

  app.get("/v1/status", async (context) => context.json(await node.status()));
  app.get("/v1/card", (context) => context.json(node.card()));
  app.get("/v1/store-hash", async (context) => context.json(await node.storeHash()));

  app.post("/v1/records", async (context) => {
    const kind = context.req.query("kind");
    const records = splitFrames(await readBody(context.req.raw));
    const verdicts: ControlVerdict[] = [];
    for await (const result of node.putBatch(records, kind === undefined ? {} : { kind }))
      verdicts.push(toControlVerdict(result));
    return context.json(verdicts);
  });

  app.get("/v1/records/:kind", async (context) => {
    const page = await node.list(context.req.param("kind"), context.req.query("cursor"));
    const records = page.records.map(({ hash, position, bytes }) => ({
      hash: hashHex(hash),
      position,
      bytes: bytes.length,
    }));
    return context.json({ records, ...(page.next === undefined ? {} : { next: page.next }) });
  });

  app.get("/v1/records/:kind/:hash", async (context) => {
    const record = await node.get(context.req.param("kind"), context.req.param("hash"));
    if (record === undefined) throw new WaxwingError("record_not_found", "no record of that kind and hash");
    return context.body(new Uint8Array(record.bytes), 200, { "content-type": "application/octet-stream" });
  });

  app.get("/v1/peers", async (context) => context.json(await node.peers.list()));
  app.post("/v1/peers", async (context) => {
    await node.peers.add(parsePeer(JSON.parse(utf8Decode(await readBody(context.req.raw)))));
    return context.json({ added: true });
  });
  app.delete("/v1/peers/:keyId", async (context) => {
    return context.json({ removed: await node.peers.remove(context.req.param("keyId")) });
  });

  app.post("/v1/rounds", async (context) =>
    context.json({ opened: node.roundNow(JSON.parse(utf8Decode(await readBody(context.req.raw)))) }),
  );

  app.get("/v1/state-heads", async (context) => {
    const kinds = context.req.queries("kind");
    const peerKeyId = context.req.query("peer");
    const statements = await node.stateHeads(kinds, peerKeyId === undefined ? {} : { peerKeyId });
    return context.json(statements.map(({ bytes }) => utf8Decode(bytes)));
  });
  app.post("/v1/state-heads/verify", async (context) =>
    context.json(stateHeadJson(await node.verifyStateHead(await readBody(context.req.raw)))),
  );

  app.onError((error, context) => {
    if (error instanceof SyntaxError || error instanceof RangeError || error instanceof TypeError) {
      return context.json({ error: { code: "control_protocol", message: error.message, detail: {} } }, 400);
    }
    if (isWaxwingError(error, "record_not_found")) return context.json({ error: error.toJSON() }, 404);
    if (isWaxwingError(error)) return context.json({ error: error.toJSON() }, 409);
    return context.json({ error: { code: "control_protocol", message: error.message, detail: {} } }, 500);
  });
  app.notFound((context) =>
    context.json({ error: { code: "control_protocol", message: "no such request", detail: {} } }, 404),
  );
  return app;
}

async function readBody(request: Request): Promise<Uint8Array> {
  const body = new Uint8Array(await request.arrayBuffer());
  if (body.length > limits.controlRequestBytesMax) {
    throw new WaxwingError(
      "frame_too_large",
      `a control request has at most ${limits.controlRequestBytesMax} bytes`,
      {
        detail: { bytes: body.length },
      },
    );
  }
  return body;
}

/** Records framed as u32 BE length ‖ bytes. */
function* splitFrames(body: Uint8Array): Generator<Uint8Array> {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  for (let offset = 0; offset < body.length; ) {
    if (offset + 4 > body.length) throw new RangeError("batch: a length is cut off");
    const length = view.getUint32(offset);
    if (offset + 4 + length > body.length) throw new RangeError("batch: a record is cut off");
    yield body.subarray(offset + 4, offset + 4 + length);
    offset += 4 + length;
  }
}
