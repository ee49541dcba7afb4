import test from "ava";
import fc from "fast-check";
import { concatBytes } from "#dist/base/bytes.js";
import { waxwing } from "#dist/bindings/protobuf/replication/generated/native.js";
import type { BodiesMessage, DeliverMessage } from "#dist/replication/wire/message.js";
import { encodeBodies } from "#dist/replication/wire/native-bodies.js";

const { NativeMessage } = waxwing.replication;
const kind = fc.stringMatching(/^[a-z_]{1,20}$/);
const envelopes = fc.array(fc.uint8Array({ maxLength: 400 }), { maxLength: 12 });
const message: fc.Arbitrary<DeliverMessage | BodiesMessage> = fc.oneof(
  fc.record({ type: fc.constant("deliver" as const), kind, envelopes }),
  fc.record({ type: fc.constant("bodies" as const), kind, envelopes, left: fc.nat(0xffff_ffff) }),
);

/** By the generated encoder. */
function encoded({ kind, envelopes, ...rest }: DeliverMessage | BodiesMessage): Uint8Array {
  const lengths = new Uint8Array(4 * envelopes.length);
  for (const [index, { length }] of envelopes.entries())
    new DataView(lengths.buffer).setUint32(4 * index, length);
  const packed = { lengths, records: concatBytes(...envelopes) };
  return NativeMessage.encode(
    rest.type === "deliver" ? { kind, deliver: packed } : { kind, bodies: { ...packed, left: rest.left } },
  ).finish();
}

test("encodeBodies() writes what protobuf would, behind the head", (t) => {
  fc.assert(
    fc.property(message, fc.nat(20), (sent, headBytes) => {
      const bytes = encodeBodies(sent, headBytes);
      t.deepEqual([...bytes.subarray(0, headBytes)], new Array(headBytes).fill(0));
      t.deepEqual([...bytes.subarray(headBytes)], [...encoded(sent)]);
    }),
  );
});

test("encodeBodies() has varints of one to five bytes right", (t) => {
  for (const left of [
    0, 1, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152, 268_435_455, 268_435_456, 0xffff_ffff,
  ]) {
    const sent = { type: "bodies", kind: "note", envelopes: [new Uint8Array(16_384)], left } as const;
    t.deepEqual([...encodeBodies(sent, 0)], [...encoded(sent)], String(left));
  }
  t.throws(() => encodeBodies({ type: "bodies", kind: "note", envelopes: [], left: 2 ** 32 }, 0), {
    instanceOf: RangeError,
  });
});
