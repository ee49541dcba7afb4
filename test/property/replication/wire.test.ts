/** Laws of the CRPL wire over all messages. Failing seeds are printed by fast-check. */
import test from "ava";
import fc from "fast-check";
import type { ReconcileMessage } from "waxwing/reconcile";
import {
  decodeFrame,
  encodeFrame,
  type Frame,
  isCrplMessage,
  isWaxwingError,
  type LegacyFrame,
  type NativeMessage,
  type ReplicationMessage,
  type RoundFrame,
} from "waxwing/replication";
import { testKinds } from "../../support/replication.js";

const kind = fc.constantFrom(...testKinds.tokens());
const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });
const text = fc.string({ unit: "grapheme", maxLength: 60 });
const message: fc.Arbitrary<ReplicationMessage> = fc.oneof(
  fc.record({
    type: fc.constant("summary" as const),
    kind,
    refs: fc.array(fc.record({ hash, seq: fc.maxSafeNat() }), { maxLength: 20 }),
  }),
  fc.record({
    type: fc.constantFrom("diff" as const, "fetch" as const),
    kind,
    want: fc.array(hash, { maxLength: 20 }),
  }),
  fc.record({
    type: fc.constant("deliver" as const),
    kind,
    envelopes: fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 10 }),
  }),
  fc.record({ type: fc.constant("pull" as const), kind, subjectKeyId: text }),
  fc.record(
    { type: fc.constant("cursor_pull" as const), kind, since: text },
    { requiredKeys: ["type", "kind"] },
  ),
);
const ids = fc.array(hash, { maxLength: 8 }).map((list) => Uint8Array.from(list.flatMap((id) => [...id])));
const number = fc.nat(0xffff_ffff);
const blob = fc.uint8Array({ maxLength: 300 });
const reconcile: fc.Arbitrary<ReconcileMessage> = fc.oneof(
  fc.record({ type: fc.constant("open" as const), head: hash, count: number }),
  fc.record({ type: fc.constant("more" as const), head: hash, from: number, to: number }),
  fc.record({ type: fc.constant("ranges" as const), message: blob }),
  fc.record({ type: fc.constant("page" as const), after: hash }, { requiredKeys: ["type"] }),
  fc.record({ type: fc.constant("found" as const), missing: ids, extra: ids }),
  fc.record({ type: fc.constant("equal" as const), head: hash }),
  fc.record({ type: fc.constant("sketch" as const), head: hash, count: number, from: number, symbols: blob }),
  fc.record({ type: fc.constant("rangesAnswer" as const), head: hash, message: blob }),
  fc.record({ type: fc.constant("ids" as const), head: hash, ids, last: fc.boolean() }),
);
const token = fc.stringMatching(/^[!-~]{1,64}$/);
const envelopes = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 10 });
const head = fc.record(
  { kind: token, head: hash, count: fc.maxSafeNat() },
  { requiredKeys: ["kind", "count"] },
);
const nativeMessage: fc.Arbitrary<NativeMessage> = fc.oneof(
  { weight: 6, arbitrary: message },
  fc.record({ type: fc.constant("reconcile" as const), kind, message: reconcile }),
  fc.record({ type: fc.constant("unavailable" as const), kind }),
  fc.record({ type: fc.constant("want" as const), kind, ids }),
  fc.record({ type: fc.constant("bodies" as const), kind, envelopes, left: number }),
  fc.record({ type: fc.constant("taken" as const), kind, frames: number }),
  fc.record({
    type: fc.constantFrom("heads" as const, "headsAnswer" as const),
    kind: fc.constant("" as const),
    entries: fc.array(head, { maxLength: 20 }),
  }),
  fc.record({
    type: fc.constant("stateHeadRequest" as const),
    kind: fc.constant("" as const),
    kinds: fc.array(token, { maxLength: 20 }),
  }),
  fc.record({
    type: fc.constant("stateHeads" as const),
    kind: fc.constant("" as const),
    statements: envelopes,
  }),
);
const frame: fc.Arbitrary<LegacyFrame | RoundFrame> = fc.oneof(
  fc.record({ version: fc.constantFrom(1 as const, 2 as const), message }),
  fc.record({
    version: fc.constant(3 as const),
    fromResponder: fc.boolean(),
    round: fc.bigInt({ min: 1n, max: 0xffff_ffff_ffff_ffffn }),
    message,
  }),
);
const nativeFrame: fc.Arbitrary<Frame> = fc.record({
  version: fc.constant(3 as const),
  fromResponder: fc.boolean(),
  round: fc.bigInt({ min: 1n, max: 0xffff_ffff_ffff_ffffn }),
  native: fc.constant(true as const),
  message: nativeMessage,
});

/** The reference's JSON of a message, made by another writer. */
function jsonOf(sent: ReplicationMessage): string {
  const { type, kind } = sent;
  const list = (items: readonly Uint8Array[]) => items.map((item) => [...item]);
  switch (sent.type) {
    case "summary":
      return JSON.stringify({
        type,
        kind,
        refs: sent.refs.map((ref) => ({ envelope_hash: [...ref.hash], seq: ref.seq })),
      });
    case "deliver":
      return JSON.stringify({ type, kind, envelopes: list(sent.envelopes) });
    case "pull":
      return JSON.stringify({ type, kind, subject_key_id: sent.subjectKeyId });
    case "cursor_pull":
      return JSON.stringify({ type, kind, since: sent.since });
    default:
      return JSON.stringify({ type, kind, want: list(sent.want) });
  }
}

test("decodeFrame() is the inverse of encodeFrame()", (t) => {
  fc.assert(
    fc.property(
      fc.oneof(frame, nativeFrame),
      (sent) => void t.deepEqual(decodeFrame(encodeFrame(sent), testKinds), sent),
    ),
  );
  t.pass();
});

test("encodeFrame() writes what JSON.stringify writes behind the preamble", (t) => {
  fc.assert(
    fc.property(frame, (sent) => {
      const body = encodeFrame(sent).subarray(sent.version === 3 ? 14 : 5);
      t.is(new TextDecoder().decode(body), jsonOf(sent.message));
    }),
  );
  t.pass();
});

test("decodeFrame() reads any JSON layout of a message alike: white space, order, unknown members", (t) => {
  fc.assert(
    fc.property(message, fc.jsonValue(), fc.nat(4), (sent, extra, indent) => {
      const members = Object.entries(JSON.parse(jsonOf(sent))).reverse();
      const body = JSON.stringify({ unknown: extra, ...Object.fromEntries(members) }, null, indent);
      const bytes = new TextEncoder().encode(`CRPL\x02${body}`);
      t.deepEqual(decodeFrame(bytes, testKinds).message, sent);
    }),
  );
  t.pass();
});

test("decodeFrame() throws nothing but WaxwingError, on any bytes and on any damage", (t) => {
  const refuses = (bytes: Uint8Array) => {
    try {
      decodeFrame(bytes, testKinds);
    } catch (error) {
      t.true(isWaxwingError(error), String(error));
    }
  };
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) =>
      refuses(Uint8Array.of(0x43, 0x52, 0x50, 0x4c, ...bytes)),
    ),
  );
  fc.assert(
    fc.property(frame, fc.nat(), fc.nat(255), (sent, at, byte) => {
      const bytes = encodeFrame(sent);
      bytes[at % bytes.length] = byte;
      refuses(bytes);
      refuses(bytes.subarray(0, at % bytes.length));
    }),
  );
  t.pass();
});

test("encodeFrame() and decodeFrame() take a Deliver of half a mebibyte in one buffer each", (t) => {
  const envelopes = [new Uint8Array(400_000).fill(255), Uint8Array.from({ length: 124_288 }, (_, i) => i)];
  const sent: Frame = { version: 1, message: { type: "deliver", kind: "key", envelopes } };
  const bytes = encodeFrame(sent);
  t.true(bytes.length > 1_900_000 && bytes.length < 2_200_000);
  t.deepEqual(decodeFrame(bytes, testKinds), sent);
});

test("encodeFrame() refuses the caller's mistakes with TypeError or RangeError", (t) => {
  const diff = (want: unknown): LegacyFrame => ({
    version: 1,
    message: { type: "diff", kind: "key", want: want as Uint8Array[] },
  });
  t.throws(() => encodeFrame(diff([new Uint8Array(31)])), { instanceOf: RangeError });
  t.throws(() => encodeFrame(diff([[1, 2]])), { instanceOf: TypeError });
  const { message } = diff([]);
  t.throws(() => encodeFrame({ version: 3, fromResponder: false, round: 0n, message }), {
    instanceOf: RangeError,
  });
  t.throws(() => encodeFrame({ version: 3, fromResponder: false, round: 1n << 64n, message }), {
    instanceOf: RangeError,
  });
  t.throws(() => encodeFrame({ version: 4 as 3, fromResponder: false, round: 1n, message }), {
    instanceOf: RangeError,
  });
  const pull: Frame = { version: 1, message: { type: "pull", kind: "key", subjectKeyId: "\ud800" } };
  t.throws(() => encodeFrame(pull), { instanceOf: RangeError });
});

test("encodeFrame() refuses in CRPL what only native frames carry", (t) => {
  fc.assert(
    fc.property(nativeMessage, (sent) => {
      const crpl = { version: 3, fromResponder: false, round: 1n, message: sent } as unknown as RoundFrame;
      if (isCrplMessage(sent)) encodeFrame(crpl);
      else t.throws(() => encodeFrame(crpl), { instanceOf: TypeError });
    }),
  );
  t.pass();
});

test("decodeFrame() refuses a native frame that is cut, and throws only its codes on one that is changed", (t) => {
  const codes = ["not_a_frame", "frame_decode", "frame_version"];
  fc.assert(
    fc.property(nativeFrame, fc.nat(), fc.integer({ min: 1, max: 255 }), (sent, at, change) => {
      const bytes = encodeFrame(sent);
      const changed = bytes.slice();
      changed[at % bytes.length]! ^= change;
      for (const candidate of [changed, bytes.subarray(0, at % bytes.length)]) {
        try {
          decodeFrame(candidate, testKinds);
        } catch (error) {
          t.true(isWaxwingError(error) && codes.includes(error.code), String(error));
        }
      }
    }),
  );
  t.pass();
});
