/**
 * The demo's fourth process: a peer whose key is valid and whose records are not. It sends to every node, over
 * the wire and properly attributed, a tampered record, an unsigned one, and a re-serialised copy of one they hold.
 */
import { base64Decode, hexEncode, utf8Decode, utf8Encode, WaxwingError } from "../../base/index.js";
import type { Engine } from "../../contracts/index.js";
import { loadCore } from "../../core.js";
import { ensureIdentity, parseConfig } from "../../node/index.js";
import { persistRowHash } from "../../records/index.js";
import { encodeFrame } from "../../replication/index.js";
import { createAttributionMemory, createHost, createHttpTransport } from "../../transport/index.js";
import { readInput } from "../input.js";
import { exitCodeOf, printError } from "../output.js";
import type { LiarOrders } from "./liar-process.js";

interface Attestation {
  attestation_id: string;
  original_content_hash: string;
  persist_row_hash: string;
  scrub_signature_classical?: string;
  scrub_signature_pqc?: string;
  attestation_envelope: { manifest: Record<string, unknown>; row: { attestation_id: string } };
}

try {
  await main(JSON.parse(utf8Decode(await readInput("-"))) as LiarOrders);
} catch (error) {
  printError(error, false);
  process.exitCode = exitCodeOf(error);
}

async function main(orders: LiarOrders): Promise<void> {
  const engine = await loadCore();
  const host = await createHost();
  const { identity } = await ensureIdentity(parseConfig({ dataDirectory: orders.dataDirectory }));
  const transport = createHttpTransport({
    host,
    engine,
    identity,
    directory: { lookup: async () => undefined },
    memory: createAttributionMemory(host.clock),
    addressBook: { address: (peer) => orders.targets.find(({ keyId }) => keyId === peer)?.url },
  });
  await transport.start(() => "closed");
  const valid = base64Decode(orders.record);
  const lies = [tamper(engine, valid), unsign(valid), reserialise(valid)];
  for (const { keyId } of orders.targets) {
    for (const lie of lies) {
      const frame = encodeFrame({
        version: 1,
        message: { type: "deliver", kind: "attestation", envelopes: [lie] },
      });
      const outcome = await transport.send(keyId, frame);
      if (outcome.status !== "delivered")
        throw new WaxwingError("demo_failed", `not delivered: ${JSON.stringify(outcome)}`);
    }
  }
  await transport.stop();
  await host.http.close();
}

/** Another content under the old signature, with a fresh id and hashes that fit: only the signature can tell. */
function tamper(engine: Engine, valid: Uint8Array): Uint8Array {
  const record = parse(valid);
  record.attestation_id = crypto.randomUUID();
  record.attestation_envelope.row.attestation_id = record.attestation_id;
  record.attestation_envelope.manifest.version = "6.6.6";
  record.original_content_hash = hexEncode(engine.envelopeHash(encode(record.attestation_envelope)));
  record.persist_row_hash = hexEncode(persistRowHash(engine, encode(record)));
  return encode(record);
}

function unsign(valid: Uint8Array): Uint8Array {
  const record = parse(valid);
  delete record.scrub_signature_classical;
  delete record.scrub_signature_pqc;
  return encode(record);
}

/** The same record in other bytes: another hash on the wire, every signature still valid. */
function reserialise(valid: Uint8Array): Uint8Array {
  return utf8Encode(JSON.stringify(parse(valid), null, 2));
}

function parse(record: Uint8Array): Attestation {
  return JSON.parse(utf8Decode(record)) as Attestation;
}

function encode(value: unknown): Uint8Array {
  return utf8Encode(JSON.stringify(value));
}
