//! One thread a descriptor: it sleeps in poll(descriptor, eventfd) and lets a driver do the work.
//!
//! The driver owns the descriptor and knows what it is; this file knows when to stop. The thread opens the
//! descriptor too, since a device may take its time. It ends by `close` from JavaScript, by a failure of the
//! descriptor, by a panic of the driver or because nobody is left to be rung, and each of them leaves the
//! descriptor closed and JavaScript told.

use std::os::fd::RawFd;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use crate::doorbell::{events, Bell, Doorbell};
use crate::errors::{last_errno, Code, Failure, Phase};
use crate::guard::caught;
use crate::waker::Waker;

/// A driver makes system calls and keeps no deep stacks.
const STACK_BYTES: usize = 256 * 1024;

/// What JavaScript and the thread share of a handle, whatever it is.
pub struct Control {
    pub bell: Doorbell,
    pub waker: Waker,
    stop: AtomicBool,
    opened: AtomicBool,
    /// Set when the thread has ended: nothing, or why.
    ended: OnceLock<Option<Failure>>,
    /// A panic of an exported function, which ends the thread with this failure.
    fault: OnceLock<Failure>,
}

impl Control {
    pub fn new(bell: Box<dyn Bell>) -> Result<Arc<Self>, Failure> {
        Ok(Arc::new(Control {
            bell: Doorbell::new(bell),
            waker: Waker::new()?,
            stop: AtomicBool::new(false),
            opened: AtomicBool::new(false),
            ended: OnceLock::new(),
            fault: OnceLock::new(),
        }))
    }

    /// Asks the thread to end; as often as one likes, in any state. `ENDED` is rung when it has.
    pub fn close(&self) {
        self.stop.store(true, SeqCst);
        self.waker.wake();
    }

    /// An exported function of the handle broke: its thread ends with that failure.
    pub fn break_down(&self, failure: &Failure) {
        let _ = self.fault.set(failure.clone());
        self.close();
    }

    pub fn is_closing(&self) -> bool {
        self.stop.load(SeqCst)
    }

    pub fn is_open(&self) -> bool {
        self.opened.load(SeqCst) && !self.is_closing() && self.ended.get().is_none()
    }

    /// Whether the thread has ended, and if it ended by itself, why.
    pub fn ended(&self) -> Option<&Option<Failure>> {
        self.ended.get()
    }
}

/// What a driver waits for, besides being woken.
#[derive(Clone, Copy, Default)]
pub struct Interest {
    pub read: bool,
    pub write: bool,
    pub timeout: Option<Duration>,
}

/// What poll said of the descriptor.
#[derive(Clone, Copy, Default, Debug)]
pub struct Ready {
    pub readable: bool,
    pub writable: bool,
    /// The other end, or the device, is gone.
    pub hung_up: bool,
    /// An error waits to be fetched (`SO_ERROR`).
    pub error: bool,
}

pub trait Driver: Send + 'static {
    /// Opens and sets up the descriptor.
    fn open(&mut self) -> Result<RawFd, Failure>;
    /// Asked before each sleep; `has_room` and `has_work` of the rings are asked here, which arms their wakes.
    fn interest(&mut self) -> Interest;
    /// Does what can be done without waiting. A failure ends the thread.
    fn turn(&mut self, ready: Ready) -> Result<(), Failure>;
    /// Settles what waits with `why` and closes the descriptor. Called once, also when `open` failed.
    fn close(&mut self, why: &Failure);
}

/// Starts the thread of `driver`. `OPENED` or `ENDED` is rung next.
pub fn spawn(name: &str, control: Arc<Control>, driver: impl Driver) -> Result<(), Failure> {
    let thread = std::thread::Builder::new()
        .name(name.to_owned())
        .stack_size(STACK_BYTES);
    match thread.spawn(move || live(&control, driver)) {
        Ok(_) => Ok(()),
        Err(error) => Err(Failure::from_errno(
            error.raw_os_error().unwrap_or(libc::EAGAIN),
            "pthread_create",
            Phase::Open,
        )),
    }
}

fn live(control: &Control, mut driver: impl Driver) {
    let result = caught(|| run(control, &mut driver));
    let why = match (control.fault.get(), &result) {
        (Some(fault), _) => Some(fault.clone()),
        (None, Err(failure)) => Some(failure.clone()),
        (None, Ok(())) => None,
    };
    let for_waiting = why.clone().unwrap_or_else(Failure::canceled);
    let closed = caught(|| {
        driver.close(&for_waiting);
        Ok(())
    });
    // What the driver shares is let go before JavaScript hears that the end has come.
    let dropped = caught(|| {
        drop(driver);
        Ok(())
    });
    control.waker.close();
    let why = why.or(closed.err()).or(dropped.err());
    let _ = control.ended.set(why);
    control.bell.ring_last(events::ENDED);
}

fn run(control: &Control, driver: &mut impl Driver) -> Result<(), Failure> {
    if control.is_closing() {
        return Ok(());
    }
    let fd = driver.open()?;
    control.opened.store(true, SeqCst);
    if !control.bell.ring(events::OPENED) {
        return Ok(());
    }
    while !control.is_closing() {
        let ready = wait(control, fd, driver.interest())?;
        if control.is_closing() {
            break;
        }
        driver.turn(ready)?;
    }
    Ok(())
}

fn wait(control: &Control, fd: RawFd, interest: Interest) -> Result<Ready, Failure> {
    let mut wanted = 0;
    if interest.read {
        wanted |= libc::POLLIN;
    }
    if interest.write {
        wanted |= libc::POLLOUT;
    }
    let mut polled = [
        libc::pollfd {
            fd,
            events: wanted,
            revents: 0,
        },
        libc::pollfd {
            fd: control.waker.fd(),
            events: libc::POLLIN,
            revents: 0,
        },
    ];
    // Rounded up, so that a wait never ends just before its time and spins.
    let timeout = interest.timeout.map_or(-1, |time| {
        time.as_nanos().div_ceil(1_000_000).min(i32::MAX as u128) as i32
    });
    // SAFETY: an array of two, and its length.
    let count = unsafe { libc::poll(polled.as_mut_ptr(), 2, timeout) };
    if count < 0 {
        return match last_errno() {
            libc::EINTR => Ok(Ready::default()),
            errno => Err(Failure::from_errno(errno, "poll", Phase::Use)),
        };
    }
    if polled[1].revents != 0 {
        control.waker.clear();
    }
    let seen = polled[0].revents;
    if seen & libc::POLLNVAL != 0 {
        return Err(Failure::new(Code::NativeIo, "poll: the descriptor is not open"));
    }
    Ok(Ready {
        readable: seen & libc::POLLIN != 0,
        writable: seen & libc::POLLOUT != 0,
        hung_up: seen & libc::POLLHUP != 0,
        error: seen & libc::POLLERR != 0,
    })
}

#[cfg(test)]
pub mod fake {
    use super::*;
    use crate::doorbell::fake::FakeBell;

    pub fn control() -> (Arc<Control>, FakeBell) {
        let bell = FakeBell::default();
        (Control::new(Box::new(bell.clone())).unwrap(), bell)
    }

    /// Waits until `what` holds; a test that never sees it fails.
    pub fn eventually(what: impl Fn() -> bool) {
        for _ in 0..30_000 {
            if what() {
                return;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        panic!("waited 30 s in vain");
    }
}

#[cfg(test)]
#[path = "poll_thread_tests.rs"]
mod tests;
