/** What replication is to reach, and what is known about why a figure is missed. Figures: median of the runs. */
export type FlowUnit = "operations/s" | "ms" | "bytes" | "round trips" | "rounds" | "share of a core";

export interface FlowTarget {
  readonly title: string;
  /** `<area>/<operation>/<size>` of the row. */
  readonly row: string;
  readonly unit: FlowUnit;
  readonly atLeast?: number;
  readonly atMost?: number;
  /** A sentence's rest, shown where it is missed. */
  readonly why: string;
}

const mebi = 2 ** 20;

export const flowTargets: readonly FlowTarget[] = [
  {
    title: "1 M records, 1,000 apart: round trips before bodies flow",
    row: "flow/differ-trips/1m",
    unit: "round trips",
    atMost: 4,
    why: "the first estimate of the difference was too low",
  },
  {
    title: "the same: protocol bytes for each differing record",
    row: "flow/differ-bytes/1m",
    unit: "bytes",
    atMost: 200,
    why: "more symbols were asked for than the difference needed",
  },
  {
    title: "the same: processor time of the busier side",
    row: "flow/differ-cpu/1m",
    unit: "ms",
    atMost: 1000,
    why: "verifying and storing 500 hybrid records is most of it",
  },
  {
    title: "the same: anonymous resident memory of the larger node",
    row: "flow/differ-memory/1m",
    unit: "bytes",
    atMost: 400 * 1e6,
    why: "a resident set takes 75 bytes an id",
  },
  {
    title: "Equal sets of 1 M: frame bodies a cadence and kind",
    row: "flow/equal-bytes/1m",
    unit: "bytes",
    atMost: 300,
    why: "the heads of all kinds of a peer share one exchange",
  },
  {
    title: "the same: time a cadence and kind",
    row: "flow/equal-time/1m",
    unit: "ms",
    atMost: 5,
    why: "a frame each way is signed, sent, checked and its token kept on the disk",
  },
  {
    title: "Cold copy of 100,000 hybrid records of 8 KB, two cores for both nodes",
    row: "flow/cold-copy/100k",
    unit: "operations/s",
    atLeast: 8000,
    why: "both nodes together take 400 µs of processor time a record, where two cores have 250 at that rate. The receiver's 290: 65 verifying, 10 carrying signatures to the threads that do, 40 parsing, 20 hashing the body, the record and what is signed, 40 looking up and putting into eight trees, 40 writing and flushing six pages a record (three indexes have random keys), 25 for HTTP and the round, and 50 collecting garbage: frames, rows and signatures are memory outside V8's heap, which a heap this small collects every dozen MB. The sender's 50 to 110: reading and checking the row, one copy into the frame, its hash, the socket, and as much again collecting. One frame is posted at a time, and its receiver's one thread does all but verifying and flushing; frames of 2 MiB instead of 1 gained a fifth, larger ones, more frames ahead and a third frame in admission nothing",
  },
  {
    title: "the same: growth of the receiver's anonymous memory over the second half",
    row: "flow/cold-copy-growth/100k",
    unit: "bytes",
    atMost: 32 * mebi,
    why: "collections come late under load",
  },
  {
    title: "100 quiet Waxwing peers, all kinds: the node's share of one core",
    row: "flow/quiet-cpu/100",
    unit: "share of a core",
    atMost: 0.05,
    why: "each exchange costs a signature, a verification and a commit on both sides",
  },
  {
    title: "40 stock peers sweeping 15,000 attestations of 14 KB: anonymous memory",
    row: "flow/stock-memory/40",
    unit: "bytes",
    atMost: 500 * 1e6,
    why: "each peer's Deliver is two megabytes of integers",
  },
  {
    title: "the same: rounds that did not complete",
    row: "flow/stock-failed/40",
    unit: "rounds",
    atMost: 0,
    why: "a peer waited longer than it is patient",
  },
];

/** Whoever reads the growth table wants to know what its slope is. */
export const growthNote =
  "With a fixed difference the rounds, bytes and bodies are the same at every size: what is compared is a sketch whose symbols a set keeps, and not the set. What grows is the first round alone, which reads every id once, and the memory that holds them, 75 bytes an id. Processor time doubles over a factor of a hundred: commits go through deeper trees, and ids into a longer sorted set. The legacy path shows pages of 1,024 refs until it comes to the difference, which lies at the end of a sweep here: its rounds, bytes and time are those of the store.";
