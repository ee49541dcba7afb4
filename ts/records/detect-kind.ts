/**
 * Which kind a record is, from its bytes alone: by the member that wraps it, or for bare kinds by the
 * members that only they require. Undefined when none fits, and when more than one does.
 */
import type { KindToken } from "../base/ids.js";
import { RawJson } from "./json-members.js";
import type { Field, KindSpec } from "./kind-spec.js";
import type { Kinds } from "./kinds.js";

/** `json` is valid JSON; anything but an object has no kind. */
export function detectKind(kinds: Kinds, json: Uint8Array | RawJson): KindToken | undefined {
  const { members } = json instanceof RawJson ? json : new RawJson(json);
  if (!members) return undefined;
  const names = new Set(members.map((member) => member.name));
  const fitting = kinds.all().filter((spec) => fits(spec, names));
  return fitting.length === 1 ? fitting[0]!.token : undefined;
}

function fits(spec: KindSpec, names: ReadonlySet<string>): boolean {
  if (spec.onlyByName) return false;
  if (spec.alsoWrappedIn !== undefined && names.has(spec.alsoWrappedIn)) return true;
  if (spec.wrapper === null) return hasRequired(spec.fields, names);
  return names.has(spec.wrapper) && hasRequired(spec.wrapperFields, names);
}

function hasRequired(fields: readonly Field[], names: ReadonlySet<string>): boolean {
  return fields.every((field) => field.optional || field.omitted !== undefined || names.has(field.name));
}
