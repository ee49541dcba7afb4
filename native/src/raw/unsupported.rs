//! Other systems: the name is there, and says that it does nothing here.

use napi::{Env, Result};
use napi_derive::napi;

use crate::errors::Failure;
use crate::guard::guarded;

#[napi]
pub struct RawSocket {}

#[napi]
impl RawSocket {
    #[napi(constructor)]
    pub fn new(env: Env) -> Result<Self> {
        guarded(&env, || Err(Failure::unsupported()))
    }
}
