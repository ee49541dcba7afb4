//! Wakes a thread that sleeps in poll: an eventfd. Many wakes before it looks are one.

use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};

use crate::errors::{Failure, Phase};

pub struct Waker(OwnedFd);

impl Waker {
    pub fn new() -> Result<Self, Failure> {
        // SAFETY: no memory is passed; the descriptor is ours alone when it is not negative.
        let fd = unsafe { libc::eventfd(0, libc::EFD_CLOEXEC | libc::EFD_NONBLOCK) };
        if fd < 0 {
            return Err(Failure::last("eventfd", Phase::Open));
        }
        // SAFETY: just created, owned by nobody else.
        Ok(Waker(unsafe { OwnedFd::from_raw_fd(fd) }))
    }

    pub fn fd(&self) -> RawFd {
        self.0.as_raw_fd()
    }

    pub fn wake(&self) {
        let one = 1u64.to_ne_bytes();
        // SAFETY: eight readable bytes. It fails only when 2^64 − 2 wakes wait, and then it wakes all the same.
        unsafe { libc::write(self.fd(), one.as_ptr().cast(), one.len()) };
    }

    pub fn clear(&self) {
        let mut count = [0u8; 8];
        // SAFETY: eight writable bytes. EAGAIN says that nobody has rung, which is as good.
        unsafe { libc::read(self.fd(), count.as_mut_ptr().cast(), count.len()) };
    }
}
