/** A serial cable of two ptys, joined by socat. */
import { spawn } from "node:child_process";
import { closeSync, constants, existsSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const layMsMax = 5_000;

/** @returns {Promise<{ ends: [string, string], remove(): void } | undefined>} undefined where there is no socat */
export async function layCable() {
  const folder = mkdtempSync(join(tmpdir(), "waxwing-cable-"));
  const ends = [join(folder, "a"), join(folder, "b")];
  const socat = spawn(
    "socat",
    ends.map((path) => `pty,raw,echo=0,link=${path}`),
    { stdio: "ignore" },
  );
  let gone = false;
  socat.on("error", () => {
    gone = true;
  });
  socat.on("exit", () => {
    gone = true;
  });
  const held = [];
  const remove = () => {
    for (const descriptor of held) closeSync(descriptor);
    socat.kill();
    rmSync(folder, { recursive: true, force: true });
  };
  const until = performance.now() + layMsMax;
  while (!ends.every((path) => existsSync(path)) && !gone && performance.now() < until)
    await new Promise((resolve) => setTimeout(resolve, 20));
  if (!ends.every((path) => existsSync(path))) {
    remove();
    return undefined;
  }
  // A pty without an opener tells its cable that it was unplugged.
  const flags = constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK;
  held.push(...ends.map((path) => openSync(path, flags)));
  return { ends, remove };
}
