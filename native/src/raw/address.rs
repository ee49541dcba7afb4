//! Addresses as they stand before the bytes of a record, and as the kernel takes them.
//!
//! ```text
//!   record         [u8 address length][address][bytes]
//!   IPv4           [4 address][u16be port]                    port 0 on a raw IP socket
//!   IPv6           [16 address][u16be port][u32be scope]      scope: index of the interface, 0 where none is meant
//!   packet, out    [6 hardware address]                       nothing where the bytes begin with the header
//!   packet, in     [u8 kind][u16be EtherType][6 hardware address]     kind: PACKET_HOST, …
//! ```

use crate::errors::{Code, Failure};

/// Longest address with its length.
pub const ADDRESS_BYTES_MAX: usize = 1 + 22;

/// What an address of a socket is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    V4,
    V6,
    /// Of one interface; `protocol` is the EtherType of what is sent.
    Packet {
        interface: u32,
        protocol: u16,
    },
}

/// An address of the kernel's.
#[derive(Clone, Copy)]
pub struct SocketAddress {
    pub storage: libc::sockaddr_storage,
    pub len: libc::socklen_t,
}

impl SocketAddress {
    /// Room for the kernel to write one.
    pub fn empty() -> Self {
        SocketAddress {
            // SAFETY: plain numbers, for which zeros are valid.
            storage: unsafe { std::mem::zeroed() },
            len: std::mem::size_of::<libc::sockaddr_storage>() as libc::socklen_t,
        }
    }

    fn of<T: Copy>(value: T) -> Self {
        let mut address = SocketAddress::empty();
        assert!(std::mem::size_of::<T>() <= std::mem::size_of::<libc::sockaddr_storage>());
        // SAFETY: it fits, as asserted, and sockaddr_storage is aligned for every kind of address.
        unsafe { (&raw mut address.storage).cast::<T>().write(value) };
        address.len = std::mem::size_of::<T>() as libc::socklen_t;
        address
    }

    fn read<T: Copy>(&self) -> T {
        // SAFETY: the caller looked at the family; all bytes of the storage are initialised.
        unsafe { (&raw const self.storage).cast::<T>().read() }
    }
}

impl Family {
    /// The address of a record that is to be sent.
    pub fn decode(self, bytes: &[u8]) -> Result<SocketAddress, Failure> {
        match (self, bytes.len()) {
            (Family::V4, 6) => Ok(v4(bytes)),
            (Family::V6, 22) => Ok(v6(bytes)),
            (Family::Packet { interface, protocol }, 0 | 6) => Ok(link(interface, protocol, bytes)),
            (_, length) => Err(Failure::new(
                Code::DeviceSetting,
                format!("an address of {length} bytes, which this socket does not have"),
            )),
        }
    }
}

/// The address of a record that came, its length first; how many bytes of `out` it takes.
pub fn encode(address: &SocketAddress, out: &mut [u8; ADDRESS_BYTES_MAX]) -> usize {
    let len = match i32::from(address.storage.ss_family) {
        libc::AF_INET => {
            let from: libc::sockaddr_in = address.read();
            out[1..5].copy_from_slice(&from.sin_addr.s_addr.to_ne_bytes());
            out[5..7].copy_from_slice(&from.sin_port.to_ne_bytes());
            6
        }
        libc::AF_INET6 => {
            let from: libc::sockaddr_in6 = address.read();
            out[1..17].copy_from_slice(&from.sin6_addr.s6_addr);
            out[17..19].copy_from_slice(&from.sin6_port.to_ne_bytes());
            out[19..23].copy_from_slice(&from.sin6_scope_id.to_be_bytes());
            22
        }
        libc::AF_PACKET => {
            let from: libc::sockaddr_ll = address.read();
            out[1] = from.sll_pkttype;
            out[2..4].copy_from_slice(&from.sll_protocol.to_ne_bytes());
            out[4..10].copy_from_slice(&from.sll_addr[..6]);
            9
        }
        _ => 0,
    };
    out[0] = len as u8;
    1 + len
}

fn v4(bytes: &[u8]) -> SocketAddress {
    // SAFETY: plain numbers, for which zeros are valid.
    let mut to: libc::sockaddr_in = unsafe { std::mem::zeroed() };
    to.sin_family = libc::AF_INET as libc::sa_family_t;
    to.sin_addr.s_addr = u32::from_ne_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
    to.sin_port = u16::from_ne_bytes([bytes[4], bytes[5]]);
    SocketAddress::of(to)
}

fn v6(bytes: &[u8]) -> SocketAddress {
    // SAFETY: plain numbers, for which zeros are valid.
    let mut to: libc::sockaddr_in6 = unsafe { std::mem::zeroed() };
    to.sin6_family = libc::AF_INET6 as libc::sa_family_t;
    to.sin6_addr.s6_addr.copy_from_slice(&bytes[..16]);
    to.sin6_port = u16::from_ne_bytes([bytes[16], bytes[17]]);
    to.sin6_scope_id = u32::from_be_bytes([bytes[18], bytes[19], bytes[20], bytes[21]]);
    SocketAddress::of(to)
}

/// Also what a packet socket is bound to, with no hardware address.
pub fn link(interface: u32, protocol: u16, hardware: &[u8]) -> SocketAddress {
    // SAFETY: plain numbers, for which zeros are valid.
    let mut to: libc::sockaddr_ll = unsafe { std::mem::zeroed() };
    to.sll_family = libc::AF_PACKET as u16;
    to.sll_protocol = protocol.to_be();
    to.sll_ifindex = interface as i32;
    to.sll_halen = hardware.len() as u8;
    to.sll_addr[..hardware.len()].copy_from_slice(hardware);
    SocketAddress::of(to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_comes_back_as_it_was_given() {
        let v4 = [192, 0, 2, 1, 0x10, 0x92];
        let mut v6 = [0; 22];
        v6[..4].copy_from_slice(&[0x20, 0x01, 0x0d, 0xb8]);
        v6[17..].copy_from_slice(&[9, 0, 0, 0, 3]);
        for (family, bytes) in [(Family::V4, &v4[..]), (Family::V6, &v6[..])] {
            let address = family.decode(bytes).unwrap();
            let mut out = [0; ADDRESS_BYTES_MAX];
            let len = encode(&address, &mut out);
            assert_eq!(out[0] as usize, bytes.len());
            assert_eq!(&out[1..len], bytes);
        }
    }

    #[test]
    fn a_hardware_address_comes_back_with_its_kind_and_ether_type() {
        let family = Family::Packet {
            interface: 3,
            protocol: 0x88b5,
        };
        let address = family.decode(&[2, 0, 0, 0, 0, 7]).unwrap();
        let mut out = [0; ADDRESS_BYTES_MAX];
        let len = encode(&address, &mut out);
        assert_eq!(out[..len], [9, 0, 0x88, 0xb5, 2, 0, 0, 0, 0, 7]);
    }

    #[test]
    fn an_address_of_another_family_is_refused() {
        assert_eq!(
            Family::V4.decode(&[0; 22]).err().unwrap().code,
            Code::DeviceSetting
        );
        assert_eq!(Family::V6.decode(&[]).err().unwrap().code, Code::DeviceSetting);
    }
}
