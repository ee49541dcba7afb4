//! Failures as data: one table from errno to the stable codes of `ts/base/error-codes.ts`.
//!
//! A failure carries its code, the errno and the system call. The table has two columns, because the same
//! errno means different things when something is opened and when it is in use: `ENODEV` is a device that is
//! not there, or one that was pulled out. Nothing here retries or hides a failure.

use std::borrow::Cow;

/// Stable codes, each a row of `ts/base/error-codes.ts`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    UnsupportedPlatform,
    DeviceNotFound,
    DeviceBusy,
    DevicePermission,
    DeviceSetting,
    Disconnected,
    InterfaceDown,
    MtuExceeded,
    NetworkUnreachable,
    AddressInUse,
    AddressUnavailable,
    ResourceExhausted,
    Canceled,
    HandleClosed,
    NativeIo,
    NativePanic,
}

impl Code {
    pub const ALL: [Code; 16] = [
        Code::UnsupportedPlatform,
        Code::DeviceNotFound,
        Code::DeviceBusy,
        Code::DevicePermission,
        Code::DeviceSetting,
        Code::Disconnected,
        Code::InterfaceDown,
        Code::MtuExceeded,
        Code::NetworkUnreachable,
        Code::AddressInUse,
        Code::AddressUnavailable,
        Code::ResourceExhausted,
        Code::Canceled,
        Code::HandleClosed,
        Code::NativeIo,
        Code::NativePanic,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Code::UnsupportedPlatform => "unsupported_platform",
            Code::DeviceNotFound => "device_not_found",
            Code::DeviceBusy => "device_busy",
            Code::DevicePermission => "device_permission",
            Code::DeviceSetting => "device_setting",
            Code::Disconnected => "disconnected",
            Code::InterfaceDown => "interface_down",
            Code::MtuExceeded => "mtu_exceeded",
            Code::NetworkUnreachable => "network_unreachable",
            Code::AddressInUse => "address_in_use",
            Code::AddressUnavailable => "address_unavailable",
            Code::ResourceExhausted => "resource_exhausted",
            Code::Canceled => "canceled",
            Code::HandleClosed => "handle_closed",
            Code::NativeIo => "native_io",
            Code::NativePanic => "native_panic",
        }
    }
}

/// When a system call failed: while something was opened, or on a descriptor in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    Open,
    Use,
}

/// One failure of the world (or, as `NativePanic`, of ours).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub code: Code,
    /// 0 where no system call failed.
    pub errno: i32,
    /// The system call or ioctl request; empty where none failed.
    pub syscall: &'static str,
    /// For people.
    pub message: Cow<'static, str>,
}

impl Failure {
    pub fn new(code: Code, message: impl Into<Cow<'static, str>>) -> Self {
        Failure {
            code,
            errno: 0,
            syscall: "",
            message: message.into(),
        }
    }

    pub fn unsupported() -> Self {
        Failure::new(
            Code::UnsupportedPlatform,
            "the addon opens serial ports and raw sockets on Linux only",
        )
    }

    pub fn closed() -> Self {
        Failure::new(Code::HandleClosed, "the handle is closed")
    }

    pub fn canceled() -> Self {
        Failure::new(Code::Canceled, "the handle was closed before this was done")
    }

    pub fn from_panic(payload: &(dyn std::any::Any + Send)) -> Self {
        let what = payload
            .downcast_ref::<&str>()
            .map(|text| (*text).to_owned())
            .or_else(|| payload.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "no message".to_owned());
        Failure::new(Code::NativePanic, format!("panic in the addon: {what}"))
    }

    #[cfg(target_os = "linux")]
    pub fn from_errno(errno: i32, syscall: &'static str, phase: Phase) -> Self {
        Failure {
            code: code_of(errno, phase),
            errno,
            syscall,
            message: format!("{syscall}: {}", describe_errno(errno)).into(),
        }
    }

    /// Of the system call that failed last on this thread.
    #[cfg(target_os = "linux")]
    pub fn last(syscall: &'static str, phase: Phase) -> Self {
        Failure::from_errno(last_errno(), syscall, phase)
    }

    /// Whether the descriptor is of no use any more, rather than this one call.
    pub fn is_fatal(&self) -> bool {
        matches!(
            self.code,
            Code::Disconnected | Code::HandleClosed | Code::NativePanic
        )
    }
}

#[cfg(target_os = "linux")]
pub fn last_errno() -> i32 {
    std::io::Error::last_os_error().raw_os_error().unwrap_or(0)
}

/// The system's words, with the name of the constant where the table has one: `Device or resource busy (EBUSY)`.
#[cfg(target_os = "linux")]
fn describe_errno(errno: i32) -> String {
    let text = std::io::Error::from_raw_os_error(errno).to_string();
    let text = text.split(" (os error").next().unwrap_or(&text).to_owned();
    match TABLE.iter().find(|row| row.errno == errno) {
        Some(row) => format!("{text} ({})", row.name),
        None => format!("{text} (errno {errno})"),
    }
}

#[cfg(target_os = "linux")]
pub struct Row {
    pub errno: i32,
    pub name: &'static str,
    pub at_open: Code,
    pub in_use: Code,
}

#[cfg(target_os = "linux")]
macro_rules! rows {
    ($($name:ident: $at_open:ident, $in_use:ident;)*) => {
        &[$(Row { errno: libc::$name, name: stringify!($name), at_open: Code::$at_open, in_use: Code::$in_use },)*]
    };
}

/// What is not listed is `native_io`. EIO on a descriptor in use is how a tty says that its device is gone.
#[cfg(target_os = "linux")]
pub static TABLE: &[Row] = rows! {
    ENOENT: DeviceNotFound, Disconnected;
    ENODEV: DeviceNotFound, Disconnected;
    ENXIO: DeviceNotFound, Disconnected;
    ENOTDIR: DeviceNotFound, NativeIo;
    EIO: NativeIo, Disconnected;
    EPIPE: NativeIo, Disconnected;
    ECONNRESET: NativeIo, Disconnected;
    EBUSY: DeviceBusy, DeviceBusy;
    EWOULDBLOCK: DeviceBusy, DeviceBusy;
    ETXTBSY: DeviceBusy, DeviceBusy;
    EACCES: DevicePermission, DevicePermission;
    EPERM: DevicePermission, DevicePermission;
    EROFS: DevicePermission, DevicePermission;
    ENOTTY: DeviceSetting, DeviceSetting;
    EINVAL: DeviceSetting, DeviceSetting;
    ENOSYS: DeviceSetting, DeviceSetting;
    EOPNOTSUPP: DeviceSetting, DeviceSetting;
    ENOPROTOOPT: DeviceSetting, DeviceSetting;
    EPROTONOSUPPORT: DeviceSetting, DeviceSetting;
    ESOCKTNOSUPPORT: DeviceSetting, DeviceSetting;
    EAFNOSUPPORT: DeviceSetting, DeviceSetting;
    ERANGE: DeviceSetting, DeviceSetting;
    ENETDOWN: InterfaceDown, InterfaceDown;
    EMSGSIZE: MtuExceeded, MtuExceeded;
    ENETUNREACH: NetworkUnreachable, NetworkUnreachable;
    EHOSTUNREACH: NetworkUnreachable, NetworkUnreachable;
    EHOSTDOWN: NetworkUnreachable, NetworkUnreachable;
    ECONNREFUSED: NetworkUnreachable, NetworkUnreachable;
    EADDRINUSE: AddressInUse, AddressInUse;
    EADDRNOTAVAIL: AddressUnavailable, AddressUnavailable;
    EMFILE: ResourceExhausted, ResourceExhausted;
    ENFILE: ResourceExhausted, ResourceExhausted;
    ENOMEM: ResourceExhausted, ResourceExhausted;
    ENOBUFS: ResourceExhausted, ResourceExhausted;
    ENOSPC: ResourceExhausted, ResourceExhausted;
    EBADF: NativeIo, HandleClosed;
    ECANCELED: Canceled, Canceled;
};

#[cfg(target_os = "linux")]
pub fn code_of(errno: i32, phase: Phase) -> Code {
    match TABLE.iter().find(|row| row.errno == errno) {
        Some(row) if phase == Phase::Open => row.at_open,
        Some(row) => row.in_use,
        None => Code::NativeIo,
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn every_errno_has_one_row() {
        for (index, row) in TABLE.iter().enumerate() {
            assert!(
                TABLE[..index].iter().all(|other| other.errno != row.errno),
                "{} is listed twice",
                row.name
            );
        }
    }

    #[test]
    fn a_device_that_vanishes_is_missing_at_open_and_disconnected_in_use() {
        for errno in [libc::ENODEV, libc::ENXIO] {
            assert_eq!(code_of(errno, Phase::Open), Code::DeviceNotFound);
            assert_eq!(code_of(errno, Phase::Use), Code::Disconnected);
        }
        assert_eq!(code_of(libc::EIO, Phase::Use), Code::Disconnected);
        assert_eq!(code_of(libc::EFAULT, Phase::Use), Code::NativeIo);
    }

    #[test]
    fn a_failure_names_its_call_and_constant() {
        let failure = Failure::from_errno(libc::EBUSY, "open", Phase::Open);
        assert_eq!(failure.message, "open: Device or resource busy (EBUSY)");
        assert_eq!((failure.code, failure.errno), (Code::DeviceBusy, libc::EBUSY));
    }

    #[test]
    fn codes_are_distinct() {
        for (index, code) in Code::ALL.iter().enumerate() {
            assert!(Code::ALL[..index]
                .iter()
                .all(|other| other.as_str() != code.as_str()));
        }
    }
}
