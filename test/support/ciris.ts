/**
 * The outside oracle: ciris-persist and ciris-verify from PyPI, asked through their public Python API. Runs
 * where WAXWING_PYTHON names a Python that has both (`python3 -m venv v && v/bin/pip install ciris-persist
 * ciris-verify`).
 */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export const python = process.env.WAXWING_PYTHON;
export const howToRun =
  "set WAXWING_PYTHON to a Python with ciris-persist and ciris-verify: python3 -m venv v && v/bin/pip install ciris-persist ciris-verify";

export interface Oracle {
  /** The answer, or an `Error` with the library's exception. */
  ask(call: string, ...args: unknown[]): Promise<unknown>;
  close(): void;
}

const bridge = fileURLToPath(new URL("../interop/ciris-bridge.py", import.meta.url));

export function startOracle(): Oracle {
  const child: ChildProcess = spawn(python!, [bridge], { stdio: ["pipe", "pipe", "ignore"] });
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  let last: Promise<unknown> = Promise.resolve();
  const exchange = async (call: string, args: unknown[]): Promise<unknown> => {
    child.stdin!.write(`${JSON.stringify({ call, args: args.map(encode) })}\n`);
    const line = await lines.next();
    if (line.done) throw new Error(`the oracle ended during ${call}`);
    const answer = JSON.parse(line.value) as { ok?: unknown; error?: string };
    if (answer.error !== undefined) throw new Error(answer.error);
    return decode(answer.ok);
  };
  return {
    ask(call, ...args) {
      const next = last.then(() => exchange(call, args));
      last = next.catch(() => undefined);
      return next;
    },
    close: () => void child.stdin!.end(),
  };
}

function encode(value: unknown): unknown {
  return value instanceof Uint8Array ? { hex: Buffer.from(value).toString("hex") } : value;
}

function decode(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const { hex } = value as { hex?: unknown };
  if (typeof hex === "string") return new Uint8Array(Buffer.from(hex, "hex"));
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, decode(member)]));
}
