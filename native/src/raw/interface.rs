//! What the kernel says of a network interface.

use std::ffi::CString;
use std::os::fd::{AsRawFd, BorrowedFd};

use crate::errors::{Code, Failure, Phase};

/// Index of the interface of that name.
pub fn index_of(name: &str) -> Result<u32, Failure> {
    let missing = || Failure::new(Code::DeviceNotFound, format!("no network interface {name:?}"));
    let c_name = CString::new(name).map_err(|_| missing())?;
    // SAFETY: a string with its zero byte.
    match unsafe { libc::if_nametoindex(c_name.as_ptr()) } {
        0 => Err(missing()),
        index => Ok(index),
    }
}

pub fn exists(index: u32) -> bool {
    let mut name = [0; libc::IF_NAMESIZE];
    // SAFETY: room for the longest name.
    !unsafe { libc::if_indextoname(index, name.as_mut_ptr()) }.is_null()
}

pub fn is_up(fd: BorrowedFd<'_>, name: &str) -> Result<bool, Failure> {
    let request = ask(fd, name, libc::SIOCGIFFLAGS, "SIOCGIFFLAGS")?;
    // SAFETY: the request filled this member.
    let flags = unsafe { request.ifr_ifru.ifru_flags };
    Ok(i32::from(flags) & libc::IFF_UP != 0)
}

/// Bytes of one packet, the link's header left out.
pub fn mtu(fd: BorrowedFd<'_>, name: &str) -> Result<u32, Failure> {
    let request = ask(fd, name, libc::SIOCGIFMTU, "SIOCGIFMTU")?;
    // SAFETY: the request filled this member.
    Ok(unsafe { request.ifr_ifru.ifru_mtu } as u32)
}

pub fn hardware_address(fd: BorrowedFd<'_>, name: &str) -> Result<[u8; 6], Failure> {
    let request = ask(fd, name, libc::SIOCGIFHWADDR, "SIOCGIFHWADDR")?;
    // SAFETY: the request filled this member.
    let data = unsafe { request.ifr_ifru.ifru_hwaddr }.sa_data;
    Ok(std::array::from_fn(|index| data[index] as u8))
}

fn ask(
    fd: BorrowedFd<'_>,
    name: &str,
    what: libc::Ioctl,
    syscall: &'static str,
) -> Result<libc::ifreq, Failure> {
    // SAFETY: plain numbers, for which zeros are valid.
    let mut request: libc::ifreq = unsafe { std::mem::zeroed() };
    if name.len() >= request.ifr_name.len() {
        return Err(Failure::new(
            Code::DeviceNotFound,
            format!("no network interface {name:?}"),
        ));
    }
    for (to, from) in request.ifr_name.iter_mut().zip(name.bytes()) {
        *to = from as libc::c_char;
    }
    // SAFETY: the request is of the size that the kernel writes.
    if unsafe { libc::ioctl(fd.as_raw_fd(), what, &raw mut request) } < 0 {
        return Err(Failure::last(syscall, Phase::Open));
    }
    Ok(request)
}
