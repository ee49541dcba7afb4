/**
 * Writes negentropy-v1.json: sessions of the crate `negentropy` with itself, message by message. Needs the program of
 * test/interop/negentropy-peer:
 *
 *   WAXWING_NEGENTROPY=<program> node --import tsx test/vectors/negentropy-v1-generate.ts
 */
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { rustPeer } from "../support/negentropy.js";

/** [first, last] of numbers; an id is SHA-256 of the number in decimal. */
type Numbers = readonly (readonly [number, number])[];

const sessions: readonly {
  name: string;
  limit: number;
  initiator: Numbers;
  responder: Numbers;
}[] = [
  { name: "two empty sets", limit: 0, initiator: [], responder: [] },
  { name: "one id against none", limit: 0, initiator: [[0, 0]], responder: [] },
  { name: "the largest set that is listed", limit: 0, initiator: [[0, 30]], responder: [[1, 31]] },
  { name: "the smallest set that is parted", limit: 0, initiator: [[0, 31]], responder: [[1, 32]] },
  { name: "equal sets of 300", limit: 0, initiator: [[0, 299]], responder: [[0, 299]] },
  { name: "300 ids, a few apart", limit: 0, initiator: [[0, 299]], responder: [[4, 309]] },
  {
    name: "3000 ids, two apart",
    limit: 0,
    initiator: [[0, 2999]],
    responder: [
      [0, 1500],
      [1502, 3000],
    ],
  },
  { name: "a frame of 4096 bytes", limit: 4096, initiator: [], responder: [[0, 200]] },
];

function idsOf(numbers: Numbers): Uint8Array {
  const ids: Buffer[] = [];
  for (const [first, last] of numbers)
    for (let number = first; number <= last; number++)
      ids.push(createHash("sha256").update(String(number)).digest());
  return Buffer.concat(ids);
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const vectors = [];
for (const session of sessions) {
  const initiator = await rustPeer(idsOf(session.initiator), session.limit);
  const responder = await rustPeer(idsOf(session.responder), session.limit);
  const messages: string[] = [];
  const [have, need] = [new Set<string>(), new Set<string>()];
  let message: Uint8Array | undefined = await initiator.initiate();
  while (message !== undefined) {
    messages.push(hex(message));
    const answer = await responder.answer(message);
    messages.push(hex(answer));
    const learnt = await initiator.read(answer);
    for (const id of learnt.have) have.add(id);
    for (const id of learnt.need) need.add(id);
    message = learnt.next;
  }
  initiator.close();
  responder.close();
  vectors.push({ ...session, messages, have: [...have].sort(), need: [...need].sort() });
}
writeFileSync(
  new URL("negentropy-v1.json", import.meta.url),
  `${JSON.stringify({ sessions: vectors }, null, 1)}\n`,
);
