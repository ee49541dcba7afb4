//! Serial ports and raw sockets for Waxwing: bytes, descriptors and options, and no word of any protocol.
//!
//! Every descriptor has one thread that polls it (DESIGN §7). Bytes go through a bounded ring; JavaScript is
//! rung once a burst and drains the ring into its own memory. Framing, retries and policy are TypeScript's.

#![deny(unsafe_op_in_unsafe_fn)]

pub mod errors;
pub mod guard;
pub mod raw;
pub mod serial;

// What every descriptor has in common; serial ports and raw sockets are built on it.
#[cfg(target_os = "linux")]
pub mod doorbell;
#[cfg(target_os = "linux")]
pub mod handle;
#[cfg(target_os = "linux")]
pub mod poll_thread;
#[cfg(target_os = "linux")]
pub mod receive_ring;
#[cfg(target_os = "linux")]
pub mod requests;
#[cfg(target_os = "linux")]
pub mod ring;
#[cfg(target_os = "linux")]
pub mod waker;
#[cfg(target_os = "linux")]
pub mod write_ring;

use napi_derive::napi;

/// Version of the addon: that of its crate.
#[napi]
pub fn version() -> &'static str {
    env!("CARGO_PKG_VERSION")
}

/// The N-API version that the addon was built for; a runtime with a lower one cannot load it.
#[napi]
pub fn napi_version() -> u32 {
    8
}

/// Every error code that the addon throws, so that a test can hold them against TypeScript's table.
#[napi]
pub fn error_codes() -> Vec<&'static str> {
    errors::Code::ALL.map(errors::Code::as_str).to_vec()
}
