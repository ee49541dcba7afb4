/**
 * Waits until every promise that can go on without an event has gone on.
 *
 * A macrotask starts only when the queue of microtasks is empty, so one turn of the event loop is exactly
 * that point, whatever chain of `await`s ran in between. It holds for code that waits for nothing but the
 * host it was given; real timers, sockets or worker threads would make a run depend on the machine.
 */
export function settle(): Promise<void> {
  return typeof setImmediate === "function" ? new Promise((resolve) => setImmediate(resolve)) : messageTurn();
}

/**
 * The same without a turn of the event loop, which costs ten times as much: Node runs what `nextTick` was given
 * when the queue of microtasks is empty. For long runs that wait for nothing else; where there is no
 * `nextTick`, it is `settle`.
 */
export function settleMicrotasks(): Promise<void> {
  const { process } = globalThis as { process?: { nextTick?: (resolve: () => void) => void } };
  const nextTick = process?.nextTick;
  return nextTick ? new Promise((resolve) => nextTick(resolve)) : settle();
}

/** Browsers have no `setImmediate`, and their `setTimeout` waits at least 4 ms when nested. */
function messageTurn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(0);
  });
}
