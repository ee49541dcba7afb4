/** The status document: what a node holds and does, as operators, commands and dashboards read it. */

import type { KeyId } from "../base/index.js";
import type { Engine, Host } from "../contracts/index.js";
import type { Running } from "./running.js";
import type { NodeStatus } from "./types.js";
import { version } from "./version.js";

export async function nodeStatus(
  running: Running,
  { keyId, engine, host }: { keyId: KeyId; engine: Engine; host: Pick<Host, "clock"> },
): Promise<NodeStatus> {
  const [stats, peers] = await Promise.all([running.store.stats(), running.peerStatuses()]);
  const { counter } = running;
  const offeredSets = running.offeredSetsStatus();
  return {
    keyId,
    version,
    startedAt: new Date(running.startedAtMs).toISOString(),
    uptimeSeconds: (host.clock.monotonicMs() - running.startedMonotonicMs) / 1000,
    clockSynchronised: host.clock.wallClock().synchronised,
    addresses: {
      peers: running.peerAddresses,
      ...(running.adminAddress === undefined ? {} : { admin: running.adminAddress }),
    },
    engine: engine.features.engine,
    verifier: running.verifierStatus(),
    store: {
      engine: running.store.name,
      records: stats.records,
      recordBytes: stats.recordBytes,
      byKind: Object.fromEntries(stats.byKind),
      lastPosition: stats.lastPosition,
    },
    admission: {
      admitted: counter.admitted,
      duplicates: counter.duplicates,
      refused: counter.refused,
      refusedByReason: counter.refusedByReason,
      fromPeers: counter.fromPeers,
      ...(counter.firstAdmittedAtMs === undefined ? {} : { firstAdmittedAtMs: counter.firstAdmittedAtMs }),
      ...(counter.lastAdmittedAtMs === undefined ? {} : { lastAdmittedAtMs: counter.lastAdmittedAtMs }),
    },
    replication: running.replicationStatus(),
    ...(offeredSets === undefined ? {} : { offeredSets }),
    transport: running.transportCounters(),
    http: running.httpStatus(),
    links: running.linkStatuses(),
    peers,
  };
}
