//! The edge to JavaScript: no panic crosses it, and a failure is thrown as an `Error` with `code`, `errno`
//! and `syscall`, which `bindings/native` turns into a `WaxwingError`.

use std::panic::{catch_unwind, AssertUnwindSafe};

use napi::bindgen_prelude::Object;
use napi::{Env, Error, Result, Status};

use crate::errors::Failure;

/// Runs the body of an exported function.
pub fn guarded<T>(env: &Env, body: impl FnOnce() -> std::result::Result<T, Failure>) -> Result<T> {
    caught(body).map_err(|failure| throw(env, &failure))
}

/// Runs `body`; a panic is a failure like any other.
pub fn caught<T>(body: impl FnOnce() -> std::result::Result<T, Failure>) -> std::result::Result<T, Failure> {
    catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|payload| {
        let failure = Failure::from_panic(payload.as_ref());
        // A payload may panic when it is dropped; what that leaves is leaked.
        if let Err(second) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
            std::mem::forget(second);
        }
        Err(failure)
    })
}

fn throw(env: &Env, failure: &Failure) -> Error {
    match error_object(env, failure).and_then(|object| env.throw(object)) {
        Ok(()) => Error::new(Status::PendingException, failure.message.to_string()),
        Err(error) => error,
    }
}

fn error_object<'env>(env: &'env Env, failure: &Failure) -> Result<Object<'env>> {
    let plain = Error::new(Status::GenericFailure, failure.message.to_string());
    let mut object = env.create_error(plain)?;
    object.set("code", failure.code.as_str())?;
    object.set("errno", failure.errno)?;
    object.set("syscall", failure.syscall)?;
    Ok(object)
}

/// A failure of a background thread, as JavaScript reads it.
#[napi_derive::napi(object)]
pub struct NativeFailure {
    pub code: String,
    /// 0 where no system call failed.
    pub errno: i32,
    pub syscall: String,
    pub message: String,
}

impl From<&Failure> for NativeFailure {
    fn from(failure: &Failure) -> Self {
        NativeFailure {
            code: failure.code.as_str().to_owned(),
            errno: failure.errno,
            syscall: failure.syscall.to_owned(),
            message: failure.message.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::errors::Code;

    #[test]
    fn a_panic_is_a_failure() {
        let failure = caught::<()>(|| panic!("on purpose: {}", 7)).unwrap_err();
        assert_eq!(failure.code, Code::NativePanic);
        assert_eq!(failure.message, "panic in the addon: on purpose: 7");
    }

    #[test]
    fn a_panic_with_a_strange_payload_is_a_failure() {
        let failure = caught::<()>(|| std::panic::panic_any(7u8)).unwrap_err();
        assert_eq!(failure.message, "panic in the addon: no message");
    }
}
