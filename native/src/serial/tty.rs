//! An open port: the system calls of it, each with its failure.

use std::ffi::CString;
use std::io::{IoSlice, IoSliceMut};
use std::os::fd::{AsFd, AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::sync::Arc;

use crate::errors::{last_errno, Code, Failure, Phase};
use crate::serial::settings::{apply, SerialSettings};

pub struct Tty {
    fd: Arc<OwnedFd>,
    locked: bool,
}

/// Which queue of the kernel is discarded.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Queue {
    Input,
    Output,
}

impl Tty {
    /// Opens, locks, makes raw and sets. With `lock`, a second opener is refused whoever it is: `flock` keeps
    /// out those who lock too (root as well), TIOCEXCL those who do not and are not root.
    pub fn open(path: &str, lock: bool, settings: &SerialSettings) -> Result<Self, Failure> {
        let c_path =
            CString::new(path).map_err(|_| Failure::new(Code::DeviceNotFound, "a path with a zero byte"))?;
        let flags = libc::O_RDWR | libc::O_NOCTTY | libc::O_NONBLOCK | libc::O_CLOEXEC;
        // SAFETY: a string with its zero byte.
        let fd = check_retrying("open", Phase::Open, || unsafe {
            libc::open(c_path.as_ptr(), flags)
        })
        .map_err(with_hint)?;
        // SAFETY: just opened, owned by nobody else.
        let fd = Arc::new(unsafe { OwnedFd::from_raw_fd(fd) });
        let mut tty = Tty { fd, locked: false };
        // Before anything is changed: the port may be somebody else's.
        if lock {
            tty.lock()?;
        }
        apply(tty.fd.as_fd(), settings, Phase::Open)?;
        Ok(tty)
    }

    pub fn fd(&self) -> RawFd {
        self.fd.as_raw_fd()
    }

    pub fn shared(&self) -> Arc<OwnedFd> {
        self.fd.clone()
    }

    /// Bytes read into the two pieces; `None`: nothing is there now.
    pub fn read(&self, first: &mut [u8], second: &mut [u8]) -> Result<Option<usize>, Failure> {
        let pieces = [IoSliceMut::new(first), IoSliceMut::new(second)];
        // SAFETY: IoSliceMut has the layout of iovec, and both pieces are writable.
        let read = || unsafe { libc::readv(self.fd(), pieces.as_ptr().cast(), 2) };
        match transferred(read, "read")? {
            // With VMIN 1 a read of nothing is the end of the line discipline.
            Some(0) => Err(hung_up("read")),
            other => Ok(other),
        }
    }

    /// Bytes that the kernel took; `None`: it takes none now.
    pub fn write(&self, pieces: &[IoSlice<'_>]) -> Result<Option<usize>, Failure> {
        // SAFETY: IoSlice has the layout of iovec.
        let write =
            || unsafe { libc::writev(self.fd(), pieces.as_ptr().cast(), pieces.len() as libc::c_int) };
        transferred(write, "write")
    }

    pub fn apply(&self, settings: &SerialSettings) -> Result<(), Failure> {
        apply(self.fd.as_fd(), settings, Phase::Use)
    }

    pub fn baud_rate(&self) -> Result<u32, Failure> {
        crate::serial::settings::baud_rate(self.fd.as_fd())
    }

    pub fn discard(&self, queue: Queue) -> Result<(), Failure> {
        let which = if queue == Queue::Input {
            libc::TCIFLUSH
        } else {
            libc::TCOFLUSH
        };
        // SAFETY: the descriptor is open; no memory is passed.
        check_retrying("TCFLSH", Phase::Use, || unsafe {
            libc::ioctl(self.fd(), libc::TCFLSH, which)
        })?;
        Ok(())
    }

    fn lock(&mut self) -> Result<(), Failure> {
        // SAFETY: the descriptor is open; no memory is passed.
        check_retrying("flock", Phase::Open, || unsafe {
            libc::flock(self.fd(), libc::LOCK_EX | libc::LOCK_NB)
        })?;
        // SAFETY: as above.
        check_retrying("TIOCEXCL", Phase::Open, || unsafe {
            libc::ioctl(self.fd(), libc::TIOCEXCL)
        })?;
        self.locked = true;
        Ok(())
    }
}

/// What was written and not sent is dropped, so that closing never waits for a peer. A drain on another
/// thread may still hold the descriptor for a moment; the locks are given back here all the same.
impl Drop for Tty {
    fn drop(&mut self) {
        let _ = self.discard(Queue::Output);
        if self.locked {
            // SAFETY: the descriptor is open; no memory is passed. On a device that is gone they fail, and
            // its locks are gone with it.
            unsafe {
                libc::ioctl(self.fd(), libc::TIOCNXCL);
                libc::flock(self.fd(), libc::LOCK_UN);
            }
        }
    }
}

/// Waits until the device has sent everything: tcdrain. Blocks; `discard(Output)` ends it.
pub fn wait_until_sent(fd: &OwnedFd) -> Result<(), Failure> {
    // SAFETY: the descriptor is open; no memory is passed.
    check_retrying("tcdrain", Phase::Use, || unsafe {
        libc::ioctl(fd.as_raw_fd(), libc::TCSBRK, 1)
    })?;
    Ok(())
}

/// What most often helps whoever may not open a port.
fn with_hint(failure: Failure) -> Failure {
    if failure.code != Code::DevicePermission {
        return failure;
    }
    let message = format!(
        "{}; ports belong to a group (`ls -l` shows it, often dialout): `sudo usermod -aG dialout $USER`, then log in again",
        failure.message
    );
    Failure {
        message: message.into(),
        ..failure
    }
}

pub fn hung_up(syscall: &'static str) -> Failure {
    Failure {
        syscall,
        ..Failure::new(
            Code::Disconnected,
            "the port hung up: unplugged, or its other end was closed",
        )
    }
}

fn transferred(call: impl Fn() -> isize, name: &'static str) -> Result<Option<usize>, Failure> {
    loop {
        let count = call();
        if count >= 0 {
            return Ok(Some(count as usize));
        }
        match last_errno() {
            libc::EINTR => continue,
            libc::EAGAIN => return Ok(None),
            errno => return Err(Failure::from_errno(errno, name, Phase::Use)),
        }
    }
}

fn check_retrying(
    name: &'static str,
    phase: Phase,
    call: impl Fn() -> libc::c_int,
) -> Result<libc::c_int, Failure> {
    loop {
        let result = call();
        if result >= 0 {
            return Ok(result);
        }
        match last_errno() {
            libc::EINTR => continue,
            errno => return Err(Failure::from_errno(errno, name, phase)),
        }
    }
}
