/** What rows of the kind table share; a row names only how it differs. */
import { required } from "./kind-spec.js";

/** Row hash of the reference's database; recomputed wherever it stands (ciris-edge §7.5). */
export const rowHash = required("persist_row_hash", "hash");

export const common = {
  wireVersion: 1,
  bootstrap: false,
  subjectPullable: false,
  cursorServed: false,
  status: "verbatim",
  hashBasis: "content",
  wrapperFields: [],
  repeatedAt: [[]],
  unsigned: [],
  visibility: () => "federation" as const,
} as const;
