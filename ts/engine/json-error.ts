/** How both engines refuse JSON: one message a code, the byte offset always in the detail. */
import type { ErrorCode } from "../base/error-codes.js";
import { WaxwingError } from "../base/errors.js";
import { limits } from "../base/limits.js";

export type JsonErrorCode = Extract<ErrorCode, `json_${string}`>;

const messages: Record<JsonErrorCode, string> = {
  json_syntax: "not JSON",
  json_utf8: "not UTF-8",
  json_depth: `nested deeper than ${limits.jsonDepthMax}`,
  json_duplicate_key: "a key occurs twice in one object",
  json_lone_surrogate: "a surrogate escape without its pair",
  json_number_range: "a number beyond the range of a double",
  json_too_large: `more than ${limits.jsonInputBytesMax} bytes, ${limits.jsonObjectsMax} objects or ${limits.jsonMembersMax} members`,
};

export function jsonError(code: JsonErrorCode, offset: number): WaxwingError {
  return new WaxwingError(code, `json: ${messages[code]}, at byte ${offset}`, { detail: { offset } });
}
