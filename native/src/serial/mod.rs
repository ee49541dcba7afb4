//! Serial ports for JavaScript: a thin class over `handle`, the list, and on other systems a refusal.

#[cfg(target_os = "linux")]
mod driver;
#[cfg(target_os = "linux")]
#[cfg_attr(test, allow(dead_code))]
mod exports;
#[cfg(target_os = "linux")]
mod lines;
#[cfg(target_os = "linux")]
mod list;
#[cfg(target_os = "linux")]
mod settings;
#[cfg(target_os = "linux")]
mod termios;
#[cfg(target_os = "linux")]
mod tty;

#[cfg(not(target_os = "linux"))]
mod unsupported;
