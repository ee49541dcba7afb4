/** The reference's manifest of what is advertised, served and taken of each kind, by its published hash (ciris-edge §2.5). */
import test from "ava";
import { loadCore } from "waxwing/core";
import { builtinKinds } from "waxwing/records";
import { serveAdvertiseManifest } from "waxwing/replication";

test("the policy manifest has the hash that the reference pins at v18.5", async (t) => {
  const core = await loadCore();
  const bytes = core.canonicalize(new TextEncoder().encode(JSON.stringify(serveAdvertiseManifest)));
  t.is(bytes.length, 1801);
  t.is(
    Buffer.from(core.sha256(bytes)).toString("hex"),
    "20499cabaf1c0566b5a8d66f8d03c8a980b760c733e83444b7345a7733f22d74",
  );
});

test("its kinds are those of the kind table, in the same order", (t) => {
  t.deepEqual(
    serveAdvertiseManifest.policies.map(({ kind }) => kind),
    builtinKinds.slice(0, 15).map(({ token }) => token),
  );
});
