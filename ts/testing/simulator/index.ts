/**
 * The simulator: a whole federation in one process, on one seed.
 *
 * ```ts
 * import { simulate, World } from "waxwing/testing";
 * const world = new World({ seed: 42, network: { lossChance: 0.1 } });
 * await simulate(world, "npx ava test/sim/echo.test.ts", async (world) => {
 *   const a = world.addNode("A", async ({ transport }) => {
 *     await transport.start(() => "accepted");
 *     return { stop: () => transport.stop() };
 *   });
 *   await world.start(a);
 *   world.network.partition(["A"], []);
 *   await world.runFor(60_000);
 *   world.crash(a);
 *   await world.start(a);
 * });
 * ```
 */
export { AcknowledgedRecords, describeDivergence, heldRecords } from "./checkers.js";
export { type DiskFaults, DiskStore, goodDisk, SimDisk, type StoreFactory } from "./disk.js";
export { SimulationFailure, simulate } from "./failure.js";
export { type FrameObserver, type LinkFaults, Network, type NetworkStats, perfectLink } from "./network.js";
export { digestBytes, Trace } from "./trace.js";
export {
  type NodeOptions,
  type NodeWorld,
  type SimNode,
  SimulatedNode,
  World,
  type WorldOptions,
} from "./world.js";
