/**
 * Looks through the records of withdrawn keys (trust: `sweep`) when the node opens, because a crash may have come
 * between a revocation and its sweep, and now and then for revocations that lie ahead.
 */
import { limits } from "../base/index.js";
import type { TimerHandle, Timers } from "../contracts/index.js";
import type { NodeAdmission } from "../trust/index.js";

/** Returns what ends it. A sweep that fails leaves its note and is tried again. */
export function sweepRegularly(
  admission: Pick<NodeAdmission, "sweep">,
  timers: Timers,
  onFault: (fault: unknown) => void,
): () => void {
  let timer: TimerHandle | undefined;
  let ended = false;
  const run = async () => {
    await admission.sweep().catch((fault: unknown) => ended || onFault(fault));
    if (!ended) timer = timers.after(limits.sweepIntervalMs, () => void run());
  };
  void run();
  return () => {
    ended = true;
    timer?.cancel();
  };
}
