/**
 * What this node says under its name of the records that it holds, for peers and auditors who ask. Signing costs a millisecond, so a
 * statement about a set that has not changed is given again for a while.
 */
import { equalBytes, hexEncode, type KeyId, type KindToken, limits, WaxwingError } from "../base/index.js";
import type { Clock, Engine, Identity, KeyDirectory, OfferedSets, OfferPolicy } from "../contracts/index.js";
import { buildStateHead, type Kinds, type StateHead } from "../records/index.js";
import { verifyStateHead } from "../trust/index.js";

export interface StateHeadsParts {
  readonly engine: Engine;
  readonly identity: Identity;
  readonly clock: Clock;
  readonly kinds: Kinds;
  readonly offerPolicy: OfferPolicy;
  readonly directory: KeyDirectory;
  /** Undefined where no sets of record ids are kept. */
  readonly offeredSets: OfferedSets | undefined;
}

/** A signed statement that was verified. */
export interface StateHeadStatement extends StateHead {
  readonly nodeKeyId: KeyId;
  /** As it was signed, for whoever shall verify it again. */
  readonly bytes: Uint8Array;
}

interface Given {
  readonly statement: Uint8Array;
  readonly state: StateHead;
}

export class StateHeads {
  readonly #parts: StateHeadsParts;
  readonly #given = new Map<KindToken, Given>();

  constructor(parts: StateHeadsParts) {
    this.#parts = parts;
  }

  /** One statement a kind. Throws `state_head_unavailable` where a kind has no set. */
  async own(kinds: readonly KindToken[]): Promise<Uint8Array[]> {
    const statements: Uint8Array[] = [];
    for (const kind of kinds) {
      const statement = await this.#statement(kind);
      if (statement === undefined)
        throw new WaxwingError(
          "state_head_unavailable",
          `${kind}: this node keeps no set of its record ids`,
          {
            detail: { kind },
          },
        );
      statements.push(statement);
    }
    return statements;
  }

  /** Of the kinds that the peer is shown whole: what it is not shown, it is not told of. */
  async forPeer(peer: KeyId, kinds: readonly KindToken[]): Promise<Uint8Array[]> {
    const statements: Uint8Array[] = [];
    for (const kind of new Set(kinds)) {
      if (statements.length >= limits.stateHeadsMax) break;
      if (!this.#parts.kinds.has(kind)) continue;
      const gate = await this.#parts.offerPolicy.gate(peer, kind);
      const statement = gate.showsAll === true && !gate.closed ? await this.#statement(kind) : undefined;
      if (statement) statements.push(statement);
    }
    return statements;
  }

  /** Throws what `verifyStateHead` of `waxwing/trust` throws. */
  async verify(bytes: Uint8Array): Promise<StateHeadStatement> {
    const { nodeKeyId, kind, count, head, atMs } = await verifyStateHead(this.#parts, bytes);
    return { nodeKeyId, kind, count, head, atMs, bytes };
  }

  async #statement(kind: KindToken): Promise<Uint8Array | undefined> {
    const { engine, identity, clock, offeredSets } = this.#parts;
    const set = await offeredSets?.offeredSet(kind);
    if (set === undefined) return undefined;
    const state = { kind, count: set.size, head: set.head(), atMs: clock.wallClock().ms };
    const known = this.#given.get(kind);
    const isFresh = known !== undefined && Math.abs(state.atMs - known.state.atMs) < limits.stateHeadFreshMs;
    if (isFresh && equalBytes(known.state.head, state.head)) return known.statement;
    const statement = await buildStateHead(engine, identity, state);
    this.#given.set(kind, { statement, state });
    return statement;
  }
}

/** A verified statement for programs; `head` is 64 hex digits. */
export interface StateHeadJson extends Omit<StateHead, "head"> {
  readonly nodeKeyId: KeyId;
  readonly head: string;
}

export function stateHeadJson({ nodeKeyId, kind, count, head, atMs }: StateHeadStatement): StateHeadJson {
  return { nodeKeyId, kind, count, head: hexEncode(head), atMs };
}
