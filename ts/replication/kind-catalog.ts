/**
 * What replication must know of a kind, and no more: the rest of the kind table belongs to `records`. It is
 * injected, so that kinds which an embedder defines travel like the built-in ones.
 */
import type { KindToken } from "../base/ids.js";
import { type KindSpec, type Kinds, recordTime } from "../records/index.js";

/** The lowest CRPL version that carries the kind (ciris-edge §1.2); kinds outside the reference travel as 2. */
export type KindWireVersion = 1 | 2;

export interface KindCatalog {
  /** Kinds that may stand in a message; any other is `frame_decode`. */
  has(kind: KindToken): boolean;
  /** In the order of the table. */
  tokens(): readonly KindToken[];
  wireVersion(kind: KindToken): KindWireVersion;
  /** Taken from peers whose key is not proven yet (§2.2). */
  bootstrap(kind: KindToken): boolean;
  /** A peer may ask for the records about itself (`pull`). */
  subjectPullable(kind: KindToken): boolean;
  /** Under `publicPull`, about anybody (§2.2): the bootstrap kinds and the revocations of occurrences. */
  publicPullable(kind: KindToken): boolean;
  /** Answers `cursor_pull` and nothing else: it is told apart by its time and not by a hash. */
  cursorServed(kind: KindToken): boolean;
  /** When a record of such a kind says that it was made; undefined where it does not say. */
  timeOf(kind: KindToken, record: Uint8Array): string | undefined;
  /** Admission can take it; of the others nothing is ever wanted. */
  admitted(kind: KindToken): boolean;
  /** No round is opened for it unless somebody asks for that kind: older peers do not know it. */
  onlyByName(kind: KindToken): boolean;
}

export interface KindRow {
  readonly token: KindToken;
  readonly wireVersion?: KindWireVersion;
  readonly bootstrap?: boolean;
  readonly subjectPullable?: boolean;
  readonly publicPullable?: boolean;
  readonly cursorServed?: boolean;
  readonly timeOf?: (record: Uint8Array) => string | undefined;
  readonly admitted?: boolean;
}

/** A catalog of fixed rows. A kind without further columns is admitted, no bootstrap kind, and travels as version 2. */
export function createKindCatalog(rows: readonly KindRow[]): KindCatalog {
  const byToken = new Map(rows.map((row) => [row.token, row]));
  return {
    has: (kind) => byToken.has(kind),
    tokens: () => [...byToken.keys()],
    wireVersion: (kind) => byToken.get(kind)?.wireVersion ?? 2,
    bootstrap: (kind) => byToken.get(kind)?.bootstrap ?? false,
    subjectPullable: (kind) => byToken.get(kind)?.subjectPullable ?? false,
    publicPullable: (kind) => byToken.get(kind)?.publicPullable ?? false,
    cursorServed: (kind) => byToken.get(kind)?.cursorServed ?? false,
    timeOf: (kind, record) => byToken.get(kind)?.timeOf?.(record),
    admitted: (kind) => byToken.get(kind)?.admitted ?? byToken.has(kind),
    onlyByName: () => false,
  };
}

/**
 * The kind table of `records` as a catalog; kinds that are defined later are in it at once. `takes`: whether this
 * node's admission can take records of a kind that the table admits.
 */
export function catalogOfKinds(kinds: Kinds, takes: (spec: KindSpec) => boolean = () => true): KindCatalog {
  return {
    has: (kind) => kinds.has(kind),
    tokens: () => kinds.tokens(),
    wireVersion: (kind) => kinds.wireVersion(kind),
    bootstrap: (kind) => kinds.isBootstrap(kind),
    subjectPullable: (kind) => kinds.get(kind)?.subjectPullable ?? false,
    publicPullable: (kind) => kinds.isBootstrap(kind) || kind === "identity_occurrence_revocation",
    cursorServed: (kind) => kinds.get(kind)?.cursorServed ?? false,
    timeOf: (kind, record) => recordTime(kinds.get(kind), record),
    admitted(kind) {
      const spec = kinds.get(kind);
      return spec !== undefined && spec.status !== "unsupported" && takes(spec);
    },
    onlyByName: (kind) => kinds.get(kind)?.onlyByName ?? false,
  };
}

/**
 * Keys before those who sign with them: when several kinds start together, a lower rank runs to its end
 * first, so that attestations rarely arrive before the keys that verify them.
 */
export function kindRank(kind: KindToken): number {
  if (kind === "key") return 0;
  return kind === "identity_occurrence" ? 1 : 2;
}
