//! A port over a pty: what the kernel really does.

use std::ffi::CStr;
use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::FromRawFd;
use std::time::Duration;

use super::*;
use crate::doorbell::events;
use crate::doorbell::fake::FakeBell;
use crate::handle::Handle;
use crate::poll_thread::fake::eventually;
use crate::requests::Answer;
use crate::serial::lines::{line, LoopedLines};

/// The other end of the cable, and the path of the port.
fn pty() -> (File, String) {
    let (mut master, mut slave) = (0, 0);
    let mut name = [0 as libc::c_char; 128];
    // SAFETY: two ints and a buffer that is larger than any name of a pty.
    unsafe {
        let no_settings = std::ptr::null_mut();
        let no_size = std::ptr::null_mut();
        assert_eq!(
            libc::openpty(&mut master, &mut slave, name.as_mut_ptr(), no_settings, no_size),
            0
        );
        libc::close(slave);
        (
            File::from_raw_fd(master),
            CStr::from_ptr(name.as_ptr()).to_str().unwrap().to_owned(),
        )
    }
}

fn settings() -> SerialSettings {
    SerialSettings {
        baud_rate: 115_200,
        data_bits: 8,
        stop_bits: 1.0,
        parity: "none".to_owned(),
        rtscts: false,
        xon: false,
        xoff: false,
        xany: false,
        hupcl: true,
    }
}

fn start(path: &str, receive_bytes: usize, send_bytes: usize) -> Handle<SerialRequest> {
    let config = SerialConfig {
        path: path.to_owned(),
        lock: true,
        settings: settings(),
        lines: Some(Box::new(LoopedLines::default())),
    };
    let bell = Box::new(FakeBell::default());
    Handle::start("port", bell, receive_bytes, send_bytes, |ends| {
        SerialDriver::new(config, ends)
    })
    .unwrap()
}

fn open(path: &str) -> Handle<SerialRequest> {
    let handle = start(path, 4096, 4096);
    eventually(|| handle.control.is_open());
    handle
}

fn ended(handle: &Handle<SerialRequest>) -> Option<Failure> {
    eventually(|| handle.control.ended().is_some());
    handle.control.ended().unwrap().clone()
}

fn answer(handle: &Handle<SerialRequest>, request: SerialRequest) -> Answer {
    let id = handle.ask(request).unwrap();
    answer_to(handle, id)
}

fn answer_to(handle: &Handle<SerialRequest>, id: u32) -> Answer {
    for _ in 0..5000 {
        if let Some((_, answer)) = handle
            .requests
            .take_answers()
            .into_iter()
            .find(|(of, _)| *of == id)
        {
            return answer;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    panic!("no answer in 5 s");
}

fn drain_exactly(handle: &Handle<SerialRequest>, len: usize) -> Vec<u8> {
    let mut bytes = vec![0; len];
    let mut have = 0;
    for _ in 0..5000 {
        have += handle.drain(&mut bytes[have..]);
        if have == len {
            return bytes;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    panic!("{have} of {len} bytes in 5 s");
}

#[test]
fn bytes_pass_both_ways_as_they_are() {
    let (mut master, path) = pty();
    let port = open(&path);
    let every: Vec<u8> = (0..=255).collect();
    master.write_all(&every).unwrap();
    assert_eq!(drain_exactly(&port, 256), every);
    assert_eq!(port.write(&every[..200]).unwrap(), 1);
    assert_eq!(port.write(&every[200..]).unwrap(), 2);
    let mut back = [0; 256];
    master.read_exact(&mut back).unwrap();
    assert_eq!(back.as_slice(), every);
    eventually(|| port.take_settled().settled == 2.0);
}

#[test]
fn any_baud_rate_reads_back() {
    let (_master, path) = pty();
    let port = open(&path);
    for baud_rate in [250_123, 50, 4_000_000] {
        answer(
            &port,
            SerialRequest::Update(SerialSettings {
                baud_rate,
                ..settings()
            }),
        )
        .unwrap();
        assert_eq!(answer(&port, SerialRequest::BaudRate), Ok(f64::from(baud_rate)));
    }
}

#[test]
fn settings_that_mean_nothing_are_refused_and_the_port_lives_on() {
    let (_master, path) = pty();
    let port = open(&path);
    let wrong = [
        SerialSettings {
            baud_rate: 0,
            ..settings()
        },
        SerialSettings {
            data_bits: 9,
            ..settings()
        },
        SerialSettings {
            stop_bits: 1.5,
            ..settings()
        },
        SerialSettings {
            stop_bits: 2.0,
            data_bits: 5,
            ..settings()
        },
        SerialSettings {
            parity: "both".to_owned(),
            ..settings()
        },
    ];
    for settings in wrong {
        let failure = answer(&port, SerialRequest::Update(settings)).unwrap_err();
        assert_eq!(failure.code, Code::DeviceSetting);
    }
    assert!(answer(&port, SerialRequest::BaudRate).is_ok());
}

#[test]
fn flags_reach_the_kernel() {
    let (_master, path) = pty();
    let wanted = SerialSettings {
        stop_bits: 2.0,
        rtscts: true,
        xon: true,
        xoff: true,
        xany: true,
        ..settings()
    };
    let tty = Tty::open(&path, true, &wanted).unwrap();
    let mut termios = std::mem::MaybeUninit::<libc::termios2>::zeroed();
    // SAFETY: an open pty and the kernel's structure; master and slave share their settings.
    let termios = unsafe {
        assert_eq!(libc::ioctl(tty.fd(), libc::TCGETS2, termios.as_mut_ptr()), 0);
        termios.assume_init()
    };
    let frame = libc::CSTOPB | libc::CRTSCTS | libc::HUPCL | libc::CLOCAL | libc::CREAD;
    assert_eq!(termios.c_cflag & frame, frame);
    assert_eq!(termios.c_iflag, libc::IXON | libc::IXOFF | libc::IXANY);
    assert_eq!((termios.c_oflag, termios.c_lflag), (0, 0));
    assert_eq!((termios.c_ispeed, termios.c_ospeed), (115_200, 115_200));
}

#[test]
fn a_second_opener_is_refused_until_the_first_has_closed() {
    let (_master, path) = pty();
    let first = open(&path);
    let second = start(&path, 4096, 4096);
    assert_eq!(ended(&second).unwrap().code, Code::DeviceBusy);
    first.control.close();
    assert_eq!(ended(&first), None);
    open(&path);
}

#[test]
fn what_is_no_port_is_refused() {
    let missing = start("/dev/no-such-port", 64, 64);
    let failure = ended(&missing).unwrap();
    assert_eq!(
        (failure.code, failure.errno, failure.syscall),
        (Code::DeviceNotFound, libc::ENOENT, "open")
    );
    let null = start("/dev/null", 64, 64);
    let failure = ended(&null).unwrap();
    assert_eq!((failure.code, failure.errno), (Code::DeviceSetting, libc::ENOTTY));
    let zero = start("/dev/\0", 64, 64);
    assert_eq!(ended(&zero).unwrap().code, Code::DeviceNotFound);
}

#[test]
fn unplugging_ends_the_port_and_fails_what_waits() {
    let (master, path) = pty();
    // More than a pty that hangs up may swallow.
    let port = start(&path, 4096, 1 << 17);
    fill(&port);
    let drain = port
        .ask(SerialRequest::Drain {
            until: port.accepted(),
        })
        .unwrap();
    let accepted = port.accepted();
    drop(master);
    let failure = ended(&port).unwrap();
    assert_eq!(failure.code, Code::Disconnected);
    let settled = port.take_settled();
    assert_eq!(settled.settled, accepted as f64, "every write has its outcome");
    assert!(!settled.failures.is_empty());
    assert!(settled
        .failures
        .iter()
        .all(|write| write.failure.code == "disconnected"));
    assert_eq!(answer_to(&port, drain).unwrap_err().code, Code::Disconnected);
    assert_eq!(port.write(b"late").unwrap_err().code, Code::Disconnected);
    assert_eq!(
        port.ask(SerialRequest::BaudRate).unwrap_err().code,
        Code::Disconnected
    );
}

#[test]
fn what_was_received_before_the_end_can_be_drained_after_it() {
    let (mut master, path) = pty();
    let port = open(&path);
    master.write_all(b"last words").unwrap();
    eventually(|| port.counters().bytes_waiting == 10.0);
    drop(master);
    ended(&port);
    let mut out = [0; 16];
    assert_eq!(port.drain(&mut out), 10);
    assert_eq!(&out[..10], b"last words");
    port.release();
    assert_eq!(port.drain(&mut out), 0);
}

#[test]
fn a_reader_that_pauses_pushes_back_to_the_sender() {
    let (master, path) = pty();
    let port = start(&path, 4096, 64);
    eventually(|| port.control.is_open());
    set_nonblocking(&master);
    let mut sent = 0;
    // Until nothing is taken for 50 ms: the ring and the kernel's buffers are full.
    let mut quiet = 0;
    while quiet < 50 {
        match (&master).write(&[(sent % 251) as u8]) {
            Ok(len) => {
                sent += len;
                quiet = 0;
            }
            Err(_) => {
                quiet += 1;
                std::thread::sleep(Duration::from_millis(1));
            }
        }
        assert!(sent < 1 << 20, "nothing pushes back");
    }
    assert_eq!(port.counters().bytes_waiting, 4096.0);
    assert!(port.counters().receive_stalls >= 1.0);
    let bytes = drain_exactly(&port, sent);
    assert!(bytes
        .iter()
        .enumerate()
        .all(|(index, byte)| *byte == (index % 251) as u8));
}

#[test]
fn a_drain_is_answered_after_its_writes_and_not_before() {
    let (mut master, path) = pty();
    let port = start(&path, 64, 1 << 16);
    eventually(|| port.control.is_open());
    // Fifty writes are more than a pty takes at once.
    for number in 1..=50 {
        assert_eq!(port.write(&[number; 1000]).unwrap(), u64::from(number));
    }
    let drain = port
        .ask(SerialRequest::Drain {
            until: port.accepted(),
        })
        .unwrap();
    std::thread::sleep(Duration::from_millis(30));
    assert!(
        port.requests.take_answers().is_empty(),
        "the kernel cannot have them all"
    );
    let mut bytes = vec![0; 50_000];
    master.read_exact(&mut bytes).unwrap();
    assert!((1..=50).all(|number| bytes[(number - 1) * 1000..number * 1000]
        .iter()
        .all(|b| *b == number as u8)));
    answer_to(&port, drain).unwrap();
    assert_eq!(port.take_settled().settled, 50.0);
}

#[test]
fn a_drain_can_be_given_up() {
    let (_master, path) = pty();
    let port = start(&path, 64, 1 << 16);
    for _ in 0..50 {
        port.write(&[0; 1000]).unwrap();
    }
    let drain = port.ask(SerialRequest::Drain { until: 50 }).unwrap();
    let cancel = port.ask(SerialRequest::CancelDrain(drain)).unwrap();
    assert!(cancel > drain);
    assert_eq!(answer_to(&port, drain).unwrap_err().code, Code::Canceled);
    assert!(port.control.is_open());
}

#[test]
fn discarded_output_is_canceled_and_later_writes_pass() {
    let (mut master, path) = pty();
    let port = start(&path, 64, 1 << 16);
    eventually(|| port.control.is_open());
    for _ in 0..50 {
        port.write(&[b'x'; 1000]).unwrap();
    }
    answer(
        &port,
        SerialRequest::DiscardOutput {
            until: port.accepted(),
        },
    )
    .unwrap();
    port.write(b"END").unwrap();
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    while !bytes.ends_with(b"END") {
        let len = master.read(&mut chunk).unwrap();
        bytes.extend_from_slice(&chunk[..len]);
    }
    assert!(bytes.len() < 50_000);
    let settled = port.take_settled();
    assert!(settled
        .failures
        .iter()
        .all(|write| write.failure.code == "canceled"));
    assert!(!settled.failures.is_empty());
}

#[test]
fn discarded_input_is_gone() {
    let (mut master, path) = pty();
    let port = open(&path);
    master.write_all(b"old").unwrap();
    eventually(|| port.counters().bytes_waiting == 3.0);
    let until = answer(&port, SerialRequest::DiscardInput).unwrap();
    master.write_all(b"new").unwrap();
    eventually(|| port.counters().bytes_waiting == 6.0);
    assert_eq!(port.discard(until as u64), 3);
    assert_eq!(drain_exactly(&port, 3), b"new");
}

#[test]
fn modem_lines_are_set_and_read() {
    let (_master, path) = pty();
    let port = open(&path);
    let set = |raise, lower| answer(&port, SerialRequest::SetLines { raise, lower }).unwrap();
    let get = || answer(&port, SerialRequest::Lines).unwrap() as i32;
    set(line::DTR | line::RTS, 0);
    assert_eq!(get(), line::DTR | line::RTS | line::CTS | line::DSR | line::DCD);
    set(0, line::RTS);
    assert_eq!(get(), line::DTR | line::DSR | line::DCD);
    answer(&port, SerialRequest::SetBreak(true)).unwrap();
    assert_eq!(get() & line::RI, line::RI);
    answer(&port, SerialRequest::SetBreak(false)).unwrap();
    assert_eq!(get() & line::RI, 0);
}

#[test]
fn a_pty_has_no_modem_lines() {
    let (_master, path) = pty();
    let tty = Tty::open(&path, false, &settings()).unwrap();
    let mut lines = TtyLines(tty.shared());
    let failure = lines.get().unwrap_err();
    assert_eq!((failure.code, failure.errno), (Code::DeviceSetting, libc::ENOTTY));
    assert_eq!(lines.set(line::DTR, 0).unwrap_err().errno, libc::ENOTTY);
}

#[test]
fn closing_while_a_drain_waits_cancels_it_at_once() {
    let (_master, path) = pty();
    let port = start(&path, 64, 1 << 16);
    for _ in 0..50 {
        port.write(&[0; 1000]).unwrap();
    }
    let drain = port.ask(SerialRequest::Drain { until: 50 }).unwrap();
    eventually(|| port.counters().bytes_sent >= 4096.0);
    port.control.close();
    port.control.close();
    assert_eq!(ended(&port), None);
    assert_eq!(answer_to(&port, drain).unwrap_err().code, Code::Canceled);
    assert_eq!(port.write(b"x").unwrap_err().code, Code::HandleClosed);
    let settled = port.take_settled();
    assert_eq!(settled.settled, 50.0);
    assert!(settled
        .failures
        .iter()
        .all(|write| write.failure.code == "canceled"));
}

#[test]
fn a_panic_on_the_thread_is_an_error_of_the_port_and_frees_it() {
    let (_master, path) = pty();
    let port = open(&path);
    port.ask(SerialRequest::Panic).unwrap();
    assert_eq!(ended(&port).unwrap().code, Code::NativePanic);
    assert_eq!(port.control.bell.take() & events::ENDED, events::ENDED);
    open(&path);
}

#[test]
fn a_forgotten_handle_closes_its_port() {
    let (_master, path) = pty();
    let control = {
        let port = open(&path);
        port.control.clone()
    };
    eventually(|| control.ended().is_some());
    open(&path);
}

/// Writes until the kernel and the ring have no room, so that writes and drains wait.
fn fill(port: &Handle<SerialRequest>) {
    let mut quiet = 0;
    while quiet < 50 {
        assert!(port.counters().bytes_sent < 1e6, "the pty takes everything");
        if port.write(&[b'w'; 1000]).unwrap() == 0 {
            quiet += 1;
            std::thread::sleep(Duration::from_millis(1));
        } else {
            quiet = 0;
        }
    }
}

fn set_nonblocking(file: &File) {
    use std::os::fd::AsRawFd;
    // SAFETY: an open descriptor; no memory is passed.
    unsafe { assert!(libc::fcntl(file.as_raw_fd(), libc::F_SETFL, libc::O_NONBLOCK) >= 0) };
}
