/** What rules say to each other about records that one needs of another. */
import { utf8Encode } from "../../base/bytes.js";
import type { KindToken } from "../../base/ids.js";
import type { Refusal } from "../../contracts/record.js";
import { recordNames } from "../../records/signed-bytes.js";
import type { RuleView } from "./rule.js";

/** The refusal with the natural key of the record that would lift it. */
export function waitingFor(
  view: RuleView,
  refusal: Refusal,
  kind: KindToken,
  values: readonly string[],
): Refusal {
  const texts = values.map((value) => utf8Encode(JSON.stringify(value)));
  const { naturalKey } = recordNames(view.engine, kind, texts, true, new Uint8Array(32));
  return { ...refusal, waitsForRecord: { kind, naturalKey } };
}
