/** The memory transport under generated traffic: at most once, in order, nobody forgotten, the same every time. */
import test from "ava";
import fc from "fast-check";
import { createMemoryNetwork } from "waxwing/transport";

const names = ["a", "b", "c"] as const;
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ type: fc.constant("send"), from: fc.nat(2), to: fc.nat(2) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("busy"), from: fc.nat(2), to: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("stop"), from: fc.nat(2), to: fc.nat(2) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("turn"), from: fc.nat(2), to: fc.nat(2) }) },
);

/** Runs the steps and tells everything that can be observed, in order. */
async function observe(steps: { type: string; from: number; to: number }[]) {
  const network = createMemoryNetwork({ queueFrames: 4 });
  const log: string[] = [];
  const received = new Map<number, number>();
  const busy = [false, false, false];
  const ends = names.map((name) => network.transport(name));
  for (const [index, end] of ends.entries())
    await end.start((frame) => {
      const id = new DataView(frame.bytes.buffer).getUint32(0);
      if (busy[index]) return "busy";
      received.set(id, (received.get(id) ?? 0) + 1);
      log.push(`${frame.peerKeyId}>${names[index]} ${id}`);
      return "accepted";
    });
  const outcomes: Promise<readonly [id: number, status: string]>[] = [];
  for (const [id, { type, from, to }] of steps.entries()) {
    if (type === "turn") await Promise.resolve();
    if (type === "busy") busy[to] = !busy[to];
    if (type === "stop") await ends[to]!.stop();
    if (type !== "send") continue;
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, id);
    outcomes.push(ends[from]!.send(names[to]!, bytes).then((outcome) => [id, outcome.status] as const));
  }
  return { log, received, outcomes: await Promise.all(outcomes) };
}

test("a frame is received exactly once when delivered and never otherwise; a run repeats itself", async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const { log, received, outcomes } = await observe(steps);
      for (const [id, status] of outcomes)
        t.is(received.get(id) ?? 0, status === "delivered" ? 1 : 0, `frame ${id} is ${status}`);
      const byPath = new Map<string, number[]>();
      for (const line of log) {
        const [path, id] = line.split(" ") as [string, string];
        byPath.set(path, [...(byPath.get(path) ?? []), Number(id)]);
      }
      for (const ids of byPath.values())
        t.deepEqual(
          ids,
          [...ids].sort((x, y) => x - y),
          "in order",
        );
      t.deepEqual((await observe(steps)).log, log);
    }),
    { numRuns: 200 },
  );
});
