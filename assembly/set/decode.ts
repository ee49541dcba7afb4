/**
 * Peeling decoder: the difference of two sets from the symbols of both. A cell that holds one id gives it away; it
 * is taken out of all its cells, and others become pure. Each turn gives an id, and more ids than cells are
 * no decoding, so that symbols made to deceive cost no more than honest ones.
 *
 *   INPUT    symbols of the other side, 48 bytes each
 *   INDEX    cells   then numbers of cells to look at
 *   OUTPUT   ids of theirs alone, then from the middle on, ids of ours alone
 */
import { INDEX, INPUT, OUTPUT, OUTPUT_BYTES } from "../layout";
import { copyId, ID } from "./id";
import { isEmpty, isPure, peel, SYMBOL, SYMBOL_OUT, SYMBOLS_MAX, symbolDifference } from "./symbols";

const CELLS: usize = INDEX;
const STACK: usize = INDEX + SYMBOL * <usize>SYMBOLS_MAX;
const THEIRS: usize = OUTPUT;
const OURS: usize = OUTPUT + OUTPUT_BYTES / 2;

let theirs: u32 = 0;
let ours: u32 = 0;

export function decodeTheirs(): usize { return THEIRS; }
export function decodeOurs(): usize { return OURS; }
export function decodeTheirsCount(): u32 { return theirs; }
export function decodeOursCount(): u32 { return ours; }

/** Whether the first `count` symbols, which the set keeps too, say the whole difference. */
export function decodeSymbols(set: usize, count: u32): bool {
  theirs = ours = 0;
  let top = STACK;
  for (let index: u32 = 0; index < count; index++) {
    const cell = CELLS + <usize>index * SYMBOL;
    symbolDifference(set, index, INPUT + <usize>index * SYMBOL_OUT, cell);
    const number = load<i64>(cell, 40);
    if (number == 1 || number == -1) {
      store<u64>(cell, 1, 48);
      store<u32>(top, index);
      top += 4;
    }
  }
  while (top != STACK) {
    top -= 4;
    const cell = CELLS + <usize>load<u32>(top) * SYMBOL;
    store<u64>(cell, 0, 48);
    if (!isPure(cell)) continue;
    if (theirs + ours == count) return false;
    const sign = load<i64>(cell, 40);
    const id = sign > 0 ? THEIRS + <usize>theirs * ID : OURS + <usize>ours * ID;
    if (sign > 0) theirs++;
    else ours++;
    copyId(id, cell);
    top = peel(CELLS, count, id, sign, top);
  }
  for (let index: u32 = 0; index < count; index++) if (!isEmpty(CELLS + <usize>index * SYMBOL)) return false;
  return true;
}
