//! Modem lines, behind a trait: a pty has none (ENOTTY), so tests use a fake.

use std::os::fd::{AsRawFd, OwnedFd};
use std::sync::Arc;

use crate::errors::{Failure, Phase};

/// Bits of a state of the lines, the kernel's own.
pub mod line {
    pub const DTR: i32 = libc::TIOCM_DTR;
    pub const RTS: i32 = libc::TIOCM_RTS;
    pub const CTS: i32 = libc::TIOCM_CTS;
    pub const DCD: i32 = libc::TIOCM_CAR;
    pub const RI: i32 = libc::TIOCM_RNG;
    pub const DSR: i32 = libc::TIOCM_DSR;
}

pub trait ModemLines: Send {
    fn get(&self) -> Result<i32, Failure>;
    /// Raises and lowers outputs; the others stay.
    fn set(&mut self, raise: i32, lower: i32) -> Result<(), Failure>;
    /// Holds the line in the break state, or ends it.
    fn set_break(&mut self, on: bool) -> Result<(), Failure>;
}

/// Those of a descriptor.
pub struct TtyLines(pub Arc<OwnedFd>);

impl ModemLines for TtyLines {
    fn get(&self) -> Result<i32, Failure> {
        let mut bits: libc::c_int = 0;
        // SAFETY: the descriptor is open; the kernel writes one int.
        check(
            unsafe { libc::ioctl(self.0.as_raw_fd(), libc::TIOCMGET, &mut bits) },
            "TIOCMGET",
        )?;
        Ok(bits)
    }

    fn set(&mut self, raise: i32, lower: i32) -> Result<(), Failure> {
        for (bits, request, name) in [
            (raise, libc::TIOCMBIS, "TIOCMBIS"),
            (lower, libc::TIOCMBIC, "TIOCMBIC"),
        ] {
            if bits != 0 {
                let bits: libc::c_int = bits;
                // SAFETY: the descriptor is open; the kernel reads one int.
                check(unsafe { libc::ioctl(self.0.as_raw_fd(), request, &bits) }, name)?;
            }
        }
        Ok(())
    }

    fn set_break(&mut self, on: bool) -> Result<(), Failure> {
        let (request, name) = if on {
            (libc::TIOCSBRK, "TIOCSBRK")
        } else {
            (libc::TIOCCBRK, "TIOCCBRK")
        };
        // SAFETY: the descriptor is open; no memory is passed.
        check(unsafe { libc::ioctl(self.0.as_raw_fd(), request, 0) }, name)
    }
}

fn check(result: libc::c_int, syscall: &'static str) -> Result<(), Failure> {
    match result {
        0.. => Ok(()),
        _ => Err(Failure::last(syscall, Phase::Use)),
    }
}

/// A null modem onto itself: RTS is seen as CTS, DTR as DSR and DCD; a break rings.
#[cfg(any(test, feature = "test-hooks"))]
#[derive(Default)]
pub struct LoopedLines(i32);

#[cfg(any(test, feature = "test-hooks"))]
impl ModemLines for LoopedLines {
    fn get(&self) -> Result<i32, Failure> {
        let mut bits = self.0;
        for (output, inputs) in [(line::RTS, line::CTS), (line::DTR, line::DSR | line::DCD)] {
            if bits & output != 0 {
                bits |= inputs;
            }
        }
        Ok(bits)
    }

    fn set(&mut self, raise: i32, lower: i32) -> Result<(), Failure> {
        self.0 = (self.0 | raise) & !lower;
        Ok(())
    }

    fn set_break(&mut self, on: bool) -> Result<(), Failure> {
        self.set(if on { line::RI } else { 0 }, if on { 0 } else { line::RI })
    }
}
