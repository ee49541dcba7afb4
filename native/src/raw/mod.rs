//! Raw sockets and UDP for JavaScript: a thin class over `handle`, and on other systems a refusal.

#[cfg(target_os = "linux")]
mod address;
#[cfg(target_os = "linux")]
mod batch;
#[cfg(target_os = "linux")]
mod driver;
#[cfg(target_os = "linux")]
#[cfg_attr(test, allow(dead_code))]
mod exports;
#[cfg(target_os = "linux")]
mod interface;
#[cfg(target_os = "linux")]
mod options;
#[cfg(target_os = "linux")]
mod socket;

#[cfg(not(target_os = "linux"))]
mod unsupported;
