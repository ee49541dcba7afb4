/** Counting and printing for the plain scripts of this folder. */
const counts = { passed: 0, failed: 0, skipped: 0 };

export async function check(claim, run) {
  try {
    await run();
    counts.passed++;
    console.log(`✔ ${claim}`);
  } catch (error) {
    counts.failed++;
    console.log(`✘ ${claim}\n${error instanceof Error ? error.stack : error}`);
  }
}

export function skip(claim, why) {
  counts.skipped++;
  console.log(`- ${claim}: skipped, ${why}`);
}

export function same(got, expected) {
  if (got !== expected) throw new Error(`expected ${expected}, got ${got}`);
}

/** Ends the process: whatever is still open is not waited for. */
export function finish() {
  const { passed, failed, skipped } = counts;
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  (globalThis.Deno?.exit ?? globalThis.process.exit)(failed > 0 ? 1 : 0);
}
