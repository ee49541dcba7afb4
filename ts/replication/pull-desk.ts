/**
 * Pulls: a peer is asked for everything about a key, of each kind that answers that, and what is missing is fetched
 * (ciris-edge §4.1, §6). Who the peer answers is its own business: most answer a key about itself alone.
 *
 * The kinds go one rank after the other, keys first. A kind takes several rounds where the peer has more than one page
 * shows: while they bring something, and over a bounded number of full pages that bring nothing new. Pulls from one peer
 * run one after the other.
 */
import type { ErrorCode } from "../base/errors.js";
import type { KeyId, KindToken } from "../base/ids.js";
import { limits } from "../base/limits.js";
import { type KindCatalog, kindRank } from "./kind-catalog.js";
import { madeProgress, type RoundOutcome, type RoundReport } from "./report.js";

/** Pages of a peer that hold nothing new, before a pull believes that it has seen the rest. */
const fullPagesInVainMax = 16;

export interface PullFailure {
  readonly kind: KindToken;
  readonly outcome: RoundOutcome;
  readonly code?: ErrorCode;
  readonly message?: string;
}

export interface PullReport {
  readonly peer: KeyId;
  readonly subject: KeyId;
  /** Every round, in the order of their ends. */
  readonly rounds: readonly RoundReport[];
  readonly admitted: number;
  /** Kinds of which not everything is known to be here; what the others had to say is. */
  readonly failures: readonly PullFailure[];
}

export interface PullDeskParts {
  readonly kinds: KindCatalog;
  readonly run: (peer: KeyId, kind: KindToken, subject: KeyId, signal: AbortSignal) => Promise<RoundReport>;
  readonly onReport: (report: RoundReport) => void;
}

export class PullDesk {
  readonly #parts: PullDeskParts;
  readonly #closing = new AbortController();
  /** The last pull from each peer, while it runs. */
  readonly #running = new Map<KeyId, Promise<unknown>>();

  constructor(parts: PullDeskParts) {
    this.#parts = parts;
  }

  get running(): number {
    return this.#running.size;
  }

  /** Never rejects: what goes wrong stands in the report. */
  pull(peer: KeyId, subject: KeyId): Promise<PullReport> {
    const before = this.#running.get(peer) ?? Promise.resolve();
    const pulled = before.then(() => this.#pull(peer, subject));
    const running = pulled.then(() => {
      if (this.#running.get(peer) === running) this.#running.delete(peer);
    });
    this.#running.set(peer, running);
    return pulled;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#running.values());
  }

  async #pull(peer: KeyId, subject: KeyId): Promise<PullReport> {
    const rounds: RoundReport[] = [];
    const failures: PullFailure[] = [];
    const { kinds } = this.#parts;
    const pullable = kinds.tokens().filter((kind) => kinds.subjectPullable(kind) && kinds.admitted(kind));
    const ranks = [...new Set(pullable.map(kindRank))].sort((a, b) => a - b);
    for (const rank of ranks) {
      const together = pullable.filter((kind) => kindRank(kind) === rank);
      await Promise.all(
        together.map(async (kind) => {
          const last = await this.#pullKind(peer, kind, subject, (report) => rounds.push(report));
          const failure = failureOf(last);
          if (failure) failures.push(failure);
        }),
      );
    }
    return {
      peer,
      subject,
      rounds,
      failures,
      admitted: rounds.reduce((sum, { admitted }) => sum + admitted, 0),
    };
  }

  /** The last round. */
  async #pullKind(
    peer: KeyId,
    kind: KindToken,
    subject: KeyId,
    onRound: (report: RoundReport) => void,
  ): Promise<RoundReport> {
    let inVain = 0;
    for (let round = 1; ; round++) {
      const report = await this.#parts.run(peer, kind, subject, this.#closing.signal);
      this.#parts.onReport(report);
      onRound(report);
      inVain = madeProgress(report) ? 0 : inVain + 1;
      const isFullPage = (report.shown ?? 0) >= limits.summaryRefsMax;
      const goesOn = madeProgress(report) ? isFullPage || report.askAgain > 0 : isFullPage;
      if (report.outcome !== "completed" || !goesOn) return report;
      if (round === limits.pullRoundsMax || inVain === fullPagesInVainMax) return report;
    }
  }
}

/** Of so many peers at a time that their kinds are no more than the rounds that may be in flight. */
export async function pullFromAll(
  peers: readonly KeyId[],
  pull: (peer: KeyId) => Promise<PullReport>,
): Promise<PullReport[]> {
  const reports: PullReport[] = [];
  const left = [...peers];
  const work = async () => {
    for (let peer = left.shift(); peer !== undefined; peer = left.shift()) reports.push(await pull(peer));
  };
  await Promise.all(
    Array.from({ length: limits.roundsConcurrentMax / limits.roundsPerPeerMax }, () => work()),
  );
  return reports;
}

function failureOf(last: RoundReport): PullFailure | undefined {
  const { kind, outcome, code, message, askAgain } = last;
  if (outcome === "completed" && askAgain === 0) return undefined;
  const why = { ...(code === undefined ? {} : { code }), ...(message === undefined ? {} : { message }) };
  return { kind, outcome, ...why };
}
