/** Structured logs on stderr (pino), quiet by default. Secrets are never logged; key ids are shortened. */
import { type Logger, pino } from "pino";
import { type KeyId, shortId } from "../base/index.js";

export type { Logger } from "pino";

export function createLogger(level: string, keyId: KeyId): Logger {
  return pino({ level, base: { node: shortId(keyId) } }, pino.destination({ dest: 2, sync: true }));
}
