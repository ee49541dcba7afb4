/**
 * Laws of the session under any order of messages and results, some of them failed: it ends, once; it never
 * waits for nothing; its counts add up.
 */
import test from "ava";
import fc from "fast-check";
import { createSession, type Effect, type Input, type Opening, step } from "waxwing/replication";

const hash = (n: number) => new Uint8Array(32).fill(n);
const hashes = fc.array(fc.nat(9).map(hash), { maxLength: 8 });
const message = fc.oneof(
  hashes.map((list) => ({
    type: "summary" as const,
    kind: "note",
    refs: list.map((of) => ({ hash: of, seq: 0 })),
  })),
  hashes.map((want) => ({ type: "diff" as const, kind: "note", want })),
  hashes.map((want) => ({ type: "fetch" as const, kind: "note", want })),
  hashes.map((envelopes) => ({ type: "deliver" as const, kind: "note", envelopes })),
  fc.constant({ type: "pull" as const, kind: "note", subjectKeyId: "peer" }),
  fc.constant({ type: "cursor_pull" as const, kind: "note" }),
  fc.constant({ type: "diff" as const, kind: "another", want: [] }),
);

type Move =
  | { readonly do: "message"; readonly message: typeof message extends fc.Arbitrary<infer T> ? T : never }
  | { readonly do: "result"; readonly pick: number; readonly ok: boolean }
  | { readonly do: "timer" | "cancel" };
const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 5, arbitrary: message.map((sent) => ({ do: "message" as const, message: sent })) },
  {
    weight: 10,
    arbitrary: fc.record({
      do: fc.constant("result" as const),
      pick: fc.nat(),
      ok: fc.integer({ min: 0, max: 19 }).map((n) => n > 0),
    }),
  },
  { weight: 1, arbitrary: fc.constantFrom({ do: "timer" as const }, { do: "cancel" as const }) },
);

/** The result a driver would give. */
function answer(effect: Effect, ok: boolean): Input {
  if (effect.type === "finish" || effect.type === "armTimer") throw new Error("not to be answered");
  const { id, type } = effect;
  if (!ok)
    return { type: "result", id, result: { effect: type, ok, code: "store_unavailable", message: "" } };
  switch (effect.type) {
    case "send":
      return { type: "result", id, result: { effect: "send", ok } };
    case "readOffer":
      return { type: "result", id, result: { effect: "readOffer", ok, refs: [], more: false } };
    case "filterMissing":
      return {
        type: "result",
        id,
        result: {
          effect: "filterMissing",
          ok,
          missing: effect.hashes.slice(0, 3),
          beyondLimit: 1,
          elsewhere: 1,
        },
      };
    case "loadBodies":
      return { type: "result", id, result: { effect: "loadBodies", ok, bodies: effect.hashes, deferred: 0 } };
    case "readCursor": {
      const since = effect.delivered?.length === 0 ? undefined : "2026-01-01T00:00:00Z";
      return { type: "result", id, result: { effect: "readCursor", ok, since } };
    }
    case "loadSince":
      return { type: "result", id, result: { effect: "loadSince", ok, bodies: [hash(1)] } };
    case "admit": {
      const verdicts = effect.records.map((record, position) => ({
        status: "admitted" as const,
        kind: "note",
        hash: record,
        position,
      }));
      return { type: "result", id, result: { effect: "admit", ok, verdicts } };
    }
  }
}

test("session: any interleaving keeps its laws", (t) => {
  fc.assert(
    fc.property(
      fc.constantFrom("initiator" as const, "responder" as const),
      fc.constantFrom<Opening>({ type: "summary" }, { type: "cursor" }, { type: "pull", subject: "me" }),
      fc.array(move, { maxLength: 80 }),
      (role, opening, moves) => {
        const cursorServed = opening.type === "cursor";
        let state = createSession({
          kind: "note",
          role,
          peer: "peer",
          opening,
          cursorServed,
          pullableBy: "subject",
        });
        const open = new Map<number, Effect>();
        let timer: number | undefined;
        let finishes = 0;
        let diffsServed = 0;
        const feed = (input: Input) => {
          const frozen = JSON.stringify(state.tally);
          const before = state;
          const next = step(state, input);
          t.is(JSON.stringify(before.tally), frozen, "step() changes nothing that it was given");
          state = next.state;
          for (const [index, effect] of next.effects.entries()) {
            t.is(finishes, 0, "nothing follows finish");
            if (effect.type === "finish") {
              finishes++;
              t.is(index, next.effects.length - 1, "finish is the last effect");
              t.is(effect.report.kind, "note");
              if (effect.report.outcome === "completed" && role === "initiator" && opening.type === "summary")
                t.true(diffsServed > 0);
            } else if (effect.type === "armTimer") timer = effect.id;
            else {
              t.false(open.has(effect.id), "ids are unique");
              open.set(effect.id, effect);
            }
          }
          if (next.unexpected) t.is(state, before);
        };
        if (role === "initiator") feed({ type: "start" });
        for (const { ...chosen } of moves) {
          if (chosen.do === "message") {
            if (chosen.message.type === "diff" && chosen.message.kind === "note") diffsServed++;
            feed({ type: "message", message: chosen.message });
          } else if (chosen.do === "result" && open.size > 0) {
            const effect = [...open.values()][chosen.pick % open.size]!;
            open.delete((effect as { id: number }).id);
            feed(answer(effect, chosen.ok));
          } else if (chosen.do === "timer" && timer !== undefined) feed({ type: "timer", id: timer });
          else if (chosen.do === "cancel") feed({ type: "cancel", code: "scheduler_stopped" });
          if (state.phase === "finished") open.clear();
          else t.is(state.pending.size, open.size, "it waits for what it asked for and nothing else");
          if (state.phase === "running" && open.size === 0) {
            t.not(state.timer, undefined, "with nothing to wait for but the peer, a timer runs");
          }
        }
        // Whatever happened, answers and then silence end it.
        for (let guard = 0; state.phase === "running" && guard < 500; guard++) {
          const [id, effect] = [...open][0] ?? [];
          if (id !== undefined && effect) {
            open.delete(id);
            feed(answer(effect, true));
          } else feed({ type: "timer", id: timer! });
        }
        t.not(state.phase, "running");
        t.true(finishes <= 1);
      },
    ),
    { numRuns: 300 },
  );
});
