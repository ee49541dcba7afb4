//! Line settings of a port, as they are asked for and as they are kept.

use std::os::fd::BorrowedFd;

use napi_derive::napi;

use crate::errors::{Code, Failure, Phase};
use crate::serial::termios::Termios;

/// As JavaScript gives them; every member is present, the defaults are `bindings/native/serial.ts`'s.
#[napi(object)]
#[derive(Clone, Debug)]
pub struct SerialSettings {
    pub baud_rate: u32,
    /// 5 to 8.
    pub data_bits: u32,
    /// 1, 1.5 or 2.
    pub stop_bits: f64,
    /// none, even, odd, mark or space.
    pub parity: String,
    /// RTS/CTS flow control.
    pub rtscts: bool,
    /// Stop sending at XOFF.
    pub xon: bool,
    /// Send XOFF when the input runs full.
    pub xoff: bool,
    /// Any byte starts output again.
    pub xany: bool,
    /// Lower DTR when the port is closed.
    pub hupcl: bool,
}

/// What a driver must keep as it was asked for; the baud rate may be rounded and is read back instead.
const FRAME_FLAGS: libc::tcflag_t =
    libc::CSIZE | libc::CSTOPB | libc::PARENB | libc::PARODD | libc::CMSPAR | libc::CRTSCTS;

/// Makes the port raw and applies `settings`. A setting that the driver quietly drops is an error.
pub fn apply(fd: BorrowedFd<'_>, settings: &SerialSettings, phase: Phase) -> Result<(), Failure> {
    let mut termios = Termios::read(fd, phase)?;
    let flags = &mut termios.flags;
    make_raw(flags);
    flags.c_cflag &= !(FRAME_FLAGS | libc::HUPCL);
    flags.c_cflag |= frame_flags(settings)?;
    for (wanted, flag) in [
        (settings.xon, libc::IXON),
        (settings.xoff, libc::IXOFF),
        (settings.xany, libc::IXANY),
    ] {
        if wanted {
            flags.c_iflag |= flag;
        }
    }
    if settings.hupcl {
        flags.c_cflag |= libc::HUPCL;
    }
    termios.set_rate(settings.baud_rate)?;
    termios.write(fd, phase)?;
    let kept = Termios::read(fd, phase)?;
    let dropped = (kept.flags.c_cflag ^ termios.flags.c_cflag) & FRAME_FLAGS;
    match dropped {
        0 => Ok(()),
        _ => Err(Failure::new(
            Code::DeviceSetting,
            format!("the driver does not take {}", names(dropped)),
        )),
    }
}

/// The rate in use, in bits per second, as the driver rounded it.
pub fn baud_rate(fd: BorrowedFd<'_>) -> Result<u32, Failure> {
    Ok(Termios::read(fd, Phase::Use)?.rate())
}

/// Bytes pass as they are. One byte makes a read return, so that 0 can only mean the end; a byte with a
/// parity or framing error is passed too, since what checks frames above can repair a changed byte and not a
/// missing one.
fn make_raw(flags: &mut libc::termios2) {
    flags.c_iflag = 0;
    flags.c_oflag = 0;
    flags.c_lflag = 0;
    // CLOCAL: a carrier that comes and goes neither blocks an open nor hangs up.
    flags.c_cflag |= libc::CREAD | libc::CLOCAL;
    flags.c_cc[libc::VMIN] = 1;
    flags.c_cc[libc::VTIME] = 0;
    flags.c_cc[libc::VSTART] = 0x11;
    flags.c_cc[libc::VSTOP] = 0x13;
}

fn frame_flags(settings: &SerialSettings) -> Result<libc::tcflag_t, Failure> {
    let wrong = |what: String| Failure::new(Code::DeviceSetting, what);
    if settings.baud_rate == 0 {
        return Err(wrong("a baud rate of 0 hangs up".to_owned()));
    }
    let data = match settings.data_bits {
        5 => libc::CS5,
        6 => libc::CS6,
        7 => libc::CS7,
        8 => libc::CS8,
        other => return Err(wrong(format!("{other} data bits, expected 5 to 8"))),
    };
    // With five data bits the second stop bit is half a bit long, on every UART of this family.
    let stop = match (settings.stop_bits, settings.data_bits) {
        (1.0, _) => 0,
        (1.5, 5) => libc::CSTOPB,
        (2.0, 6..=8) => libc::CSTOPB,
        (other, data) => return Err(wrong(format!("{other} stop bits with {data} data bits"))),
    };
    let parity = match settings.parity.as_str() {
        "none" => 0,
        "even" => libc::PARENB,
        "odd" => libc::PARENB | libc::PARODD,
        "space" => libc::PARENB | libc::CMSPAR,
        "mark" => libc::PARENB | libc::PARODD | libc::CMSPAR,
        other => return Err(wrong(format!("parity {other:?}"))),
    };
    Ok(data | stop | parity | if settings.rtscts { libc::CRTSCTS } else { 0 })
}

fn names(flags: libc::tcflag_t) -> String {
    let known = [
        (libc::CSIZE, "these data bits"),
        (libc::CSTOPB, "these stop bits"),
        (libc::PARENB | libc::PARODD | libc::CMSPAR, "this parity"),
        (libc::CRTSCTS, "RTS/CTS flow control"),
    ];
    let named = known
        .iter()
        .filter(|(flag, _)| flags & flag != 0)
        .map(|(_, name)| *name);
    named.collect::<Vec<_>>().join(", ")
}
