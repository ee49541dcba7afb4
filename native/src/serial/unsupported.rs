//! Other systems: the names are there, and every one says that it does nothing here.

use napi::{Env, Result};
use napi_derive::napi;

use crate::errors::Failure;
use crate::guard::guarded;

#[napi]
pub struct SerialPort {}

#[napi]
impl SerialPort {
    #[napi(constructor)]
    pub fn new(env: Env) -> Result<Self> {
        guarded(&env, || Err(Failure::unsupported()))
    }
}

#[napi]
pub fn list_serial_ports(env: Env) -> Result<()> {
    guarded(&env, || Err(Failure::unsupported()))
}
