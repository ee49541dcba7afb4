/**
 * H3 cells (ciris-edge §7.3): an index of 64 bits as 15 or 16 lower-case hex digits. Its second digit (of 15) is the
 * resolution, so a finer cell cannot pass under a coarser `cell_resolution`.
 */
import type { JsonObject } from "./kind-spec.js";

/** Mode 1 is a cell, the first digit of 15; the highest bit of each part is reserved and zero. */
const cellForm = /^0?8([0-9a-f])[0-9a-f]{13}$/;

/** A sentence about what is wrong, or undefined. */
export function findCellFault({
  cell_id: cell,
  cell_resolution: resolution,
}: JsonObject): string | undefined {
  const form = cellForm.exec(String(cell));
  if (!form) return "cell_id is not an H3 cell in lower-case hex";
  return Number.parseInt(form[1]!, 16) === resolution
    ? undefined
    : "cell_resolution is not the resolution of cell_id";
}
