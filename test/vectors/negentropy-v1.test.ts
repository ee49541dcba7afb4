/** Sessions of a published negentropy implementation with itself: each message read, and where its choices are the protocol's, written alike. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import test from "ava";
import { type IdSet, loadIdSets } from "waxwing/core";
import { answerRanges, openRanges, readRanges } from "waxwing/reconcile";
import { ownVectors, readJson } from "../support/vectors.js";

interface Session {
  readonly name: string;
  readonly limit: number;
  readonly initiator: readonly (readonly [number, number])[];
  readonly responder: readonly (readonly [number, number])[];
  readonly messages: readonly string[];
  readonly have: readonly string[];
  readonly need: readonly string[];
}

const { sessions } = readJson<{ sessions: Session[] }>(join(ownVectors, "negentropy-v1.json"));
const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, "hex"));
const hex = (data: Uint8Array) => Buffer.from(data).toString("hex");

async function setOf(numbers: Session["initiator"]): Promise<IdSet> {
  const set = (await loadIdSets({ capacity: 10_000 })).create();
  for (const [first, last] of numbers)
    for (let number = first; number <= last; number++)
      set.insert(createHash("sha256").update(String(number)).digest());
  return set;
}

for (const { name, limit, initiator, responder, messages, have, need } of sessions) {
  test(`readRanges() learns from recorded answers what the recorded initiator learnt: ${name}`, async (t) => {
    const set = await setOf(initiator);
    const found = { have: new Set<string>(), need: new Set<string>() };
    let message: Uint8Array | undefined = openRanges(set);
    for (let turn = 0; turn < messages.length; turn += 2) {
      t.is(hex(message!), messages[turn]!, "our messages are the recorded ones");
      const { missing, extra, reply } = readRanges(set, bytes(messages[turn + 1]!));
      for (const id of hex(missing).match(/.{64}/g) ?? []) found.need.add(id);
      for (const id of hex(extra).match(/.{64}/g) ?? []) found.have.add(id);
      message = reply;
    }
    t.is(message, undefined);
    t.deepEqual([...found.have].sort(), have);
    t.deepEqual([...found.need].sort(), need);
  });

  test(`answerRanges() answers the recorded initiator: ${name}`, async (t) => {
    const set = await setOf(responder);
    for (let turn = 0; turn < messages.length; turn += 2) {
      const answer = answerRanges(set, bytes(messages[turn]!), limit === 0 ? {} : { bytesMax: limit });
      // Where a frame is full, how much goes into it is each side's choice.
      if (limit === 0) t.is(hex(answer), messages[turn + 1]!, "our answers are the recorded ones");
      else t.true(answer.length <= limit);
    }
  });
}
