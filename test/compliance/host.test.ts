/** The host contract over Node's host here, and over Deno's in a Deno of its own. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import test from "ava";
import { hostSuite } from "waxwing/testing";
import { createHost } from "waxwing/transport";
import { avaReport } from "../support/ava-report.js";
import { denoNote, findDeno } from "../support/deno.js";

const folder = mkdtempSync(join(tmpdir(), "waxwing-host-suite-"));
const host = await createHost();
test.after.always(async () => {
  await host.http.close();
  rmSync(folder, { recursive: true });
});
hostSuite("node", { host, folder }, avaReport("host"));

const deno = findDeno();
if (deno === undefined) test.skip(`host: deno${denoNote}`, () => {});
else
  test("host: deno: every check of the suite passes in Deno", (t) => {
    const script = fileURLToPath(new URL("deno/host-suite.mjs", import.meta.url));
    const permissions = ["--allow-net=127.0.0.1", "--allow-read", "--allow-write", "--allow-env"];
    const run = spawnSync(deno, ["run", "--no-prompt", ...permissions, script], {
      encoding: "utf8",
      timeout: 60_000,
    });
    const lines = run.stdout.trim().split("\n");
    t.is(run.status, 0, `${run.stdout}\n${run.stderr}`);
    t.true(lines.length >= 14 && lines.every((line) => line.startsWith("pass ")), run.stdout);
  });
