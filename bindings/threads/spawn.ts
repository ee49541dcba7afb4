/**
 * Worker threads as the rest of the code sees them: Web Workers where the runtime has them (Deno),
 * `node:worker_threads` in Node. No logic beyond making the two look alike.
 */

/** What the starter of a thread holds. */
export interface Thread {
  /** `transfer`: buffers that move and are empty here afterwards. */
  post(message: unknown, transfer?: readonly ArrayBuffer[]): void;
  /** Whether the thread keeps the process alive; only Node can let it go. */
  hold(keep: boolean): void;
  /** Idempotent. Nothing is told after it. */
  terminate(): void;
}

export interface ThreadListener {
  onMessage(message: unknown): void;
  /** The thread ended by itself or threw; told at most once, and the last thing told. */
  onEnd(cause: unknown): void;
}

/** Starts the module at `url` in a thread of its own. */
export async function startThread(url: URL, listener: ThreadListener): Promise<Thread> {
  return typeof globalThis.Worker === "function"
    ? startWebWorker(url, listener)
    : startNodeWorker(url, listener);
}

function startWebWorker(url: URL, listener: ThreadListener): Thread {
  const worker = new Worker(url, { type: "module" });
  const end = once((cause) => {
    worker.terminate();
    listener.onEnd(cause);
  });
  worker.onmessage = ({ data }) => listener.onMessage(data);
  worker.onmessageerror = () => end(new Error("thread: a message could not be read"));
  worker.onerror = (event) => {
    // Otherwise Deno takes a worker's fault for one of the whole program.
    event.preventDefault();
    end(new Error(`thread: ${event.message}`));
  };
  return {
    post: (message, transfer = []) => worker.postMessage(message, [...transfer]),
    hold: () => {},
    terminate() {
      end.cancel();
      worker.onmessage = null;
      worker.terminate();
    },
  };
}

async function startNodeWorker(url: URL, listener: ThreadListener): Promise<Thread> {
  const { Worker } = await import("node:worker_threads");
  // Loaders and hooks that the program was started with are not the thread's business.
  const worker = new Worker(url, { execArgv: [], name: "waxwing" });
  const end = once((cause) => {
    void worker.terminate();
    listener.onEnd(cause);
  });
  worker.on("message", (message) => {
    if (!end.done) listener.onMessage(message);
  });
  worker.on("messageerror", end);
  worker.on("error", end);
  worker.on("exit", (code) => end(new Error(`thread: ended with ${code}`)));
  return {
    post: (message, transfer = []) => worker.postMessage(message, [...transfer]),
    hold: (keep) => (keep ? worker.ref() : worker.unref()),
    terminate() {
      end.cancel();
      void worker.terminate();
    },
  };
}

interface Once {
  (cause: unknown): void;
  readonly done: boolean;
  cancel(): void;
}

function once(run: (cause: unknown) => void): Once {
  let done = false;
  const call = (cause: unknown) => {
    if (done) return;
    done = true;
    run(cause);
  };
  return Object.defineProperties(call, {
    done: { get: () => done },
    cancel: {
      value: () => {
        done = true;
      },
    },
  }) as Once;
}
