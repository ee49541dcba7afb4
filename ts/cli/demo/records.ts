/**
 * The demo's cast and what it signs: an identity for each node, one publisher that attests every package
 * manifest, one liar; their key records and identity occurrences; and an attestation for every manifest.
 */
import { join } from "node:path";
import { base64Encode, WaxwingError } from "../../base/index.js";
import type { Engine, Identity } from "../../contracts/index.js";
import { loadCore } from "../../core.js";
import { ensureIdentity, type NodeCard, parseConfig } from "../../node/index.js";
import {
  buildAttestation,
  buildIdentityOccurrence,
  buildKeyRecord,
  type JsonObject,
} from "../../records/index.js";
import { note } from "../output.js";
import { findManifests } from "./manifests.js";
import { progressBar } from "./progress.js";

export interface Actor {
  readonly name: string;
  readonly directory: string;
  readonly identity: Identity;
}

export interface Cast {
  readonly engine: Engine;
  readonly nodes: readonly Actor[];
  readonly publisher: Actor;
  readonly liar: Actor;
  cardOf(keyId: string): NodeCard;
}

/** Fewer real records than this would show nothing. */
const manifestsMin = 300;

export async function makeCast(folder: string): Promise<Cast> {
  const actor = async (name: string): Promise<Actor> => {
    const directory = join(folder, name);
    const { identity } = await ensureIdentity(parseConfig({ dataDirectory: directory }));
    return { name, directory, identity };
  };
  const [a, b, c, publisher, liar] = await Promise.all([
    actor("A"),
    actor("B"),
    actor("C"),
    actor("publisher"),
    actor("liar"),
  ]);
  const nodes = [a, b, c];
  const cards = new Map(
    [...nodes, publisher, liar].map(({ identity }) => [identity.keyId, toCard(identity)]),
  );
  return { engine: await loadCore(), nodes, publisher, liar, cardOf: (keyId) => cards.get(keyId)! };
}

function toCard({ keyId, publicKeys }: Identity): NodeCard {
  return {
    keyId,
    publicKeys: { ed25519: base64Encode(publicKeys.ed25519), mlDsa65: base64Encode(publicKeys.mlDsa65) },
  };
}

export interface DemoRecords {
  /** Key records, then identity occurrences: what makes the signers known. */
  readonly introductions: readonly Uint8Array[];
  readonly attestations: readonly Uint8Array[];
}

export async function makeRecords(
  { engine, nodes, publisher }: Cast,
  packages: string,
): Promise<DemoRecords> {
  const { manifests, leftOut } = await findManifests(engine, packages);
  note(
    `found            ${manifests.length} package manifests below ${packages}${leftOut > 0 ? `, ${leftOut} left out` : ""}`,
  );
  if (manifests.length < manifestsMin) {
    throw new WaxwingError(
      "demo_failed",
      `the demo needs ${manifestsMin} package manifests below ${packages}, found ${manifests.length}`,
    );
  }
  const now = Date.now();
  const signers = [...nodes, publisher];
  const records: Uint8Array[] = [];
  const bar = progressBar("sign            ", 2 * signers.length + manifests.length);
  const add = async (record: Promise<{ bytes: Uint8Array }>) => {
    records.push((await record).bytes);
    bar.update(records.length);
  };
  for (const { identity } of nodes)
    await add(buildKeyRecord(engine, identity, { validFromMs: now, identityType: "node" }));
  await add(buildKeyRecord(engine, publisher.identity, { validFromMs: now, identityType: "agent" }));
  for (const { identity } of signers) {
    await add(buildIdentityOccurrence(engine, identity, { deviceClass: "server", assertedAtMs: now }));
  }
  for (const { path, json } of manifests) {
    await add(
      buildAttestation(engine, publisher.identity, {
        attestationId: crypto.randomUUID(),
        attestationType: "scores",
        assertedAtMs: now,
        content: { path, manifest: json } as JsonObject,
      }),
    );
  }
  bar.done();
  const introduced = 2 * signers.length;
  return { introductions: records.slice(0, introduced), attestations: records.slice(introduced) };
}
