//! Terminal settings as the kernel keeps them, in the newer of its two forms that it answers to. Linux has
//! had both for twenty years; emulators and sandboxes (qemu's user mode, gVisor) know the older one alone,
//! and with it the standard rates.

use std::os::fd::{AsRawFd, BorrowedFd};

use crate::errors::{Code, Failure, Phase};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Form {
    /// TCGETS2: the rate is a number.
    AnyRate,
    /// TCGETS: the rate is one of those that have a name.
    StandardRates,
}

pub struct Termios {
    /// The older form is the beginning of the newer one, without its two rates.
    pub flags: libc::termios2,
    form: Form,
}

impl Termios {
    pub fn read(fd: BorrowedFd<'_>, phase: Phase) -> Result<Self, Failure> {
        read_as(fd, Form::AnyRate, phase).or_else(|failure| match failure.errno {
            // ENOTTY is also the answer of what is no terminal, in either form.
            libc::ENOTTY | libc::ENOSYS | libc::EINVAL => {
                read_as(fd, Form::StandardRates, phase).map_err(|_| failure)
            }
            _ => Err(failure),
        })
    }

    pub fn write(&self, fd: BorrowedFd<'_>, phase: Phase) -> Result<(), Failure> {
        let (request, name) = match self.form {
            Form::AnyRate => (libc::TCSETS2, "TCSETS2"),
            Form::StandardRates => (libc::TCSETS, "TCSETS"),
        };
        // SAFETY: the descriptor is open and the structure is the kernel's.
        match unsafe { libc::ioctl(fd.as_raw_fd(), request, &self.flags) } {
            0.. => Ok(()),
            _ => Err(Failure::last(name, phase)),
        }
    }

    /// In bits per second, both directions.
    pub fn set_rate(&mut self, rate: u32) -> Result<(), Failure> {
        self.flags.c_cflag &= !(libc::CBAUD | libc::CBAUD << libc::IBSHIFT);
        self.flags.c_cflag |= match self.form {
            Form::AnyRate => libc::BOTHER,
            Form::StandardRates => named_rate(rate)?,
        };
        self.flags.c_ospeed = rate;
        self.flags.c_ispeed = rate;
        Ok(())
    }

    /// The rate in use; 0 where it has no name that is known here.
    pub fn rate(&self) -> u32 {
        let named = self.flags.c_cflag & libc::CBAUD;
        match self.form {
            Form::AnyRate => self.flags.c_ospeed,
            Form::StandardRates => RATES
                .iter()
                .find(|(_, name)| *name == named)
                .map_or(0, |(rate, _)| *rate),
        }
    }
}

fn read_as(fd: BorrowedFd<'_>, form: Form, phase: Phase) -> Result<Termios, Failure> {
    let (request, name) = match form {
        Form::AnyRate => (libc::TCGETS2, "TCGETS2"),
        Form::StandardRates => (libc::TCGETS, "TCGETS"),
    };
    let mut flags = std::mem::MaybeUninit::<libc::termios2>::zeroed();
    // SAFETY: the descriptor is open and the structure is the kernel's, which fills it or its beginning;
    // every value is valid for the rest.
    unsafe {
        if libc::ioctl(fd.as_raw_fd(), request, flags.as_mut_ptr()) < 0 {
            return Err(Failure::last(name, phase));
        }
        let flags = flags.assume_init();
        Ok(Termios { flags, form })
    }
}

fn named_rate(rate: u32) -> Result<libc::tcflag_t, Failure> {
    let found = RATES.iter().find(|(known, _)| *known == rate);
    found.map(|(_, name)| *name).ok_or_else(|| {
        Failure::new(
            Code::DeviceSetting,
            format!("this system takes standard baud rates alone, not {rate}"),
        )
    })
}

/// Those from 1 200 baud on that Linux has names for; termios(3).
const RATES: [(u32, libc::tcflag_t); 22] = [
    (1_200, libc::B1200),
    (1_800, libc::B1800),
    (2_400, libc::B2400),
    (4_800, libc::B4800),
    (9_600, libc::B9600),
    (19_200, libc::B19200),
    (38_400, libc::B38400),
    (57_600, libc::B57600),
    (115_200, libc::B115200),
    (230_400, libc::B230400),
    (460_800, libc::B460800),
    (500_000, libc::B500000),
    (576_000, libc::B576000),
    (921_600, libc::B921600),
    (1_000_000, libc::B1000000),
    (1_152_000, libc::B1152000),
    (1_500_000, libc::B1500000),
    (2_000_000, libc::B2000000),
    (2_500_000, libc::B2500000),
    (3_000_000, libc::B3000000),
    (3_500_000, libc::B3500000),
    (4_000_000, libc::B4000000),
];

#[cfg(test)]
mod tests {
    use std::os::fd::{AsFd, FromRawFd, OwnedFd};

    use super::*;

    fn pty() -> (OwnedFd, OwnedFd) {
        let (mut master, mut slave) = (0, 0);
        let null = std::ptr::null_mut();
        // SAFETY: two ints; neither name, settings nor size are asked for.
        unsafe {
            assert_eq!(
                libc::openpty(&mut master, &mut slave, null, null.cast(), null.cast()),
                0
            );
            (OwnedFd::from_raw_fd(master), OwnedFd::from_raw_fd(slave))
        }
    }

    fn at(fd: &OwnedFd, form: Form) -> Termios {
        read_as(fd.as_fd(), form, Phase::Use).unwrap()
    }

    #[test]
    fn the_newer_form_is_taken_where_it_is_known() {
        let (_master, slave) = pty();
        let termios = Termios::read(slave.as_fd(), Phase::Use).unwrap();
        assert_eq!(termios.form, Form::AnyRate);
    }

    #[test]
    fn a_rate_set_in_the_older_form_is_read_in_both() {
        let (_master, slave) = pty();
        for (rate, _) in RATES {
            let mut termios = at(&slave, Form::StandardRates);
            termios.set_rate(rate).unwrap();
            termios.write(slave.as_fd(), Phase::Use).unwrap();
            assert_eq!(at(&slave, Form::StandardRates).rate(), rate);
            assert_eq!(at(&slave, Form::AnyRate).rate(), rate);
        }
    }

    #[test]
    fn the_older_form_refuses_a_rate_without_a_name() {
        let (_master, slave) = pty();
        let failure = at(&slave, Form::StandardRates).set_rate(250_123).unwrap_err();
        assert_eq!(failure.code, Code::DeviceSetting);
        assert_eq!(
            failure.message,
            "this system takes standard baud rates alone, not 250123"
        );
    }

    #[test]
    fn flags_written_in_the_older_form_leave_no_trace_of_the_newer() {
        let (_master, slave) = pty();
        let mut termios = at(&slave, Form::StandardRates);
        termios.flags.c_cflag |= libc::CSTOPB;
        termios.set_rate(9_600).unwrap();
        termios.write(slave.as_fd(), Phase::Use).unwrap();
        let kept = at(&slave, Form::AnyRate);
        assert_eq!(kept.flags.c_cflag & libc::CSTOPB, libc::CSTOPB);
        assert_eq!(kept.flags.c_cflag & libc::CBAUD, libc::B9600);
    }

    #[test]
    fn what_is_no_terminal_is_refused_in_the_words_of_the_newer_form() {
        let file = std::fs::File::open("/dev/null").unwrap();
        let failure = Termios::read(file.as_fd(), Phase::Open).err().unwrap();
        assert_eq!((failure.syscall, failure.errno), ("TCGETS2", libc::ENOTTY));
    }
}
