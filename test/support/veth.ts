/**
 * An Ethernet cable without hardware: a veth pair in this network namespace, under names of its own, which is
 * removed when the test ends. No address is given, so that nothing but our frames passes.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import testWith from "ava";
import { nativeStatus } from "waxwing/native";

let made = 0;

function ip(...args: string[]): string {
  const { status, stderr, error } = spawnSync("ip", args, { encoding: "utf8" });
  return status === 0 ? "" : (stderr ?? "") || String(error ?? status);
}

export class Veth {
  /** Names of interfaces have 15 characters at most. */
  readonly a = `wx${process.pid % 1e6}a${made}`;
  readonly b = `wx${process.pid % 1e6}b${made}`;

  constructor() {
    made += 1;
    this.#run("link", "add", this.a, "type", "veth", "peer", "name", this.b);
    this.up();
  }

  up(): void {
    for (const name of [this.a, this.b]) {
      // Without IPv6 the interface says nothing by itself.
      spawnSync("sysctl", ["-qw", `net.ipv6.conf.${name}.disable_ipv6=1`]);
      this.#run("link", "set", name, "up");
    }
    // Until the kernel has seen both carriers it drops what is sent, without a word.
    for (const name of [this.a, this.b]) waitUntilUp(name);
  }

  down(): void {
    this.#run("link", "set", this.a, "down");
  }

  /** Both ends. */
  remove(): void {
    ip("link", "del", this.a);
  }

  #run(...args: string[]): void {
    const failure = ip(...args);
    if (failure) throw new Error(`ip ${args.join(" ")}: ${failure}`);
  }
}

function waitUntilUp(name: string): void {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (let tries = 0; tries < 3000; tries++) {
    if (readFileSync(`/sys/class/net/${name}/operstate`, "utf8").trim() === "up") return;
    Atomics.wait(pause, 0, 0, 10);
  }
  throw new Error(`${name} is not up after 30 s`);
}

function whyNoVeth(): string[] {
  if (ip("-V")) return ["ip: apt-get install iproute2"];
  const failure = ip("link", "add", "wxprobe0", "type", "veth", "peer", "name", "wxprobe1");
  ip("link", "del", "wxprobe0");
  // Another test file may be probing at this moment.
  return failure && !failure.includes("exists") ? ["root (CAP_NET_ADMIN, CAP_NET_RAW)"] : [];
}

const missing = [
  ...(nativeStatus().loaded === undefined ? ["the native addon: npm run build:native"] : []),
  ...whyNoVeth(),
];
export const vethNote = missing.length === 0 ? "" : ` (needs ${missing.join(", and ")})`;
/** For tests with a cable; their titles end with `vethNote`, which says what is missing. */
export const vethTest = missing.length === 0 ? testWith : (testWith.skip as unknown as typeof testWith);

export function vethFor(t: { teardown(run: () => void): void }): Veth {
  const veth = new Veth();
  t.teardown(() => veth.remove());
  return veth;
}
