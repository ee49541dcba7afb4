/**
 * A serial cable without hardware: two ptys that socat joins, at fixed paths. Both ends are held open here,
 * because a pty without an opener tells its cable that it was unplugged.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { closeSync, constants, existsSync, openSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import testWith from "ava";
import { nativeStatus } from "waxwing/native";
import { temporaryFolder } from "./temporary.js";

export class Cable {
  readonly a: string;
  readonly b: string;
  #socat: ChildProcess | undefined;
  #held: number[] = [];

  constructor() {
    const folder = temporaryFolder();
    this.a = join(folder, "a");
    this.b = join(folder, "b");
  }

  async plug(): Promise<this> {
    const end = (path: string) => `pty,raw,echo=0,link=${path}`;
    this.#socat = spawn("socat", ["-b", "4096", end(this.a), end(this.b)], { stdio: "ignore" });
    for (let tries = 0; !(existsSync(this.a) && existsSync(this.b)); tries += 1) {
      if (tries > 2000) throw new Error("socat made no ptys in 10 s");
      await delay(5);
    }
    const flags = constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK;
    this.#held = [openSync(this.a, flags), openSync(this.b, flags)];
    return this;
  }

  /** Pulls it out: both ptys are gone for who has them open. `plug` puts it back, at the same paths. */
  async unplug(): Promise<void> {
    const socat = this.#socat;
    this.#socat = undefined;
    for (const held of this.#held.splice(0)) closeSync(held);
    if (socat === undefined) return;
    const gone = new Promise((resolve) => socat.once("exit", resolve));
    socat.kill("SIGKILL");
    await gone;
    for (const path of [this.a, this.b]) rmSync(path, { force: true });
  }
}

const missing = [
  ...(nativeStatus().loaded === undefined ? ["the native addon: npm run build:native"] : []),
  ...(spawnSync("socat", ["-V"]).error ? ["socat: apt-get install socat"] : []),
];
export const note = missing.length === 0 ? "" : ` (needs ${missing.join(", and ")})`;
/** For tests with a cable; their titles end with `note`, which says what is missing. */
export const cableTest = missing.length === 0 ? testWith : (testWith.skip as unknown as typeof testWith);

/** A cable that is unplugged when the test ends. */
export async function cableFor(t: { teardown(run: () => Promise<void>): void }): Promise<Cable> {
  const cable = await new Cable().plug();
  t.teardown(() => cable.unplug());
  return cable;
}
