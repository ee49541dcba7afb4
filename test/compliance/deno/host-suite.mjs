/** Runs the host suite in Deno: one line a check, exit status 1 if one failed. Called by host.test.ts. */
import { hostSuite } from "waxwing/testing";
import { createHost } from "waxwing/transport";

const folder = await Deno.makeTempDir();
const host = await createHost();
const checks = [];
hostSuite("deno", { host, folder }, { check: (name, run) => checks.push({ name, run }) });

let failed = false;
for (const { name, run } of checks) {
  try {
    await run();
    console.log(`pass ${name}`);
  } catch (error) {
    failed = true;
    console.log(`FAIL ${name}: ${error.stack}`);
  }
}
await host.http.close();
await Deno.remove(folder, { recursive: true });
Deno.exit(failed ? 1 : 0);
