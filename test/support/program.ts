/** Runs the `waxwing` program as scripts do: arguments in, exit code and both streams out. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const programFile = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

export interface Outcome {
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export async function waxwing(
  args: readonly string[],
  {
    stdin,
    env = {},
    prefix = [],
  }: { stdin?: Uint8Array; env?: Record<string, string>; prefix?: readonly string[] } = {},
): Promise<Outcome> {
  // `prefix` puts another program in front, such as one that takes rights away.
  const line = [...prefix, process.execPath, programFile, ...args];
  const child = spawn(line[0]!, line.slice(1), {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
  // A command that does not read its input closes the pipe; that is no failure of the test.
  child.stdin.on("error", () => {});
  child.stdin.end(stdin ?? "");
  const [code] = (await once(child, "close")) as [number | null];
  return { code, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() };
}

/** `waxwing node` in the background; resolves with what it printed when it had started. */
export async function startNode(args: readonly string[]): Promise<{
  process: ChildProcess;
  started: { keyId: string; addresses: { peers: string[]; admin?: string } };
}> {
  const { process, lines } = startProgram(["node", "--json", ...args]);
  return { process, started: await lines() };
}

/** A command in the background, and the lines of JSON that it prints, one a call. */
export function startProgram(args: readonly string[]): {
  process: ChildProcess;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the command prints
  lines: () => Promise<any>;
} {
  const child = spawn(process.execPath, [programFile, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  return {
    process: child,
    async lines() {
      const { value, done } = await lines.next();
      if (done) throw new Error(`waxwing ${args.join(" ")}: ended, and another line was expected`);
      return JSON.parse(value);
    },
  };
}

export async function stopProcess(
  child: ChildProcess,
  signal: NodeJS.Signals = "SIGTERM",
): Promise<number | null> {
  if (child.exitCode !== null) return child.exitCode;
  const exited = once(child, "exit");
  child.kill(signal);
  return ((await exited) as [number | null])[0];
}

/** A folder of the test's own, removed when `use` is done. */
export async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "waxwing-test-"));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
