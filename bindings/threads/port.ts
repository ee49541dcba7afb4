/** The other end of spawn.ts: how a module that runs in a thread is told and answers. */

export interface ThreadPort {
  post(message: unknown, transfer?: readonly ArrayBuffer[]): void;
}

interface WebWorkerScope {
  onmessage: ((event: { data: unknown }) => void) | null;
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
}

/**
 * Listens from now on. Web Workers drop what comes before a listener is there, so their module calls this
 * before it awaits anything. What `onMessage` throws, or rejects with, ends the thread.
 */
export async function openThreadPort(
  onMessage: (message: unknown, port: ThreadPort) => Promise<void>,
): Promise<void> {
  if (typeof globalThis.Worker === "function")
    listenToScope(globalThis as unknown as WebWorkerScope, onMessage);
  else await listenToParent(onMessage);
}

function listenToScope(
  scope: WebWorkerScope,
  onMessage: (message: unknown, port: ThreadPort) => Promise<void>,
): void {
  const port: ThreadPort = { post: (message, transfer = []) => scope.postMessage(message, [...transfer]) };
  scope.onmessage = ({ data }) => void onMessage(data, port).catch(throwUncaught);
}

async function listenToParent(
  onMessage: (message: unknown, port: ThreadPort) => Promise<void>,
): Promise<void> {
  const { parentPort } = await import("node:worker_threads");
  if (parentPort === null) throw new Error("thread: this module runs in a worker thread alone");
  const port: ThreadPort = {
    post: (message, transfer = []) => parentPort.postMessage(message, [...transfer]),
  };
  parentPort.on("message", (message) => void onMessage(message, port).catch(throwUncaught));
}

/** Whatever the runtime does about rejections that nobody handles, this ends the thread. */
function throwUncaught(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
