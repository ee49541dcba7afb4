//! Every way a thread can end leaves the descriptor closed, the waiting answered and JavaScript told.

use super::fake::{control, eventually};
use super::*;
use std::io::Write;
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::sync::Mutex;

#[derive(Clone, Copy, PartialEq)]
enum Fault {
    None,
    Open,
    OpenPanics,
    Turn,
    TurnPanics,
    ClosePanics,
}

struct Probe {
    fault: Fault,
    stream: Option<UnixStream>,
    closed_with: Arc<Mutex<Option<Failure>>>,
}

impl Driver for Probe {
    fn open(&mut self) -> Result<RawFd, Failure> {
        match self.fault {
            Fault::Open => Err(Failure::from_errno(libc::ENOENT, "open", Phase::Open)),
            Fault::OpenPanics => panic!("open on purpose"),
            _ => Ok(self.stream.as_ref().unwrap().as_raw_fd()),
        }
    }

    fn interest(&mut self) -> Interest {
        Interest {
            read: true,
            ..Interest::default()
        }
    }

    fn turn(&mut self, ready: Ready) -> Result<(), Failure> {
        if !ready.readable {
            return Ok(());
        }
        match self.fault {
            Fault::Turn => Err(Failure::from_errno(libc::EIO, "read", Phase::Use)),
            Fault::TurnPanics => panic!("turn on purpose"),
            _ => Ok(()),
        }
    }

    fn close(&mut self, why: &Failure) {
        self.closed_with.lock().unwrap().replace(why.clone());
        self.stream = None;
        if self.fault == Fault::ClosePanics {
            panic!("close on purpose");
        }
    }
}

/// Runs a driver with that fault to its end; what `ended` says, and what its close was told.
fn end_of(fault: Fault, then: impl FnOnce(&Control, UnixStream)) -> (Option<Failure>, Failure) {
    let (control, bell) = control();
    let (ours, theirs) = UnixStream::pair().unwrap();
    let closed_with = Arc::new(Mutex::new(None));
    let probe = Probe {
        fault,
        stream: Some(ours),
        closed_with: closed_with.clone(),
    };
    spawn("probe", control.clone(), probe).unwrap();
    then(&control, theirs);
    eventually(|| control.ended().is_some());
    eventually(|| Arc::strong_count(&bell.0) == 1);
    assert_ne!(control.bell.take() & events::ENDED, 0);
    let told = closed_with.lock().unwrap().clone().expect("close was called");
    (control.ended().unwrap().clone(), told)
}

#[test]
fn close_ends_it_cleanly_from_any_state_and_twice() {
    let at_once = |control: &Control, _| {
        control.close();
        control.close();
    };
    assert_eq!(end_of(Fault::None, at_once), (None, Failure::canceled()));
    let once_open = |control: &Control, _| {
        eventually(|| control.is_open());
        control.close();
        control.close();
    };
    assert_eq!(end_of(Fault::None, once_open), (None, Failure::canceled()));
}

#[test]
fn a_failure_to_open_is_the_end() {
    let (ended, told) = end_of(Fault::Open, |_, _| {});
    assert_eq!(ended.unwrap().code, Code::DeviceNotFound);
    assert_eq!(told.code, Code::DeviceNotFound);
}

#[test]
fn a_failure_in_use_is_the_end() {
    let (ended, _) = end_of(Fault::Turn, |_, mut peer| peer.write_all(b"x").unwrap());
    assert_eq!(ended.unwrap().code, Code::Disconnected);
}

#[test]
fn a_panic_anywhere_is_an_error_of_that_handle() {
    for fault in [Fault::OpenPanics, Fault::TurnPanics, Fault::ClosePanics] {
        let (ended, _) = end_of(fault, |control, mut peer| {
            let _ = peer.write_all(b"x");
            if fault == Fault::ClosePanics {
                eventually(|| control.is_open());
                control.close();
            }
        });
        let failure = ended.unwrap();
        assert_eq!(failure.code, Code::NativePanic);
        assert!(failure.message.contains("on purpose"), "{}", failure.message);
    }
}

#[test]
fn a_fault_of_an_exported_function_ends_the_thread_with_it() {
    let fault = Failure::new(Code::NativePanic, "outside");
    let (ended, told) = end_of(Fault::None, |control, _| control.break_down(&fault));
    assert_eq!(ended.as_ref(), Some(&fault));
    assert_eq!(told, fault);
}

#[test]
fn it_ends_when_nobody_can_be_rung() {
    let (control, _) = control();
    // As when the environment of JavaScript goes down.
    control.bell.ring_last(0);
    control.bell.take();
    let (ours, _theirs) = UnixStream::pair().unwrap();
    let closed_with = Arc::new(Mutex::new(None));
    spawn(
        "probe",
        control.clone(),
        Probe {
            fault: Fault::None,
            stream: Some(ours),
            closed_with,
        },
    )
    .unwrap();
    eventually(|| control.ended().is_some());
}
