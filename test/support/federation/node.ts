/** A node of a simulated federation: the real replication plane in one of its versions, and canaries of it. */
import {
  createReplication,
  decodeFrame,
  openOfferPolicy,
  type Replication,
  receiveVerdict,
} from "waxwing/replication";
import type { NodeWorld, SimNode } from "waxwing/testing";
import { hashHex } from "#base/ids.js";
import type { Store } from "#contracts/index.js";
import { testKinds } from "../replication.js";
import type { Version } from "./plan.js";
import { createSealedAdmission, sealRecord } from "./sealed-records.js";

/** A node that is broken on purpose in one way, which a checker must find. */
export type Canary =
  /** Takes records that nobody sealed. */
  | "admitsForged"
  /** Offers local records. */
  | "leaksLocal"
  /** Says nothing where it misses nothing, so that the peer never turns the page. */
  | "neverConfirms"
  /** Never asks again for what it asked for once. */
  | "ignoresLoss"
  /** Begins another round as soon as one has ended. */
  | "chatters"
  /** Leaves its rounds and timers behind when it stops. */
  | "stopsHalf"
  /** Acknowledges what it has not written. */
  | "acknowledgesEarly"
  /** Keeps a mark of every frame. */
  | "hoards";

export interface FederationNodeOptions {
  readonly version: () => Version;
  readonly peers: readonly string[];
  readonly kinds: readonly string[];
  readonly cadenceSeconds: number;
  readonly link?: { readonly frameBytesMax: number; readonly rateBitsPerSecond: number };
  readonly canary?: Canary;
}

export interface FederationNode extends SimNode {
  readonly store: Store;
  readonly replication: Replication;
  /** Durable when it resolves to true; false when it was refused, by a full disk say. */
  put(kind: string, bytes: Uint8Array): Promise<boolean>;
  /** Everything that it holds in memory and could grow. */
  held(): number;
}

/** The record that brings a node's key. */
export const keyRecord = (name: string): Uint8Array =>
  sealRecord({ id: `key of ${name}`, by: name, visibility: "federation", pad: "" });

export function federationNode(options: FederationNodeOptions) {
  const { canary } = options;
  return async (world: NodeWorld): Promise<FederationNode> => {
    const version = options.version();
    const disk = await world.openStore();
    const admission = await createSealedAdmission({ store: disk, admitsForged: canary === "admitsForged" });
    const { link } = options;
    const replication = await createReplication({
      selfKeyId: world.keyId,
      kinds: testKinds,
      store: brokenStore(disk, canary),
      admission,
      offerPolicy: openOfferPolicy(),
      host: world.host,
      send: async (peer, bytes, { signal }) => {
        if (canary === "neverConfirms" && isEmptyDiff(bytes)) return { status: "queued" };
        return world.transport.send(peer, bytes, { signal });
      },
      peerFraming: () => (version === "waxwing" ? undefined : version),
      ...(link ? { peerLink: () => link } : {}),
    });
    let marks = 0;
    await world.transport.start((frame) => {
      marks++;
      if (!understands(version, frame.bytes)) return "accepted";
      const { waxwing: _, ...stock } = frame;
      return receiveVerdict(replication.deliverInbound(version === "waxwing" ? frame : stock));
    });
    const handle = replication.start(
      options.peers.map((keyId) => ({ keyId, kinds: options.kinds })),
      { cadenceSeconds: options.cadenceSeconds },
    );
    if (canary === "chatters") {
      void (async () => {
        for await (const { report } of replication.events) handle.roundNow(report.peer, report.kind);
      })();
    }
    const put = async (kind: string, bytes: Uint8Array): Promise<boolean> => {
      if (canary === "acknowledgesEarly") {
        void admission.admit(kind, [bytes], {}).catch(() => undefined);
        return true;
      }
      try {
        const [verdict] = await admission.admit(kind, [bytes], {});
        if (verdict?.status === "refused") return false;
        if (verdict?.status === "admitted" && verdict.admittedKey)
          replication.keyAdmitted(verdict.admittedKey);
      } catch {
        return false;
      }
      replication.hint(kind);
      return true;
    };
    return {
      store: disk,
      replication,
      put,
      held: () => {
        const { streams: _, ...holdings } = replication.holdings();
        const sum = Object.values(holdings).reduce((total, count) => total + count, 0);
        return canary === "hoards" ? sum + marks : sum;
      },
      stop: async () => {
        if (canary !== "stopsHalf") await replication.close();
        await world.transport.stop();
      },
    };
  };
}

/** A peer of an older version drops what it cannot read, and its door says 200 all the same. */
function understands(version: Version, bytes: Uint8Array): boolean {
  if (version === "waxwing") return true;
  const isNative = bytes[0] === 0x57;
  return !isNative && (version === "v3" || bytes[4] !== 3);
}

function isEmptyDiff(bytes: Uint8Array): boolean {
  const { message } = decodeFrame(bytes, testKinds);
  return message.type === "diff" && message.want.length === 0;
}

function brokenStore(store: Store, canary: Canary | undefined): Store {
  if (canary === "leaksLocal") {
    const offerPage: Store["offerPage"] = async (kind, page) =>
      (await store.list(kind, page)).map((record) => ({ ...record, bytes: record.bytes.length }));
    return overriding(store, { offerPage });
  }
  if (canary === "ignoresLoss") {
    const asked = new Set<string>();
    const holds: Store["holds"] = async (kind, hashes) => {
      const held = await store.holds(kind, hashes);
      return hashes.map((hash, index) => {
        const wasAsked = asked.has(hashHex(hash));
        asked.add(hashHex(hash));
        return wasAsked || held[index]!;
      });
    };
    return overriding(store, { holds });
  }
  return store;
}

function overriding(store: Store, changes: Partial<Store>): Store {
  return new Proxy(store, {
    get(target, member) {
      const value = Reflect.get(changes, member) ?? Reflect.get(target, member);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
