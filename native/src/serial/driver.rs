//! The driver of a port: reads into the ring while there is room, writes what waits, answers requests.

use std::io::IoSlice;
use std::os::fd::RawFd;
use std::sync::{Arc, Mutex, PoisonError};

use crate::errors::{Code, Failure, Phase};
use crate::guard::caught;
use crate::handle::DriverEnds;
use crate::poll_thread::{Control, Driver, Interest, Ready};
use crate::serial::lines::{ModemLines, TtyLines};
use crate::serial::settings::SerialSettings;
use crate::serial::tty::{hung_up, wait_until_sent, Queue, Tty};

/// Reads or writes in one turn, so that neither starves the other nor requests.
const TRANSFERS_PER_TURN: usize = 16;
/// Pieces in one write; more than fill a tty's buffer of 4 KiB in practice.
const PIECES_MAX: usize = 16;
/// `wait_until_sent` is one system call.
const DRAIN_STACK_BYTES: usize = 128 * 1024;

pub struct SerialConfig {
    pub path: String,
    pub lock: bool,
    pub settings: SerialSettings,
    /// Instead of the lines of the port.
    pub lines: Option<Box<dyn ModemLines>>,
}

#[derive(Debug)]
pub enum SerialRequest {
    Update(SerialSettings),
    /// Answer: bits per second.
    BaudRate,
    /// Answer: bits of `lines::line`.
    Lines,
    SetLines {
        raise: i32,
        lower: i32,
    },
    SetBreak(bool),
    /// Answer: bytes received until then, for `Drainer::discard`.
    DiscardInput,
    /// Writes up to this number are canceled.
    DiscardOutput {
        until: u64,
    },
    /// Answered when the device has sent every write up to this number.
    Drain {
        until: u64,
    },
    /// Answers that drain with `canceled`.
    CancelDrain(u32),
    #[cfg(any(test, feature = "test-hooks"))]
    Panic,
}

pub struct SerialDriver {
    config: SerialConfig,
    ends: DriverEnds<SerialRequest>,
    port: Option<Port>,
    /// Drains that wait for their writes or for the wait below.
    drains: Vec<PendingDrain>,
    waiting: Option<Arc<DrainWait>>,
    /// The kernel took no more; poll says when it does.
    blocked: bool,
}

struct Port {
    tty: Tty,
    lines: Box<dyn ModemLines>,
}

struct PendingDrain {
    id: u32,
    until: u64,
    /// Its writes were with the kernel when the current wait began, so its end answers this drain.
    covered: bool,
}

/// tcdrain on a thread of its own: it blocks for as long as the line takes.
struct DrainWait {
    result: Mutex<Option<Result<(), Failure>>>,
}

impl SerialDriver {
    pub fn new(config: SerialConfig, ends: DriverEnds<SerialRequest>) -> Self {
        SerialDriver {
            config,
            ends,
            port: None,
            drains: Vec::new(),
            waiting: None,
            blocked: false,
        }
    }

    fn port(&mut self) -> Result<&mut Port, Failure> {
        self.port.as_mut().ok_or_else(Failure::closed)
    }

    fn read(&mut self) -> Result<(), Failure> {
        let Some(port) = &self.port else {
            return Err(Failure::closed());
        };
        for _ in 0..TRANSFERS_PER_TURN {
            if !self.ends.intake.has_room(1) {
                return Ok(());
            }
            let (first, second) = self.ends.intake.vacant();
            match port.tty.read(first, second)? {
                Some(len) => self.ends.intake.commit(len),
                None => return Ok(()),
            }
        }
        Ok(())
    }

    fn write(&mut self) -> Result<(), Failure> {
        for _ in 0..TRANSFERS_PER_TURN {
            if !self.ends.outlet.has_work() {
                return Ok(());
            }
            let Some(port) = &self.port else {
                return Err(Failure::closed());
            };
            let mut pieces = [IoSlice::new(&[]); PIECES_MAX];
            let count = self.ends.outlet.gather(&mut pieces);
            let taken = match count {
                // Only empty writes wait; advancing by nothing settles them.
                0 => Ok(Some(0)),
                _ => port.tty.write(&pieces[..count]),
            };
            match taken {
                Ok(Some(len)) => self.ends.outlet.advance(len),
                Ok(None) => {
                    self.blocked = true;
                    return Ok(());
                }
                Err(failure) if failure.is_fatal() => return Err(failure),
                Err(failure) => self.ends.outlet.fail_oldest(&failure),
            }
        }
        Ok(())
    }

    fn answer_requests(&mut self) -> Result<(), Failure> {
        while let Some((id, request)) = self.ends.requests.next() {
            match self.carry_out(id, request) {
                Ok(None) => {}
                Ok(Some(value)) => self.ends.requests.answer(id, Ok(value)),
                Err(failure) => {
                    self.ends.requests.answer(id, Err(failure.clone()));
                    if failure.is_fatal() {
                        return Err(failure);
                    }
                }
            }
        }
        Ok(())
    }

    /// `None`: answered later.
    fn carry_out(&mut self, id: u32, request: SerialRequest) -> Result<Option<f64>, Failure> {
        let port = self.port()?;
        match request {
            SerialRequest::Update(settings) => port.tty.apply(&settings)?,
            SerialRequest::BaudRate => return Ok(Some(f64::from(port.tty.baud_rate()?))),
            SerialRequest::Lines => return Ok(Some(f64::from(port.lines.get()?))),
            SerialRequest::SetLines { raise, lower } => port.lines.set(raise, lower)?,
            SerialRequest::SetBreak(on) => port.lines.set_break(on)?,
            SerialRequest::DiscardInput => {
                port.tty.discard(Queue::Input)?;
                return Ok(Some(self.ends.intake.bytes() as f64));
            }
            SerialRequest::DiscardOutput { until } => {
                port.tty.discard(Queue::Output)?;
                let why = Failure::new(Code::Canceled, "discarded before it was sent");
                self.ends.outlet.fail_until(until, &why);
                self.blocked = false;
            }
            SerialRequest::Drain { until } => {
                self.drains.push(PendingDrain {
                    id,
                    until,
                    covered: false,
                });
                return Ok(None);
            }
            SerialRequest::CancelDrain(drain) => {
                let before = self.drains.len();
                self.drains.retain(|pending| pending.id != drain);
                if self.drains.len() < before {
                    let why = Failure::new(Code::Canceled, "the caller gave up");
                    self.ends.requests.answer(drain, Err(why));
                }
            }
            #[cfg(any(test, feature = "test-hooks"))]
            SerialRequest::Panic => panic!("on the thread, on purpose"),
        }
        Ok(Some(0.0))
    }

    /// Starts a wait for drains whose writes are with the kernel, and answers those whose wait is over.
    fn drain(&mut self) -> Result<(), Failure> {
        if let Some(result) = self.waiting.as_ref().and_then(|wait| wait.take()) {
            self.waiting = None;
            self.answer_covered(&result);
            if let Err(failure) = result {
                if failure.is_fatal() {
                    return Err(failure);
                }
            }
        }
        if self.waiting.is_some() {
            return Ok(());
        }
        let settled = self.ends.outlet.settled();
        let mut any = false;
        for pending in self.drains.iter_mut().filter(|pending| pending.until <= settled) {
            pending.covered = true;
            any = true;
        }
        if any {
            let fd = self.port()?.tty.shared();
            match DrainWait::start(fd, self.ends.control.clone()) {
                Ok(wait) => self.waiting = Some(wait),
                Err(failure) => self.answer_covered(&Err(failure)),
            }
        }
        Ok(())
    }

    fn answer_covered(&mut self, result: &Result<(), Failure>) {
        for pending in self.drains.extract_if(.., |pending| pending.covered) {
            self.ends
                .requests
                .answer(pending.id, result.clone().map(|()| 0.0));
        }
    }
}

impl Driver for SerialDriver {
    fn open(&mut self) -> Result<RawFd, Failure> {
        let tty = Tty::open(&self.config.path, self.config.lock, &self.config.settings)?;
        let fd = tty.fd();
        let lines = match self.config.lines.take() {
            Some(lines) => lines,
            None => Box::new(TtyLines(tty.shared())),
        };
        self.port = Some(Port { tty, lines });
        Ok(fd)
    }

    fn interest(&mut self) -> Interest {
        Interest {
            read: self.ends.intake.has_room(1),
            write: self.ends.outlet.has_work(),
            timeout: None,
        }
    }

    fn turn(&mut self, ready: Ready) -> Result<(), Failure> {
        self.answer_requests()?;
        if ready.readable || ready.hung_up || ready.error {
            self.read()?;
        }
        if ready.hung_up || ready.error {
            return Err(hung_up("poll"));
        }
        if ready.writable {
            self.blocked = false;
        }
        // What was just put in is tried at once; poll is asked only after the kernel has refused.
        if !self.blocked {
            self.write()?;
        }
        self.drain()
    }

    fn close(&mut self, why: &Failure) {
        // The port first: whoever hears that the handle has ended may open it again.
        self.port = None;
        self.ends.outlet.fail_until(u64::MAX, why);
        for pending in self.drains.drain(..) {
            self.ends.requests.answer(pending.id, Err(why.clone()));
        }
        self.ends.requests.end(why);
    }
}

impl DrainWait {
    fn start(fd: Arc<std::os::fd::OwnedFd>, control: Arc<Control>) -> Result<Arc<Self>, Failure> {
        let wait = Arc::new(DrainWait {
            result: Mutex::new(None),
        });
        let shared = wait.clone();
        let body = move || {
            let result = caught(|| wait_until_sent(&fd));
            drop(fd);
            *shared.result.lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
            control.waker.wake();
        };
        let thread = std::thread::Builder::new()
            .name("waxwing-drain".into())
            .stack_size(DRAIN_STACK_BYTES);
        match thread.spawn(body) {
            Ok(_) => Ok(wait),
            Err(error) => {
                let errno = error.raw_os_error().unwrap_or(libc::EAGAIN);
                Err(Failure::from_errno(errno, "pthread_create", Phase::Use))
            }
        }
    }

    fn take(&self) -> Option<Result<(), Failure>> {
        self.result.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

#[cfg(test)]
#[path = "driver_tests.rs"]
mod tests;
