/** The apply rules by the name that the kind table gives; one file a kind or family of kinds. */
import type { KindSpec, RuleName } from "../../records/kind-spec.js";
import type { ApplyRule } from "./rule.js";

const rules: Readonly<Partial<Record<RuleName, ApplyRule>>> = {};

const none: ApplyRule = {};

/** The rule of a kind; an empty one where its row names none. */
export function ruleOf({ rule }: Pick<KindSpec, "rule">): ApplyRule {
  return (rule === undefined ? undefined : rules[rule]) ?? none;
}
