/**
 * The one error class of Waxwing for failures of the world: peer bytes, disks, sockets, operators' input.
 *
 * A `code` comes from the closed table in `error-codes.ts` and is stable across releases; the message is
 * for people and nobody parses it. Caller mistakes (a wrong type, a length out of range) are `TypeError`
 * and `RangeError` from the `check*` helpers instead; a broken invariant is `InvariantError`, which stops
 * the instance that found it and never the process.
 *
 * A program may hold these classes more than once: `waxwing/core` is bundled with its own, and `@waxwing/core`
 * may be installed beside `waxwing`. So `instanceof` asks for a brand that all copies give, not for the constructor.
 */
import { type ErrorCode, type ErrorScope, errorCodes } from "./error-codes.js";

export type { ErrorCode, ErrorScope } from "./error-codes.js";

export type ErrorDetail = Readonly<Record<string, string | number | boolean | undefined>>;

const waxwingErrorBrand = Symbol.for("waxwing.WaxwingError");
const invariantErrorBrand = Symbol.for("waxwing.InvariantError");

export class WaxwingError extends Error {
  static {
    Object.defineProperty(WaxwingError.prototype, waxwingErrorBrand, { value: true });
  }

  static override [Symbol.hasInstance](value: unknown): value is WaxwingError {
    return isBranded(value, waxwingErrorBrand);
  }

  override readonly name = "WaxwingError";
  readonly code: ErrorCode;
  /** Typed facts about this occurrence: an offset, a limit, a path. */
  readonly detail: ErrorDetail;
  /** Whether the same call may succeed later without a change of input. */
  readonly retryable: boolean;
  /** How far the damage reaches: the smallest thing that has to be given up. */
  readonly scope: ErrorScope;

  constructor(code: ErrorCode, message: string, options: { detail?: ErrorDetail; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.detail = options.detail ?? {};
    this.retryable = errorCodes[code].retryable;
    this.scope = errorCodes[code].scope;
  }

  toJSON(): { code: ErrorCode; message: string; detail: ErrorDetail; retryable: boolean; scope: ErrorScope } {
    return {
      code: this.code,
      message: this.message,
      detail: this.detail,
      retryable: this.retryable,
      scope: this.scope,
    };
  }
}

/** A state that the code rules out. Reachable from input, it is a bug of ours. */
export class InvariantError extends Error {
  static {
    Object.defineProperty(InvariantError.prototype, invariantErrorBrand, { value: true });
  }

  static override [Symbol.hasInstance](value: unknown): value is InvariantError {
    return isBranded(value, invariantErrorBrand);
  }

  override readonly name = "InvariantError";
}

function isBranded(value: unknown, brand: symbol): boolean {
  return typeof value === "object" && value !== null && brand in value;
}

export function invariant(condition: boolean, what: string): asserts condition {
  if (!condition) throw new InvariantError(what);
}

/** `isWaxwingError(error, "store_full")`: true for our errors, of that code if one is given. */
export function isWaxwingError(error: unknown, code?: ErrorCode): error is WaxwingError {
  return error instanceof WaxwingError && (code === undefined || error.code === code);
}
