/** Tests with client certificates: what makes certificates, a host that speaks TLS, and tests that say what they need. */
import test from "ava";
import { createHost } from "waxwing/transport";
import { openCertificateMaker, opensslNote } from "./certificates.js";

export const maker = openCertificateMaker();
export const mtlsTest = maker === undefined ? test.skip : test;
/** For the titles of tests: what they need, where that is missing. */
export const note = maker === undefined ? opensslNote : "";
export const host = await createHost();
test.after.always(async () => {
  maker?.close();
  await host.http.close();
});
