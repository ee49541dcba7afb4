/** The KeyDirectory contract, law by law. */
import type { Engine } from "../contracts/engine.js";
import type { DirectoryEntry, KeyDirectory, KeyStanding } from "../contracts/key-directory.js";
import { nativeKeyId } from "../records/native-key-id.js";
import { assert, assertEqual, type SuiteReport } from "./suite.js";

export interface KeyDirectoryUnderTest {
  readonly engine: Engine;
  /** A fresh, empty directory; `pins` as its configuration would have them. */
  open(pins?: readonly Omit<DirectoryEntry, "standing">[]): Promise<KeyDirectoryHandle>;
}

export interface KeyDirectoryHandle {
  readonly directory: KeyDirectory;
  /** The same data after a restart, without pins. */
  reopen(): Promise<KeyDirectory>;
}

/** Filler keys: directories compare them and never compute with them. */
function entryOf(fill: number, keyId: string, standing: KeyStanding): DirectoryEntry {
  return {
    keyId,
    ed25519: new Uint8Array(32).fill(fill),
    mlDsa65: new Uint8Array(1952).fill(fill),
    standing,
  };
}

export function keyDirectorySuite({ engine, open }: KeyDirectoryUnderTest, report: SuiteReport): void {
  const nativeEntry = (fill: number): DirectoryEntry => {
    const { ed25519, mlDsa65 } = entryOf(fill, "", "native");
    return entryOf(fill, nativeKeyId(engine, { ed25519, mlDsa65: mlDsa65! }), "native");
  };

  report.check("an unknown id is not found", async () => {
    const { directory } = await open();
    for (const keyId of ["nobody", nativeEntry(1).keyId, "", "x".repeat(5000)])
      assertEqual(await directory.lookup(keyId), undefined, keyId.slice(0, 20));
  });

  report.check("law 1: a native id takes only the keys that hash to it", async () => {
    const { directory } = await open();
    const entry = nativeEntry(1);
    assertEqual(await directory.put({ ...entryOf(2, entry.keyId, "native") }), "refused", "other keys");
    const { mlDsa65: _half, ...classical } = entry;
    assertEqual(await directory.put(classical), "refused", "half of the keys");
    assertEqual(await directory.put(entry), "added", "its own keys");
    assertEqual(await directory.lookup(entry.keyId), entry, "entry");
  });

  report.check("law 2: a foreign id never has the standing of a native one", async () => {
    const { directory } = await open();
    assertEqual(await directory.put(entryOf(1, "alice", "native")), "refused", "put");
    assertEqual(await directory.lookup("alice"), undefined, "lookup");
  });

  report.check("law 3: the keys of an id never change", async () => {
    const { directory } = await open();
    assertEqual(await directory.put(entryOf(1, "alice", "attested")), "added", "first");
    assertEqual(await directory.put(entryOf(2, "alice", "operator")), "refused", "other keys");
    assertEqual(await directory.lookup("alice"), entryOf(1, "alice", "attested"), "entry");
  });

  report.check("standing rises, stays and never falls", async () => {
    const { directory } = await open();
    assertEqual(await directory.put(entryOf(1, "alice", "unproven")), "added", "unproven");
    assertEqual(await directory.put(entryOf(1, "alice", "attested")), "raised", "attested");
    assertEqual(await directory.put(entryOf(1, "alice", "attested")), "unchanged", "again");
    assertEqual(await directory.put(entryOf(1, "alice", "operator")), "raised", "operator");
    assertEqual(await directory.put(entryOf(1, "alice", "unproven")), "refused", "fall");
    assertEqual((await directory.lookup("alice"))?.standing, "operator", "standing");
  });

  report.check("a revoked key stays revoked", async () => {
    const { directory } = await open();
    const entry = nativeEntry(3);
    await directory.put(entry);
    assertEqual(await directory.revoke(entry.keyId), true, "revoke");
    assertEqual(await directory.revoke(entry.keyId), false, "again");
    assertEqual(await directory.revoke("nobody"), false, "unknown");
    assertEqual((await directory.lookup(entry.keyId))?.standing, "revoked", "standing");
    assertEqual(await directory.put(entry), "refused", "put");
  });

  report.check("a pin binds keys to an id, outranks others' words and yields to a revocation", async () => {
    const { directory } = await open([entryOf(1, "alice", "pinned")]);
    assertEqual((await directory.lookup("alice"))?.standing, "pinned", "standing");
    assertEqual(await directory.put(entryOf(2, "alice", "operator")), "refused", "other keys");
    assertEqual(await directory.put(entryOf(1, "alice", "attested")), "refused", "fall");
    assertEqual(await directory.revoke("alice"), true, "revoke");
    assertEqual((await directory.lookup("alice"))?.standing, "revoked", "standing after revocation");
  });

  report.check("law 4: what was acknowledged survives a restart", async () => {
    const handle = await open();
    const native = nativeEntry(5);
    await handle.directory.put(native);
    await handle.directory.put(entryOf(6, "ключ", "operator"));
    await handle.directory.put(entryOf(7, "gone", "operator"));
    await handle.directory.revoke("gone");
    const again = await handle.reopen();
    assertEqual(await again.lookup(native.keyId), native, "native");
    assertEqual(await again.lookup("ключ"), entryOf(6, "ключ", "operator"), "foreign");
    assertEqual((await again.lookup("gone"))?.standing, "revoked", "revoked");
  });

  report.check("the same put from many callers at once adds once", async () => {
    const { directory } = await open();
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => directory.put(nativeEntry(8))));
    assertEqual(outcomes.filter((outcome) => outcome === "added").length, 1, "added");
    assert(!outcomes.includes("refused"), "none refused");
  });

  report.check("two keys for one id at once: one is held, the other refused", async () => {
    const { directory } = await open();
    const outcomes = await Promise.all([
      directory.put(entryOf(1, "alice", "operator")),
      directory.put(entryOf(2, "alice", "operator")),
    ]);
    assertEqual([...outcomes].sort(), ["added", "refused"], "outcomes");
    assertEqual((await directory.lookup("alice"))?.ed25519[0], outcomes[0] === "added" ? 1 : 2, "holder");
  });
}
