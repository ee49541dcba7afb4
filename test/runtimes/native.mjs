/**
 * The native addon in the runtime that runs this file: Node 20, 22, 24, 26, Deno, or an ARM Node under qemu.
 * No test framework, so that it also runs where ava does not. Ends with `N passed, N failed, N skipped`.
 *
 *   node test/runtimes/native.mjs
 *   deno run --no-lock --allow-ffi --allow-read test/runtimes/native.mjs
 */
import { loadNative, nativeStatus } from "waxwing/native";
import { check, finish, same } from "./report.mjs";

await check("the addon of this platform loads, from this package", () => {
  const { loaded, tried, platform } = nativeStatus();
  if (loaded === undefined) throw new Error(`${platform}: ${JSON.stringify(tried)}`);
  same(tried.length, 0);
  console.log(`  ${platform}, ${loaded.source}: ${loaded.path}`);
});

await check("it was built for N-API 8, and this runtime has that", () => {
  same(loadNative().napiVersion(), 8);
  same(nativeStatus().napiVersion, 8);
  same(nativeStatus().runtimeNapiVersion >= 8, true);
});

await check("every code that it throws is one of Waxwing's", async () => {
  const { errorCodes } = await import("#base/error-codes.js");
  const codes = loadNative().errorCodes();
  same(codes.length > 0, true);
  same(codes.filter((code) => !(code in errorCodes)).join(), "");
});

finish();
