/** Id sets as the core exports them: batches of ids in INPUT, results in OUTPUT or ARGS. */
import { INPUT, OUTPUT } from "../layout";
import { headFree, headsOpen, headTouch } from "./head";
import { ID } from "./id";
import { setsOpen } from "./pages";
import { symbolsFree, symbolsTouch } from "./symbols";
import { setSize, treeCopy, treeCreate, treeDelete, treeFree, treeHas, treeInsert, treeLowerBound } from "./tree";

/** Once, in an instance that holds id sets. `nodePages`: pages that kept hashes may take. */
export function idSetsOpen(memoryBytes: usize, nodePages: u32): void {
  setsOpen(memoryBytes);
  headsOpen(nodePages);
}

/** The set, or 0 where there is no room for one. */
export function idSetCreate(): usize {
  return treeCreate();
}

export function idSetFree(set: usize): void {
  headFree(set);
  symbolsFree(set);
  treeFree(set);
}

export function idSetSize(set: usize): u32 {
  return setSize(set);
}

/** `count` ids lie in INPUT; how many of them were new. */
export function idSetInsert(set: usize, count: u32): u32 {
  let inserted: u32 = 0;
  for (let id = INPUT, end = INPUT + (<usize>count << 5); id != end; id += ID) {
    if (!treeInsert(set, id)) continue;
    headTouch(set, id);
    symbolsTouch(set, id, 1);
    inserted++;
  }
  return inserted;
}

/** How many of them were there. */
export function idSetDelete(set: usize, count: u32): u32 {
  let deleted: u32 = 0;
  for (let id = INPUT, end = INPUT + (<usize>count << 5); id != end; id += ID) {
    if (!treeDelete(set, id)) continue;
    headTouch(set, id);
    symbolsTouch(set, id, -1);
    deleted++;
  }
  return deleted;
}

/** How many of `count` ids in INPUT are there. */
export function idSetCountPresent(set: usize, count: u32): u32 {
  let present: u32 = 0;
  for (let id = INPUT, end = INPUT + (<usize>count << 5); id != end; id += ID) if (treeHas(set, id)) present++;
  return present;
}

/** How many ids are below the one in INPUT. */
export function idSetLowerBound(set: usize): u32 {
  return treeLowerBound(set, INPUT);
}

export function idSetCopy(set: usize, from: u32, to: u32): void {
  treeCopy(set, from, to, OUTPUT);
}
