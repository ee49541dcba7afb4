/**
 * Prometheus metrics of one node, in a registry of its own. Values are read when they are asked for, so
 * nothing on a hot path counts twice. `docs/metrics.md` lists them.
 */
import { Counter, Gauge, Registry } from "prom-client";
import type { NodeStatus } from "./types.js";

export class NodeMetrics {
  readonly #registry = new Registry();
  readonly #read: () => Promise<NodeStatus>;
  readonly #gauges: readonly { update(status: NodeStatus): void }[];

  constructor(read: () => Promise<NodeStatus>) {
    this.#read = read;
    this.#gauges = this.#declare();
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  async text(): Promise<string> {
    const status = await this.#read();
    for (const gauge of this.#gauges) gauge.update(status);
    return this.#registry.metrics();
  }

  #declare(): { update(status: NodeStatus): void }[] {
    const { transport } = metricSources;
    return [
      this.#gauge(
        "waxwing_node_uptime_seconds",
        "Seconds since the node started",
        (status) => status.uptimeSeconds,
      ),
      this.#gauge("waxwing_node_clock_synchronised", "1 when the wall clock is to be believed", (status) =>
        Number(status.clockSynchronised),
      ),
      this.#gauge("waxwing_node_peers", "Peers known", (status) => status.peers.length),
      this.#byLabel("waxwing_store_records", "Records held", "kind", "gauge", (status) =>
        Object.entries(status.store.byKind).map(([kind, { records }]) => [kind, records]),
      ),
      this.#byLabel("waxwing_store_record_bytes", "Bytes of records held", "kind", "gauge", (status) =>
        Object.entries(status.store.byKind).map(([kind, { recordBytes }]) => [kind, recordBytes]),
      ),
      this.#counter(
        "waxwing_trust_records_admitted_total",
        "Records admitted",
        (status) => status.admission.admitted,
      ),
      this.#counter(
        "waxwing_trust_records_duplicate_total",
        "Records that were held already",
        (status) => status.admission.duplicates,
      ),
      this.#byLabel("waxwing_trust_records_refused_total", "Records refused", "reason", "counter", (status) =>
        Object.entries(status.admission.refusedByReason).map(([reason, count]) => [reason, count ?? 0]),
      ),
      this.#byLabel(
        "waxwing_core_signatures_verified_total",
        "Signatures verified in batches",
        "thread",
        "counter",
        ({ verifier }) => [
          ["worker", verifier.itemsOnWorkers],
          ["node", verifier.itemsInline],
        ],
      ),
      this.#gauge(
        "waxwing_core_verify_workers",
        "Worker threads that verify now",
        ({ verifier }) => verifier.running,
      ),
      this.#counter(
        "waxwing_core_verify_worker_restarts_total",
        "Worker threads started again after they had ended by themselves",
        ({ verifier }) => verifier.restarts,
      ),
      this.#counter("waxwing_transport_frames_sent_total", "Frames sent", transport("framesSent")),
      this.#counter(
        "waxwing_transport_frames_received_total",
        "Frames received",
        transport("framesReceived"),
      ),
      this.#counter("waxwing_transport_sent_bytes_total", "Frame bodies sent, bytes", transport("bytesSent")),
      this.#counter(
        "waxwing_transport_received_bytes_total",
        "Frame bodies received, bytes",
        transport("bytesReceived"),
      ),
      this.#counter(
        "waxwing_transport_frames_refused_total",
        "Frames refused by the listener",
        transport("framesRefused"),
      ),
      this.#counter(
        "waxwing_transport_send_failures_total",
        "Frames that could not be sent",
        transport("sendFailures"),
      ),
      this.#counter(
        "waxwing_transport_http_unattributed_total",
        "Frames taken over HTTP without a proven sender",
        ({ http }) => http.framesUnattributed,
      ),
      this.#byLabel(
        "waxwing_transport_http_refused_total",
        "Frames refused over HTTP, by reason",
        "reason",
        "counter",
        ({ http }) => Object.entries(http.refusals).map(([reason, count]) => [reason, count ?? 0]),
      ),
      this.#byLabel("waxwing_transport_link_up", "1 when the wire is there", "link", "gauge", ({ links }) =>
        links.map(({ name, isUp }) => [name, Number(isUp)]),
      ),
      this.#byLabel(
        "waxwing_transport_link_packets_damaged_total",
        "Packets that noise or length spoilt",
        "link",
        "counter",
        ({ links }) => links.map(({ name, counters }) => [name, counters.medium.packetsDamaged]),
      ),
      this.#byLabel(
        "waxwing_transport_link_sent_bytes_total",
        "Bytes given to the wire, framing included",
        "link",
        "counter",
        ({ links }) => links.map(({ name, counters }) => [name, counters.medium.wireBytesSent]),
      ),
      this.#byLabel(
        "waxwing_transport_link_received_bytes_total",
        "Bytes taken from the wire, framing included",
        "link",
        "counter",
        ({ links }) => links.map(({ name, counters }) => [name, counters.medium.wireBytesReceived]),
      ),
      this.#byLabel(
        "waxwing_transport_link_packets_lost_total",
        "Packets taken for lost, whose content was sent again",
        "link",
        "counter",
        ({ links }) => links.map(({ name, counters }) => [name, counters.packetsLost]),
      ),
      this.#byLabel(
        "waxwing_transport_link_handshakes_total",
        "Sessions agreed, whoever opened them",
        "link",
        "counter",
        ({ links }) => links.map(({ name, counters }) => [name, counters.handshakes]),
      ),
      this.#byLabel(
        "waxwing_transport_link_reconnects_total",
        "Times that the port or socket was opened again",
        "link",
        "counter",
        ({ links }) => links.map(({ name, counters }) => [name, counters.medium.reconnects]),
      ),
      this.#byLabel(
        "waxwing_replication_offered_ids",
        "Record ids kept resident for reconciliation, of sets that are loaded",
        "kind",
        "gauge",
        ({ offeredSets }) => Object.entries(offeredSets?.byKind ?? {}),
      ),
      this.#gauge(
        "waxwing_replication_offered_ids_max",
        "Record ids that may be kept resident",
        ({ offeredSets }) => offeredSets?.idsMax ?? 0,
      ),
      this.#counter(
        "waxwing_replication_offered_set_loads_total",
        "Sets of record ids read from the store, or begun to be",
        ({ offeredSets }) => offeredSets?.loads ?? 0,
      ),
      this.#counter(
        "waxwing_replication_offered_set_fallbacks_total",
        "Times that there was no room for the set of a kind, so that Summaries went instead",
        ({ offeredSets }) => offeredSets?.fallbacks ?? 0,
      ),
      this.#byLabel("waxwing_replication_rounds_total", "Rounds by outcome", "outcome", "counter", (status) =>
        Object.entries(status.replication.rounds),
      ),
      this.#byLabel(
        "waxwing_replication_round_ways_total",
        "Rounds by how they found out what to move",
        "way",
        "counter",
        (status) => Object.entries(status.replication.ways),
      ),
      this.#byLabel(
        "waxwing_replication_records_total",
        "Records in rounds, by what became of them",
        "fate",
        "counter",
        ({ replication }) => [
          ["served", replication.recordsServed],
          ["admitted", replication.recordsAdmitted],
          ["duplicate", replication.recordsDuplicate],
          ["refused", replication.recordsRefused],
          ["unsolicited", replication.recordsUnsolicited],
          ["dropped", replication.recordsDropped],
        ],
      ),
      this.#byLabel(
        "waxwing_replication_protocol_bytes_total",
        "Bytes of frames without those of records",
        "direction",
        "counter",
        ({ replication }) => [
          ["sent", replication.protocolBytesSent],
          ["received", replication.protocolBytesReceived],
        ],
      ),
      this.#byLabel(
        "waxwing_replication_frames_total",
        "Inbound frames by routing outcome",
        "outcome",
        "counter",
        (status) => Object.entries(status.replication.frames),
      ),
    ];
  }

  #gauge(name: string, help: string, value: (status: NodeStatus) => number) {
    const gauge = new Gauge({ name, help, registers: [this.#registry] });
    return { update: (status: NodeStatus) => gauge.set(value(status)) };
  }

  #counter(name: string, help: string, value: (status: NodeStatus) => number) {
    const counter = new Counter({ name, help, registers: [this.#registry] });
    return {
      update: (status: NodeStatus) => {
        counter.reset();
        counter.inc(value(status));
      },
    };
  }

  #byLabel(
    name: string,
    help: string,
    label: string,
    type: "gauge" | "counter",
    values: (status: NodeStatus) => [string, number][],
  ) {
    const options = { name, help, labelNames: [label], registers: [this.#registry] };
    const metric = type === "gauge" ? new Gauge(options) : new Counter(options);
    return {
      update: (status: NodeStatus) => {
        metric.reset();
        for (const [value, count] of values(status)) metric.inc({ [label]: value }, count);
      },
    };
  }
}

const metricSources = {
  transport: (member: keyof NodeStatus["transport"]) => (status: NodeStatus) => status.transport[member],
};
