/** A failure of the addon as a `WaxwingError`: its code is ours already, `detail` has the system call and errno. */
import type { ErrorCode } from "#base/error-codes.js";
import { type ErrorDetail, WaxwingError } from "#base/errors.js";

/** What `native/src/guard.rs` hands over, as a value or as properties of a thrown error. */
export interface NativeFailure {
  readonly code: string;
  /** 0 where no system call failed. */
  readonly errno: number;
  /** The system call or ioctl request; empty where none failed. */
  readonly syscall: string;
  readonly message: string;
}

export function toWaxwingError(failure: NativeFailure, where: ErrorDetail): WaxwingError {
  const { errno, syscall } = failure;
  const detail = { ...where, ...(errno === 0 ? {} : { errno }), ...(syscall === "" ? {} : { syscall }) };
  const place = Object.values(where).find((value) => typeof value === "string");
  const isNamed = place === undefined || failure.message.includes(place);
  const message = isNamed ? failure.message : `${place}: ${failure.message}`;
  return new WaxwingError(failure.code as ErrorCode, message, { detail });
}

/** Runs a call into the addon; what it throws as its own is turned, mistakes of the caller stay what they are. */
export function callNative<Result>(where: ErrorDetail, call: () => Result): Result {
  try {
    return call();
  } catch (error) {
    if (isNativeFailure(error)) throw toWaxwingError(error, where);
    throw error;
  }
}

function isNativeFailure(error: unknown): error is NativeFailure {
  return error instanceof Error && "syscall" in error && "errno" in error && "code" in error;
}
