/** Programs that a bench starts beside itself and calls over the channel of `fork`: one answer a call. */
import { fork } from "node:child_process";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

export interface ProgramOptions {
  /** Beside those that every program gets. */
  readonly execArgv?: readonly string[];
}

export interface Program {
  /** Asks it to end, and ends it. */
  close(): Promise<void>;
}

type Call = (...args: never[]) => Promise<unknown>;

/** One that has not ended by then is killed. */
const closeMs = 20_000;

/** Below dist/, from where `waxwing` is this package. */
const compiledFolder = fileURLToPath(new URL("../../dist/bench-flow/", import.meta.url));

/** As JavaScript, so that what is measured is a node and no compiler beside it. */
async function compiled(file: URL): Promise<string> {
  await build({
    entryPoints: [fileURLToPath(file)],
    outdir: compiledFolder,
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target: "node20",
  });
  return join(compiledFolder, basename(file.pathname).replace(/ts$/, "js"));
}

/** The calls of `answerCalls` in that program. */
export async function startProgram<Calls>(
  file: URL,
  { execArgv = [] }: ProgramOptions = {},
): Promise<Calls & Program> {
  const child = fork(await compiled(file), [], {
    execArgv: ["--expose-gc", ...execArgv],
    serialization: "advanced",
  });
  const waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
  let last = 0;
  const answer = (id: number) =>
    new Promise<unknown>((resolve, reject) => {
      waiting.set(id, { resolve, reject });
    });
  const ready = answer(0);
  child.on("message", ({ id, result, error }: { id: number; result?: unknown; error?: string }) => {
    const asked = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) asked?.resolve(result);
    else asked?.reject(new Error(error));
  });
  child.on("exit", (code, signal) => {
    for (const { reject } of waiting.values()) reject(new Error(`a program ended with ${signal ?? code}`));
    waiting.clear();
  });
  await ready;
  const call = (name: string, args: readonly unknown[]) => {
    const id = ++last;
    child.send({ id, name, args });
    return answer(id);
  };
  const close = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    const timer = setTimeout(() => child.kill("SIGKILL"), closeMs);
    await call("close", []).catch(() => {});
    if (child.connected) child.disconnect();
    await ended;
    clearTimeout(timer);
  };
  return new Proxy({} as Calls & Program, {
    get: (_, name) => {
      if (name === "close") return close;
      // What is awaited must not look like a promise.
      return typeof name === "string" && name !== "then"
        ? (...args: unknown[]) => call(name, args)
        : undefined;
    },
  });
}

/** In the program: answers calls until the bench is gone. */
export function answerCalls<Calls extends { readonly [Name in keyof Calls]: Call }>(calls: Calls): void {
  process.on("message", async ({ id, name, args }: { id: number; name: keyof Calls; args: never[] }) => {
    try {
      process.send!({ id, result: await calls[name](...args) });
    } catch (error) {
      process.send!({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  });
  process.on("disconnect", () => process.exit(0));
  process.send!({ id: 0 });
}
