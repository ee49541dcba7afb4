/** A child process that speaks in lines of JSON; .mjs scripts run as plain Node, which starts faster than through tsx. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("../..", import.meta.url));

export class Child {
  readonly process: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  readonly exit: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  stderr = "";

  /** `script` is relative to the repository. `command` may put another program in front of node. */
  constructor(
    script: string,
    args: readonly string[],
    options: { env?: Record<string, string>; prefix?: readonly string[] } = {},
  ) {
    const loader = script.endsWith(".ts") ? ["--import=tsx"] : [];
    const line = [...(options.prefix ?? []), process.execPath, ...loader, script, ...args];
    const [command, ...rest] = line as [string, ...string[]];
    this.process = spawn(command, rest, {
      cwd: repository,
      env: { ...process.env, NODE_OPTIONS: "", ...options.env },
    });
    this.process.stderr.on("data", (chunk) => {
      this.stderr += chunk;
    });
    this.process.stdin.on("error", () => {});
    this.exit = new Promise((resolve) =>
      this.process.on("close", (code, signal) => resolve({ code, signal })),
    );
    this.#lines = createInterface({ input: this.process.stdout })[Symbol.asyncIterator]();
  }

  /** The next line, or undefined when there is none any more. */
  async next<Line>(): Promise<Line | undefined> {
    const { value, done } = await this.#lines.next();
    return done ? undefined : (JSON.parse(value) as Line);
  }

  say(line = "go"): void {
    this.process.stdin.write(`${line}\n`);
  }

  async kill(): Promise<void> {
    this.process.kill("SIGKILL");
    await this.exit;
  }
}
