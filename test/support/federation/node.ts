/** A node of a simulated federation: the real replication plane in one of its versions, and canaries of it. */
import type { IdSets } from "waxwing/core";
import {
  createReplication,
  decodeFrame,
  isCrplMessage,
  openOfferPolicy,
  type Replication,
  receiveVerdict,
} from "waxwing/replication";
import { withOfferedSets } from "waxwing/store";
import type { NodeWorld, SimNode } from "waxwing/testing";
import { hashHex } from "#base/ids.js";
import type { Store } from "#contracts/index.js";
import { createReferenceIdSets } from "../id-sets.js";
import { testKinds } from "../replication.js";
import { isWaxwing, type Version } from "./plan.js";
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
  /** Reconciles by sets that do not follow its store. */
  | "staleSets"
  /** Keeps a mark of every frame. */
  | "hoards";

export interface FederationNodeOptions {
  readonly version: () => Version;
  readonly peers: readonly string[];
  readonly kinds: readonly string[];
  readonly cadenceSeconds: number;
  readonly link?: { readonly frameBytesMax: number; readonly rateBitsPerSecond: number };
  readonly canary?: Canary;
  /** For one life of a node; at once, since the world cannot wait for what is not its own. */
  readonly makeIdSets?: () => IdSets;
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
    const resident =
      version === "reconciling"
        ? withOfferedSets(disk, (options.makeIdSets ?? makeReferenceSets)())
        : undefined;
    // What a commit past the sets adds is in none of them.
    const store = canary === "staleSets" ? disk : (resident ?? disk);
    const admission = await createSealedAdmission({ store, admitsForged: canary === "admitsForged" });
    const { link } = options;
    const replication = await createReplication({
      selfKeyId: world.keyId,
      kinds: testKinds,
      store: brokenStore(store, canary),
      ...(resident ? { offeredSets: resident } : {}),
      admission,
      offerPolicy: openOfferPolicy(),
      host: world.host,
      send: async (peer, bytes, { signal }) => {
        if (canary === "neverConfirms" && isEmptyDiff(bytes)) return { status: "queued" };
        return world.transport.send(peer, bytes, { signal });
      },
      peerFraming: () => (version === "legacy" || version === "v3" ? version : undefined),
      ...(link ? { peerLink: () => link } : {}),
    });
    let marks = 0;
    await world.transport.start((frame) => {
      marks++;
      if (!understands(version, frame.bytes)) return "accepted";
      const { waxwing: _, ...stock } = frame;
      return receiveVerdict(replication.deliverInbound(isWaxwing(version) ? frame : stock));
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
      store,
      replication,
      put,
      held: () => {
        const { responders, rounds, inboxFrames, claims, refusals, deferred } = replication.holdings();
        const sum = responders + rounds + inboxFrames + claims + refusals + deferred;
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
  const isNative = bytes[0] === 0x57;
  switch (version) {
    case "legacy":
      return !isNative && bytes[4] !== 3;
    case "v3":
      return !isNative;
    case "firstWaxwing":
      return !isNative || !isNativeOnly(bytes);
    default:
      return true;
  }
}

function isNativeOnly(bytes: Uint8Array): boolean {
  try {
    return !isCrplMessage(decodeFrame(bytes, testKinds).message);
  } catch {
    return false;
  }
}

/** Cheap ones, where the product's own are not tried. */
const makeReferenceSets = (): IdSets => createReferenceIdSets({ capacity: 20_000, sets: 16 });

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
