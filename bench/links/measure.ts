/** Throughput, processor time, latency and a stalled reader, over any pipe. Contenders take turns. */
import type { Pipe } from "./pipe.js";

export interface Throughput {
  readonly framesPerSecond: number;
  /** Of both ends and everything between them in this process. */
  readonly cpuMsPerFrame: number;
}

/** Sends under way at once. */
const window = 32;

/**
 * Lets the event loop turn now and then: some contenders settle their sends without it, and would never come
 * to receive.
 */
const turn = () => new Promise((resolve) => setImmediate(resolve));
const sendsPerTurn = 4;

export async function throughput(pipe: Pipe, frameBytes: number, durationMs: number): Promise<Throughput> {
  const frame = new Uint8Array(frameBytes).map((_, i) => i * 31);
  let received = 0;
  pipe.onFar((bytes) => {
    received += bytes;
  });
  await untilArrived(pipe, frame, () => received >= frameBytes);
  received = 0;
  const cpu = process.cpuUsage();
  const began = performance.now();
  const endMs = began + durationMs;
  const lane = async () => {
    for (let count = 1; performance.now() < endMs; count++) {
      await pipe.send(frame);
      if (count % sendsPerTurn === 0) await turn();
    }
  };
  await Promise.all(Array.from({ length: window }, lane));
  const seconds = (performance.now() - began) / 1000;
  const frames = received / frameBytes;
  const { user, system } = process.cpuUsage(cpu);
  return { framesPerSecond: frames / seconds, cpuMsPerFrame: (user + system) / 1000 / Math.max(1, frames) };
}

/** Round trips of one frame at a time, in milliseconds, ascending. */
export async function latencies(pipe: Pipe, frameBytes: number, count: number): Promise<number[]> {
  const frame = new Uint8Array(frameBytes);
  let far = 0;
  let near = 0;
  let arrived = () => {};
  pipe.onFar((bytes) => {
    far += bytes;
    if (far < frameBytes) return;
    far -= frameBytes;
    pipe.answer(frame).catch(() => {});
  });
  pipe.onNear((bytes) => {
    near += bytes;
    if (near < frameBytes) return;
    near -= frameBytes;
    arrived();
  });
  const samples: number[] = [];
  for (let i = 0; i < count + 20; i++) {
    const began = performance.now();
    const back = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    await Promise.all([pipe.send(frame), back]);
    // The first of them warm the path up.
    if (i >= 20) samples.push(performance.now() - began);
  }
  return samples.sort((a, b) => a - b);
}

/** How much the process has grown when a writer has pushed against a reader that does not read. */
export async function stalledGrowth(pipe: Pipe, frameBytes: number, durationMs: number): Promise<number> {
  const frame = new Uint8Array(frameBytes);
  pipe.onFar(() => {});
  await pipe.send(frame);
  pipe.stall?.();
  globalThis.gc?.();
  const before = process.memoryUsage().rss;
  let stop = false;
  const lane = async () => {
    while (!stop) {
      await pipe.send(frame).catch(() => new Promise((resolve) => setTimeout(resolve, 1)));
      await turn();
    }
  };
  // A send against a full pipe never resolves: it is left behind, and closing the pipe ends it.
  for (let i = 0; i < window; i++) void lane();
  await new Promise((resolve) => setTimeout(resolve, durationMs));
  stop = true;
  return Math.max(0, process.memoryUsage().rss - before);
}

/** Datagrams may be lost, and the first of an interface that has just come up often is. */
async function untilArrived(pipe: Pipe, frame: Uint8Array, holds: () => boolean): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error("nothing arrived within 20 s");
    await pipe.send(frame);
    for (let i = 0; i < 20 && !holds(); i++) await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
