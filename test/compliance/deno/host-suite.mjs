/** Runs the host suite in Deno: one line a check, exit status 1 if one failed. Called by host.test.ts. */
import { createDenoHost } from "../../../dist/bindings/host/deno.js";
import { hostSuite } from "../../../dist/testing/host-suite.js";

const folder = await Deno.makeTempDir();
const host = createDenoHost();
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
