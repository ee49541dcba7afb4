//! Wakes a thread that sleeps in poll: an eventfd. Many wakes before it looks are one.

use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::errors::{Failure, Phase};

/// Closed when its thread has ended, since JavaScript may keep the handle until its garbage is collected.
pub struct Waker(Mutex<Option<OwnedFd>>);

impl Waker {
    pub fn new() -> Result<Self, Failure> {
        // SAFETY: no memory is passed; the descriptor is ours alone when it is not negative.
        let fd = unsafe { libc::eventfd(0, libc::EFD_CLOEXEC | libc::EFD_NONBLOCK) };
        if fd < 0 {
            return Err(Failure::last("eventfd", Phase::Open));
        }
        // SAFETY: just created, owned by nobody else.
        let fd = unsafe { OwnedFd::from_raw_fd(fd) };
        Ok(Waker(Mutex::new(Some(fd))))
    }

    /// For the thread that sleeps, which is also the one that closes it. −1 once it is closed.
    pub fn fd(&self) -> RawFd {
        self.lock().as_ref().map_or(-1, AsRawFd::as_raw_fd)
    }

    /// Nothing once it is closed.
    pub fn wake(&self) {
        if let Some(fd) = self.lock().as_ref() {
            let one = 1u64.to_ne_bytes();
            // SAFETY: eight readable bytes. It fails only when 2^64 − 2 wakes wait, and then it wakes all the same.
            unsafe { libc::write(fd.as_raw_fd(), one.as_ptr().cast(), one.len()) };
        }
    }

    pub fn clear(&self) {
        if let Some(fd) = self.lock().as_ref() {
            let mut count = [0u8; 8];
            // SAFETY: eight writable bytes. EAGAIN says that nobody has rung, which is as good.
            unsafe { libc::read(fd.as_raw_fd(), count.as_mut_ptr().cast(), count.len()) };
        }
    }

    pub fn close(&self) {
        self.lock().take();
    }

    fn lock(&self) -> MutexGuard<'_, Option<OwnedFd>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
