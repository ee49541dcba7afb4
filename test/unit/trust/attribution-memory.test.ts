import test from "ava";
import { createMemoryStore } from "waxwing/store";
import { createFakeHost } from "waxwing/testing";
import { createStoreAttributionMemory } from "waxwing/trust";
import { engine, startMs } from "../../support/records.js";

function openMemory(store = createMemoryStore(), tokensMax?: number) {
  const fake = createFakeHost();
  const { clock } = fake.host;
  const memory = createStoreAttributionMemory({
    engine,
    store,
    clock,
    ...(tokensMax === undefined ? {} : { tokensMax }),
  });
  return { fake, memory, store };
}

test("a token is new once, for its key, also for callers at the same time and after a restart", async (t) => {
  const { memory, store } = openMemory();
  const answers = await Promise.all(
    Array.from({ length: 4 }, () => memory.rememberToken("alice", "t1", startMs + 60_000)),
  );
  t.deepEqual(answers.filter(Boolean).length, 1);
  t.true(await memory.rememberToken("bob", "t1", startMs + 60_000));
  const again = openMemory(store).memory;
  t.false(await again.rememberToken("alice", "t1", startMs + 60_000));
});

test("a full memory refuses new tokens until old ones expire", async (t) => {
  const { memory, fake } = openMemory(createMemoryStore(), 2);
  t.true(await memory.rememberToken("a", "1", startMs + 10));
  t.true(await memory.rememberToken("a", "2", startMs + 1000));
  t.false(await memory.rememberToken("a", "3", startMs + 1000));
  await fake.advance(11);
  t.true(await memory.rememberToken("a", "3", startMs + 1000));
  t.false(await memory.rememberToken("a", "2", startMs + 1000), "still remembered");
});

test("a failed commit forgets the token, so that the sender may try again", async (t) => {
  const store = createMemoryStore();
  let broken = true;
  const failing = new Proxy(store, {
    get(target, name) {
      if (name === "commit" && broken) return () => Promise.reject(new Error("disk"));
      const member = Reflect.get(target, name);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
  const { memory } = openMemory(failing);
  await t.throwsAsync(memory.rememberToken("a", "1", startMs + 10), { message: "disk" });
  broken = false;
  t.true(await memory.rememberToken("a", "1", startMs + 10));
});

test("a key that used the native form is known for it for ever", async (t) => {
  const { memory, store } = openMemory();
  t.false(await memory.hasUsedNative("alice"));
  await memory.rememberNative("alice");
  await memory.rememberNative("alice");
  t.true(await memory.hasUsedNative("alice"));
  t.false(await memory.hasUsedNative("alic"));
  t.true(await openMemory(store).memory.hasUsedNative("alice"));
});
