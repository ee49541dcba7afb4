/** The bounded reader of request bodies. */
import test from "ava";
import fc from "fast-check";
import { readBody } from "#dist/transport/http/body.js";

test("readBody() gives the same bytes however they are cut, and refuses one byte past the bound", async (t) => {
  const timers = { after: () => ({ cancel: () => {} }) };
  const chunks = fc.array(fc.uint8Array({ maxLength: 5000 }), { maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(chunks, async (parts) => {
      const whole = new Uint8Array(Buffer.concat(parts));
      const request = () => {
        const stream = new ReadableStream<Uint8Array>({
          start(controller) {
            for (const part of parts) controller.enqueue(new Uint8Array(part));
            controller.close();
          },
        });
        return new Request("http://x/", { method: "POST", body: stream, duplex: "half" } as RequestInit);
      };
      const bounds = { bytesMax: whole.length, timeoutMs: 1000 };
      t.deepEqual(await readBody(request(), bounds, timers), whole);
      if (whole.length === 0) return;
      const tight = { ...bounds, bytesMax: whole.length - 1 };
      const error = await t.throwsAsync(readBody(request(), tight, timers));
      t.is((error as { code?: string }).code, "frame_too_large");
    }),
    { numRuns: 100 },
  );
});
