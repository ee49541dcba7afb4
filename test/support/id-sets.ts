/** Every implementation of id sets: each build of the product that runs here, and the oracle. */
import { type IdSets, loadIdSets } from "waxwing/core";
import { wasmBuilds } from "#bindings/wasm/load.js";
import { createReferenceIdSets } from "#dist/engine/index.js";

export { createReferenceIdSets };

export type MakeIdSets = (options: { capacity: number; sets?: number }) => IdSets | Promise<IdSets>;

export const idSetMakers: readonly { readonly name: string; readonly make: MakeIdSets }[] = [
  ...wasmBuilds().map((build) => ({
    name: `wasm-${build}`,
    make: (options: { capacity: number; sets?: number }) => loadIdSets({ ...options, build }),
  })),
  { name: "reference", make: createReferenceIdSets },
];
