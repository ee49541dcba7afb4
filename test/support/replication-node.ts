/** A node of the simulator that runs the real replication plane over the small store and admission. */
import type { IdSets } from "waxwing/core";
import {
  createReplication,
  openOfferPolicy,
  type Replication,
  type ReplicationHandle,
  receiveVerdict,
} from "waxwing/replication";
import { withOfferedSets } from "waxwing/store";
import type { NodeWorld, SimNode } from "waxwing/testing";
import type { OfferPolicy, Store } from "#contracts/index.js";
import { createReferenceIdSets } from "./id-sets.js";
import { testKinds } from "./replication.js";
import { admitOperation, createTestAdmission, recordBytes } from "./replication-store.js";

export interface ReplicationNode extends SimNode {
  readonly store: Store;
  readonly replication: Replication;
  readonly handle: ReplicationHandle;
  /** Durable when it resolves. */
  put(kind: string, id: string, extra?: Record<string, unknown>): Promise<void>;
  /** The same past admission, whatever the record says. */
  plant(kind: string, id: string, extra?: Record<string, unknown>): Promise<void>;
}

export interface ReplicationNodeOptions {
  readonly peers: readonly string[];
  readonly kinds?: readonly string[];
  readonly cadenceSeconds?: number;
  readonly framing?: "v3" | "legacy" | "native";
  readonly offerPolicy?: OfferPolicy;
  /** Ids that it keeps as sets; 0: every kind goes by Summary. */
  readonly idsMax?: number;
  /** Sees each frame before it is sent. */
  readonly onSend?: (peer: string, bytes: Uint8Array, store: Store) => Promise<void>;
  /** Where they are kept; the oracle's by default, which needs no time to load and much to work. */
  readonly idSets?: IdSets;
}

const idsMaxDefault = 20_000;

export function replicationNode(options: ReplicationNodeOptions) {
  return async (world: NodeWorld): Promise<ReplicationNode> => {
    const { idsMax = idsMaxDefault } = options;
    const disk = await world.openStore();
    const { idSets = createReferenceIdSets({ capacity: Math.max(1, idsMax), sets: 20 }) } = options;
    const offered = idsMax === 0 ? undefined : withOfferedSets(disk, idSets);
    const store = offered ?? disk;
    const admission = createTestAdmission(store);
    const replication = await createReplication({
      selfKeyId: world.keyId,
      kinds: testKinds,
      store,
      ...(offered === undefined ? {} : { offeredSets: offered }),
      admission,
      offerPolicy: options.offerPolicy ?? openOfferPolicy(),
      host: world.host,
      send: async (peer, bytes, { signal }) => {
        await options.onSend?.(peer, bytes, store);
        return world.transport.send(peer, bytes, { signal });
      },
      peerFraming: () => options.framing,
    });
    await world.transport.start((frame) => receiveVerdict(replication.deliverInbound(frame)));
    const kinds = options.kinds ?? ["key", "note", "attestation"];
    const handle = replication.start(
      options.peers.filter((peer) => peer !== world.keyId).map((keyId) => ({ keyId, kinds })),
      { cadenceSeconds: options.cadenceSeconds ?? 5 },
    );
    return {
      store,
      replication,
      handle,
      async put(kind, id, extra = {}) {
        const [verdict] = await admission.admit(kind, [recordBytes(id, extra)], {});
        if (verdict?.status === "refused") throw new Error(`put ${id}: ${verdict.refusal.code}`);
        replication.hint(kind);
      },
      async plant(kind, id, extra = {}) {
        await store.commit([admitOperation(kind, recordBytes(id, extra))]);
      },
      async stop() {
        await replication.close();
        await world.transport.stop();
      },
    };
  };
}
