/** What every command prints alike: results as text or one JSON line, errors to stderr, exit codes. */
import { type ErrorCode, WaxwingError } from "../base/index.js";

export const exitCodes = { done: 0, no: 1, usage: 2, surroundings: 3 } as const;

/** `--json`: one line of JSON on stdout. Else: the text. */
export function print(json: boolean, value: unknown, text: string): void {
  process.stdout.write(json ? `${JSON.stringify(value)}\n` : text.endsWith("\n") ? text : `${text}\n`);
}

/** Notes for people go to stderr, so that stdout stays what scripts read. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

export function printError(error: unknown, json: boolean): void {
  if (error instanceof WaxwingError) {
    if (json) process.stdout.write(`${JSON.stringify({ error: error.toJSON() })}\n`);
    process.stderr.write(`waxwing: ${error.message} (${error.code})\n`);
    return;
  }
  const message = error instanceof Error ? error.message : String(error);
  if (json)
    process.stdout.write(
      `${JSON.stringify({ error: { code: isUsage(error) ? "usage" : "internal", message } })}\n`,
    );
  // What a person mistyped is told in a sentence; a fault of ours with its stack.
  process.stderr.write(`waxwing: ${isUsage(error) || !(error instanceof Error) ? message : error.stack}\n`);
}

const usageCodes: readonly ErrorCode[] = ["usage", "config_invalid", "config_unreadable"];

/** Arguments that an API refused: they came from the command line. */
function isUsage(error: unknown): boolean {
  return error instanceof TypeError || error instanceof RangeError;
}

export function exitCodeOf(error: unknown): number {
  if (isUsage(error)) return exitCodes.usage;
  if (!(error instanceof WaxwingError)) return exitCodes.surroundings;
  if (usageCodes.includes(error.code)) return exitCodes.usage;
  return error.scope === "record" || error.scope === "frame" ? exitCodes.no : exitCodes.surroundings;
}
