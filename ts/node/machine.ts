/** What a node's defaults depend on: the processors and the memory that this process may use. */
import { availableParallelism, totalmem } from "node:os";
import { limits } from "../base/index.js";

export interface Machine {
  /** That this process may use. */
  readonly cores: number;
  readonly memoryBytes: number;
}

/** A container's limits count, where the runtime knows them. */
export function thisMachine(): Machine {
  const constrained = process.constrainedMemory?.() ?? 0;
  const total = totalmem();
  return {
    cores: availableParallelism(),
    memoryBytes: constrained > 0 ? Math.min(constrained, total) : total,
  };
}

/** Room for expanded keys where the configuration does not say: less on a small board. */
export function chooseKeyCacheBytes({ memoryBytes }: Pick<Machine, "memoryBytes">): number {
  return memoryBytes < limits.smallMachineMemoryBytes
    ? limits.keyCacheBytesSmall
    : limits.keyCacheBytesDefault;
}

/** How many record ids stay resident for reconciliation where the configuration does not say. */
export function chooseOfferedIds({ memoryBytes }: Pick<Machine, "memoryBytes">): number {
  return memoryBytes < limits.smallMachineMemoryBytes ? limits.offeredIdsSmall : limits.offeredIdsDefault;
}
