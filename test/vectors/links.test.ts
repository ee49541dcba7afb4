/** Native links as another program writes them (links.py): handshakes, packets and items, byte for byte. */
import { join } from "node:path";
import test from "ava";
import { loadLinkCrypto } from "waxwing";
import { loadCore } from "waxwing/core";
import { RawSession } from "../support/link-endpoints.js";
import {
  decodeItems,
  encodeItems,
  endWithSecrets,
  type LinkItem,
  linkKeysOf,
} from "../support/link-vectors.js";
import { ownVectors, readJson } from "../support/vectors.js";

interface Side {
  readonly seed: string;
  readonly keyId: string;
  readonly session: string;
  readonly x25519: string;
}
interface Handshake {
  readonly name: string;
  readonly readable: boolean;
  readonly initiator: Side & { readonly kem: string };
  readonly responder: Side & { readonly coins: string };
  readonly x25519Shared: string;
  readonly kemShared: string;
  readonly transcript: string;
  readonly keys: string;
  readonly init: string;
  readonly reply: string;
  readonly finish: string;
  readonly data: readonly {
    from: "initiator" | "responder";
    counter: number;
    items: string;
    packet: string;
  }[];
}
type ItemInJson =
  | Exclude<LinkItem, { type: "piece" }>
  | (Extract<LinkItem, { type: "piece" }> & { bytes: string });
interface Vectors {
  readonly handshakes: readonly Handshake[];
  readonly items: readonly { items: readonly ItemInJson[]; bytes: string }[];
  readonly malformedItems: readonly { name: string; bytes: string }[];
}

const vectors = readJson<Vectors>(join(ownVectors, "links.json"));
const crypto = await loadLinkCrypto();
const core = await loadCore();
const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, "hex"));
const hex = (value: Uint8Array) => Buffer.from(value).toString("hex");

for (const vector of vectors.handshakes) {
  const { initiator, responder, readable } = vector;

  test(`${vector.name}: two ends with these secrets say INIT, REPLY and FINISH of these bytes`, (t) => {
    const keysA = linkKeysOf(initiator.seed, initiator.keyId);
    const keysB = linkKeysOf(responder.seed, responder.keyId);
    // The token of the frame is drawn first.
    const secretsA = ["00".repeat(8), initiator.session, initiator.x25519, initiator.kem];
    const a = endWithSecrets(keysA, secretsA, readable);
    const secretsB = [responder.session, responder.x25519, responder.coins];
    const b = endWithSecrets(keysB, secretsB, readable);
    a.send(responder.keyId, bytes("00"), 0);
    const [init] = a.take(0);
    t.is(hex(init!.bytes), vector.init);
    b.packet(init!.bytes, "a", 0);
    const [reply] = b.take(0);
    t.is(hex(reply!.bytes), vector.reply);
    a.packet(reply!.bytes, "b", 0);
    // To a foreign id nobody says who it is: nothing that is shown would prove that id.
    if (!responder.keyId.startsWith("wx1")) return t.deepEqual(a.refused, [responder.keyId]);
    t.is(responder.keyId, keysB.nativeKeyId);
    const [finish] = a.take(0);
    t.is(hex(finish!.bytes), vector.finish);
    b.packet(finish!.bytes, "a", 0);
    t.deepEqual(
      [a, b].map(({ endpoint }) => endpoint.counters.handshakes),
      [1, 1],
    );
    for (const { from, counter, packet } of vector.data)
      if (counter < 3)
        (from === "initiator" ? b : a).packet(bytes(packet), from === "initiator" ? "a" : "b", 0);
    t.deepEqual(
      [a, b].map(({ endpoint }) => endpoint.counters.packetsIgnored),
      [0, 0],
    );
  });

  test(`${vector.name}: its key schedule`, (t) => {
    const ephemeral = bytes(vector.init).subarray(22, 54);
    const encapsulationKey = bytes(vector.init).subarray(54);
    const replyHead = bytes(vector.reply).subarray(0, 1129);
    const { publicKey, secretKey } = crypto.mlKem768.keygen(bytes(initiator.kem));
    t.is(hex(publicKey), hex(encapsulationKey));
    t.is(hex(crypto.mlKem768.decapsulate(replyHead.slice(41), secretKey)), vector.kemShared);
    t.is(hex(crypto.x25519.shared(bytes(responder.x25519), ephemeral.slice())!), vector.x25519Shared);
    t.is(hex(core.sha256(bytes(vector.init + hex(replyHead)))), vector.transcript);
    const secrets = bytes(vector.x25519Shared + vector.kemShared);
    const info = new TextEncoder().encode("waxwing link v1");
    t.is(hex(crypto.hkdf(secrets, bytes(vector.transcript), info, 128)), vector.keys);
  });

  test(`${vector.name}: data packets of these bytes, and their items`, (t) => {
    const keys = bytes(vector.keys);
    const data = { initiator: crypto.aead(keys.slice(64, 96)), responder: crypto.aead(keys.slice(96)) };
    for (const { from, counter, items, packet } of vector.data) {
      const other = from === "initiator" ? "responder" : "initiator";
      const session = new RawSession(
        data[from],
        data[from],
        Number.parseInt(vector[other].session, 16),
        readable,
      );
      t.is(hex(session.seal(bytes(items), counter)), packet, `${from} ${counter}`);
      t.deepEqual(session.open(bytes(packet)), decodeItems(bytes(items)));
    }
  });
}

test("items are written and read as these bytes", (t) => {
  for (const { items, bytes: encoded } of vectors.items) {
    const expected = items.map((item) =>
      item.type === "piece" ? { ...item, bytes: bytes(item.bytes as unknown as string) } : item,
    ) as LinkItem[];
    t.is(hex(encodeItems(expected)), encoded);
    t.deepEqual(decodeItems(bytes(encoded)), expected);
  }
});

for (const { name, bytes: encoded } of vectors.malformedItems)
  test(`items are refused: ${name}`, (t) => {
    t.is(decodeItems(bytes(encoded)), undefined);
  });
