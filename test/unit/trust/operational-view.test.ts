import test from "ava";
import { signRecord } from "waxwing/records";
import { createOperationalView } from "waxwing/trust";
import { limits } from "#dist/base/limits.js";
import {
  alice,
  authoritiesOf,
  bob,
  engine,
  keyOf,
  kinds,
  organizationOf,
  orgMembershipOf,
  partnerOf,
  startMs,
} from "../../support/records.js";
import { openTrust, outcomes } from "../../support/trust.js";

const day = 86_400_000;

async function open() {
  const trust = openTrust({ admission: { authorities: authoritiesOf(alice, bob) } });
  await outcomes(trust, [await keyOf(alice), await keyOf(bob)]);
  const view = createOperationalView({ engine, store: trust.store, kinds: trust.kinds });
  return { trust, view };
}

test("the last statement about an organisation counts, whatever its id, and may say that it is over", async (t) => {
  const { trust, view } = await open();
  t.is(await view.organization("org-1", startMs), undefined);
  const older = await organizationOf(alice, { attestationId: "z", assertedAtMs: startMs - 1 });
  const newer = await organizationOf(bob, { attestationId: "y", name: "Renamed" });
  t.deepEqual(await outcomes(trust, [newer, older]), ["admitted", "admitted"]);
  const counted = await view.organization("org-1", startMs);
  t.deepEqual([counted?.record.value.name, counted?.standing], ["Renamed", "stands"]);

  const withdrawn = await organizationOf(bob, { attestationId: "y", withdrawnAtMs: startMs + 10 });
  t.deepEqual(await outcomes(trust, [withdrawn, newer]), ["admitted", "duplicate"]);
  t.is((await view.organization("org-1", startMs))?.standing, "stands");
  t.is((await view.organization("org-1", startMs + 10))?.standing, "withdrawn");
  const revival = await organizationOf(bob, { attestationId: "y", assertedAtMs: startMs + 100 });
  t.deepEqual(await outcomes(trust, [revival]), ["duplicate"]);
  const again = await organizationOf(bob, { attestationId: "x", assertedAtMs: startMs + 100 });
  t.deepEqual(await outcomes(trust, [again]), ["admitted"]);
  t.is((await view.organization("org-1", startMs + 100))?.standing, "stands");
});

test("times count to the nanosecond, and a tie goes to the smallest attestation id", async (t) => {
  const { trust, view } = await open();
  const records = [
    await organizationOf(alice, { attestationId: "b", name: "B" }),
    await organizationOf(alice, { attestationId: "a", name: "A" }),
    await organizationOf(alice, { attestationId: "c", name: "C" }),
  ];
  await outcomes(trust, records);
  t.is((await view.organization("org-1", startMs))?.record.value.name, "A");
  const { signed_envelope: _, ...row } = records[0]!.value;
  const said = { ...row, attestation_id: "d", name: "D", asserted_at: "2026-01-01T00:00:00.000000001Z" };
  for (const name of ["persist_row_hash", "attesting_key_id"]) delete (said as Record<string, unknown>)[name];
  for (const half of ["ed25519", "mldsa65"])
    delete (said as Record<string, unknown>)[`${half}_signature_base64`];
  const draft = { record: { ...said, signed_envelope: said } };
  const later = await signRecord(engine, kinds, kinds.get("organization")!, draft, alice);
  t.deepEqual(await outcomes(trust, [later]), ["admitted"]);
  t.is((await view.organization("org-1", startMs))?.record.value.name, "D");
});

test("a membership is of one user in one organisation, and ends with its validity", async (t) => {
  const { trust, view } = await open();
  const records = [
    await orgMembershipOf(alice, { attestationId: "1", role: "owner", validUntilMs: startMs + day }),
    await orgMembershipOf(alice, { attestationId: "2", userId: "user-2" }),
  ];
  t.deepEqual(await outcomes(trust, records), ["admitted", "admitted"]);
  const owner = await view.membership("user-1", "org-1", startMs);
  t.deepEqual([owner?.record.value.role, owner?.standing], ["owner", "stands"]);
  t.is((await view.membership("user-1", "org-1", startMs + day))?.standing, "expired");
  t.is((await view.membership("user-2", "org-1", startMs))?.record.value.role, "viewer");
  t.is(await view.membership("org-1", "user-1", startMs), undefined);
});

test("a licence follows its highest revision, and of equal ones the gravest", async (t) => {
  const { trust, view } = await open();
  const counts = async () => {
    const counted = await view.partner("license-1", startMs);
    return [counted?.record.value.revision, counted?.record.value.status];
  };
  const say = async (attestationId: string, revision: number, status: "active" | "suspended" | "revoked") =>
    (await outcomes(trust, [await partnerOf([alice, bob], { attestationId, revision, status })]))[0];
  t.is(await say("a", 5, "active"), "admitted");
  t.is(await say("a", 4, "revoked"), "duplicate");
  t.deepEqual(await counts(), [5, "active"]);
  t.is(await say("b", 5, "suspended"), "admitted");
  t.deepEqual(await counts(), [5, "suspended"]);
  t.is(await say("a", 5, "revoked"), "admitted");
  t.deepEqual(await counts(), [5, "revoked"]);
  t.is(await say("b", 6, "active"), "admitted");
  t.deepEqual(await counts(), [6, "active"]);
  t.is((await trust.store.list("partner_record", { after: 0, limit: 10 })).length, 2);
  t.is((await view.partner("license-1", startMs + 365 * day))?.standing, "expired");
});

test("organizationPath() climbs to the root, and ends at what is missing, at cycles and at its depth", async (t) => {
  const { trust, view } = await open();
  const say = async (orgId: string, parentOrgId?: string) =>
    organizationOf(alice, {
      attestationId: orgId,
      orgId,
      ...(parentOrgId === undefined ? {} : { parentOrgId }),
    });
  const depth = limits.organizationDepthMax;
  const line = await Promise.all(
    Array.from({ length: depth + 2 }, (_, i) => say(`l${i}`, i === 0 ? undefined : `l${i - 1}`)),
  );
  const cycle = [await say("x", "y"), await say("y", "z"), await say("z", "y"), await say("lost", "nowhere")];
  await outcomes(trust, [...line, ...cycle]);
  const climb = async (orgId: string) => {
    const path = await view.organizationPath(orgId, startMs);
    return path && [path.ancestors.map(({ record }) => record.value.org_id), path.end];
  };
  t.deepEqual(await climb("l0"), [[], "root"]);
  t.deepEqual(await climb("l2"), [["l1", "l0"], "root"]);
  t.deepEqual(await climb("x"), [["y", "z"], "cycle"]);
  t.deepEqual(await climb("lost"), [[], "missing"]);
  t.is(await climb("nobody"), undefined);
  t.is((await view.organizationPath(`l${depth}`, startMs))?.end, "root");
  t.is((await view.organizationPath(`l${depth + 1}`, startMs))?.end, "too_deep");
});
