/**
 * The demo's nodes: separate `waxwing node` processes on loopback, each with its own directory, identity and
 * embedded store, each peering with every other.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { WaxwingError } from "../../base/index.js";
import { type ConfigInput, ControlClient, dataDirectory, type NodeStatus } from "../../node/index.js";

const programFile = fileURLToPath(new URL("../main.js", import.meta.url));

/** A node that does not say it started within this time failed. */
const startTimeoutMs = 20_000;
/** A node that has not stopped by then is killed. */
const stopTimeoutMs = 10_000;

export interface MemberPlan {
  readonly name: string;
  readonly keyId: string;
  readonly directory: string;
  readonly peerPort: number;
  readonly adminPort: number;
}

/** What a killed process had sent, so that the totals of the run stay whole. */
interface Carried {
  frameBytesSent: number;
  refused: number;
  rounds: number;
}

export class Member {
  readonly plan: MemberPlan;
  readonly control: ControlClient;
  readonly #carried: Carried = { frameBytesSent: 0, refused: 0, rounds: 0 };
  #process: ChildProcess | undefined;
  #stderr = "";

  constructor(plan: MemberPlan) {
    this.plan = plan;
    this.control = new ControlClient(dataDirectory(plan.directory));
  }

  get name(): string {
    return this.plan.name;
  }

  get url(): string {
    return `http://127.0.0.1:${this.plan.peerPort}/edge/inbound`;
  }

  get adminUrl(): string {
    return `http://127.0.0.1:${this.plan.adminPort}`;
  }

  async configure(config: ConfigInput): Promise<void> {
    await mkdir(this.plan.directory, { recursive: true, mode: 0o700 });
    await writeFile(this.#configFile, JSON.stringify(config, null, 2), { mode: 0o600 });
  }

  async start(): Promise<void> {
    const child = spawn(process.execPath, [programFile, "node", "--config", this.#configFile, "--json"], {
      stdio: ["ignore", "pipe", "pipe"],
      // The terminal's Ctrl-C must reach the demo alone; it stops its nodes in order.
      detached: true,
    });
    this.#process = child;
    this.#stderr = "";
    child.stderr.on("data", (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString()).slice(-4000);
    });
    const started = new Promise<void>((resolve, reject) => {
      const fail = (why: string) =>
        reject(new WaxwingError("demo_failed", `node ${this.name} ${why}\n${this.#stderr}`.trimEnd()));
      const timer = setTimeout(() => fail(`did not start within ${startTimeoutMs} ms`), startTimeoutMs);
      child.once("exit", (code) => fail(`exited with ${code}`));
      createInterface({ input: child.stdout }).once("line", () => {
        clearTimeout(timer);
        child.removeAllListeners("exit");
        resolve();
      });
    });
    await started;
  }

  /** kill -9, as a power cut would: what it had sent is remembered, what it held must still be there at the restart. */
  async kill(): Promise<void> {
    const child = this.#process;
    if (child === undefined) return;
    const before = await this.control.status();
    this.#carried.frameBytesSent += before.transport.bytesSent;
    this.#carried.refused += before.admission.refused;
    this.#carried.rounds += roundsOf(before);
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
    this.#process = undefined;
  }

  async stop(): Promise<void> {
    const child = this.#process;
    if (child === undefined || child.exitCode !== null) return;
    this.#process = undefined;
    const exited = once(child, "exit");
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), stopTimeoutMs);
    await exited;
    clearTimeout(timer);
  }

  async records(): Promise<number> {
    return (await this.control.status()).store.records;
  }

  /** Totals over all lives of this node. */
  async totals(): Promise<{ status: NodeStatus; frameBytesSent: number; refused: number; rounds: number }> {
    const status = await this.control.status();
    return {
      status,
      frameBytesSent: this.#carried.frameBytesSent + status.transport.bytesSent,
      refused: this.#carried.refused + status.admission.refused,
      rounds: this.#carried.rounds + roundsOf(status),
    };
  }

  get #configFile(): string {
    return join(this.plan.directory, "config.json");
  }
}

function roundsOf(status: NodeStatus): number {
  return status.replication.rounds.completed;
}

/** Ports that were free a moment ago, so that a restarted node is found where it was. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports: number[] = [];
  for (const server of servers) {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    ports.push((server.address() as { port: number }).port);
  }
  for (const server of servers) {
    server.close();
    await once(server, "close");
  }
  return ports;
}
