/** State heads: what a node says of its sets, and who may be believed. */
import test from "ava";
import { isWaxwingError } from "waxwing";
import { buildStateHead, parseStateHead } from "waxwing/records";
import { sameState, verifyStateHead } from "waxwing/trust";
import { alice, bob, engine, startMs } from "../../support/records.js";
import { openTrust, pinOf } from "../../support/trust.js";

const utf8 = new TextEncoder();
const state = { kind: "note", count: 3, head: new Uint8Array(32).fill(7), atMs: startMs };

const edited = (bytes: Uint8Array, change: Record<string, unknown>) =>
  utf8.encode(JSON.stringify({ ...JSON.parse(new TextDecoder().decode(bytes)), ...change }));

async function codeOf(bytes: Uint8Array, pins = [pinOf(alice)]): Promise<string> {
  const { directory } = openTrust({ pins });
  try {
    await verifyStateHead({ engine, directory }, bytes);
    return "believed";
  } catch (error) {
    if (!isWaxwingError(error)) throw error;
    return error.code;
  }
}

test("verifyStateHead() gives back what buildStateHead() was told", async (t) => {
  const { directory } = openTrust({ pins: [pinOf(alice)] });
  const read = await verifyStateHead({ engine, directory }, await buildStateHead(engine, alice, state));
  t.like(read, { ...state, nodeKeyId: alice.keyId });
});

test("verifyStateHead() refuses every change, strangers and borrowed names", async (t) => {
  const bytes = await buildStateHead(engine, alice, state);
  const head = "00".repeat(32);
  for (const change of [{ kind: "key" }, { count: 4 }, { head }, { at: "2026-02-01T00:00:00Z" }, { more: 1 }])
    t.is(await codeOf(edited(bytes, change)), "signature_invalid", JSON.stringify(change));
  t.is(await codeOf(bytes, []), "key_unknown");
  const { signature_ed25519, signature_ml_dsa_65 } = JSON.parse(
    new TextDecoder().decode(await buildStateHead(engine, bob, state)),
  );
  t.is(await codeOf(edited(bytes, { signature_ed25519 })), "signature_invalid");
  t.is(await codeOf(edited(bytes, { signature_ml_dsa_65 })), "signature_invalid");
});

test("parseStateHead() refuses what is no state head", async (t) => {
  const bytes = await buildStateHead(engine, alice, state);
  for (const other of [
    utf8.encode("{}"),
    utf8.encode("[]"),
    utf8.encode("{"),
    new Uint8Array(20_000).fill(0x20),
    edited(bytes, { waxwing_state_head: 2 }),
    edited(bytes, { count: -1 }),
    edited(bytes, { count: 2 ** 53 }),
    edited(bytes, { head: "00" }),
    edited(bytes, { signature_ml_dsa_65: undefined }),
  ]) {
    const error = t.throws(() => parseStateHead(engine, other));
    t.true(isWaxwingError(error, "state_head_malformed"), String(error));
  }
});

test("the signed bytes are no JSON, so that no record's signature can stand for a state head", async (t) => {
  const { signedBytes } = parseStateHead(engine, await buildStateHead(engine, alice, state));
  t.is(new TextDecoder().decode(signedBytes.subarray(0, 23)), "waxwing state head v1\0{");
});

test("sameState() compares kind, count and head, and not when or by whom", (t) => {
  t.true(sameState(state, { ...state, atMs: 1 }));
  t.false(sameState(state, { ...state, kind: "key" }));
  t.false(sameState(state, { ...state, count: 4 }));
  t.false(sameState(state, { ...state, head: new Uint8Array(32) }));
});
