//! An open socket: how each kind is made, and the options that are set later.

use std::os::fd::{AsFd, AsRawFd, FromRawFd, OwnedFd, RawFd};

use crate::errors::{Code, Failure, Phase};
use crate::raw::address::{encode, link, Family, SocketAddress, ADDRESS_BYTES_MAX};
use crate::raw::interface;
use crate::raw::options::{SocketConfig, Target};

// Of the kernel's headers, and not in every libc.
const PACKET_IGNORE_OUTGOING: libc::c_int = 23;
const IP_MULTICAST_ALL: libc::c_int = 49;
const IPV6_MULTICAST_ALL: libc::c_int = 29;
const SO_MEMINFO: libc::c_int = 55;
/// `SK_MEMINFO_DROPS` of `SK_MEMINFO_VARS`.
const MEMINFO_DROPS: usize = 8;
const MEMINFO_VARS: usize = 9;

/// The link's header and a VLAN tag, before the MTU's bytes of a whole frame.
const LINK_HEADER_BYTES: usize = 18;
/// Longest IP packet.
const IP_PACKET_BYTES_MAX: usize = 65_535;

/// What JavaScript is told of this end.
#[derive(Clone, Debug)]
pub struct Local {
    pub address: Vec<u8>,
    pub mtu: u32,
    pub segmentation: bool,
    pub receive_offload: bool,
}

pub struct Socket {
    fd: OwnedFd,
    pub family: Family,
    pub local: Local,
    /// Name of the interface of a packet socket.
    interface: Option<String>,
    /// `PACKET_STATISTICS` counts from the last time it was asked.
    drops: u64,
}

impl Socket {
    pub fn open(config: &SocketConfig) -> Result<Self, Failure> {
        let socket = match &config.target {
            Target::Packet {
                interface,
                ether_type,
                cooked,
                filter,
            } => Socket::packet(interface, *ether_type, *cooked, filter)?,
            Target::Ip { protocol, address } => {
                let fd = create(family_of(address), libc::SOCK_RAW, i32::from(*protocol))?;
                Socket::internet(fd, address)?
            }
            Target::Udp {
                address,
                reuse_address,
                offload,
            } => Socket::udp(address, *reuse_address, *offload)?,
        };
        if let Some(bytes) = config.kernel_receive_bytes {
            socket.set_kernel_receive_bytes(bytes)?;
        }
        Ok(socket)
    }

    /// Nothing is received before the filter is there: the EtherType is only named in `bind`.
    fn packet(
        name: &str,
        ether_type: u16,
        cooked: bool,
        filter: &[libc::sock_filter],
    ) -> Result<Self, Failure> {
        let kind = if cooked { libc::SOCK_DGRAM } else { libc::SOCK_RAW };
        let fd = create(libc::AF_PACKET, kind, 0)?;
        let index = interface::index_of(name)?;
        if !interface::is_up(fd.as_fd(), name)? {
            return Err(Failure::new(
                Code::InterfaceDown,
                format!("the interface {name} is down"),
            ));
        }
        if !filter.is_empty() {
            attach(&fd, filter)?;
        }
        // What this machine sends is no news; kernels before 4.20 do not know the option.
        let _ = set(&fd, libc::SOL_PACKET, PACKET_IGNORE_OUTGOING, &1i32, "");
        bind(&fd, &link(index, ether_type, &[]))?;
        let local = Local {
            address: interface::hardware_address(fd.as_fd(), name)?.to_vec(),
            mtu: interface::mtu(fd.as_fd(), name)?,
            segmentation: false,
            receive_offload: false,
        };
        Ok(Socket {
            fd,
            family: Family::Packet {
                interface: index,
                protocol: ether_type,
            },
            local,
            interface: Some(name.to_owned()),
            drops: 0,
        })
    }

    fn udp(address: &[u8], reuse_address: bool, offload: bool) -> Result<Self, Failure> {
        let fd = create(family_of(address), libc::SOCK_DGRAM, libc::IPPROTO_UDP)?;
        if reuse_address {
            set(&fd, libc::SOL_SOCKET, libc::SO_REUSEADDR, &1i32, "SO_REUSEADDR")?;
        }
        set(&fd, libc::SOL_SOCKET, libc::SO_BROADCAST, &1i32, "SO_BROADCAST")?;
        let mut socket = Socket::internet(fd, address)?;
        if offload {
            // Tried, not looked up: both depend on the kernel. A send may still refuse (`driver`).
            let fd = &socket.fd;
            let refused = set(fd, libc::SOL_UDP, libc::UDP_GRO, &1i32, "UDP_GRO").is_err();
            socket.local.receive_offload = !refused;
            let refused = set(fd, libc::SOL_UDP, libc::UDP_SEGMENT, &0i32, "UDP_SEGMENT").is_err();
            socket.local.segmentation = !refused;
        }
        Ok(socket)
    }

    fn internet(fd: OwnedFd, address: &[u8]) -> Result<Self, Failure> {
        let family = match family_of(address) {
            libc::AF_INET => Family::V4,
            _ => Family::V6,
        };
        // Groups that other sockets of this machine joined are not ours; old kernels hear them all the same.
        let _ = match family {
            Family::V4 => set(&fd, libc::IPPROTO_IP, IP_MULTICAST_ALL, &0i32, ""),
            _ => {
                let _ = set(&fd, libc::IPPROTO_IPV6, libc::IPV6_V6ONLY, &0i32, "");
                set(&fd, libc::IPPROTO_IPV6, IPV6_MULTICAST_ALL, &0i32, "")
            }
        };
        bind(&fd, &family.decode(address)?)?;
        let local = Local {
            address: name_of(&fd)?,
            mtu: 0,
            segmentation: false,
            receive_offload: false,
        };
        Ok(Socket {
            fd,
            family,
            local,
            interface: None,
            drops: 0,
        })
    }

    pub fn fd(&self) -> RawFd {
        self.fd.as_raw_fd()
    }

    pub fn is_packet(&self) -> bool {
        self.interface.is_some()
    }

    /// Longest message that one receive gives.
    pub fn message_bytes_max(&self) -> usize {
        match self.family {
            Family::Packet { .. } => self.local.mtu as usize + LINK_HEADER_BYTES,
            _ => IP_PACKET_BYTES_MAX,
        }
    }

    pub fn mtu(&self) -> Result<u32, Failure> {
        match &self.interface {
            Some(name) => interface::mtu(self.fd.as_fd(), name),
            None => Err(Failure::new(
                Code::DeviceSetting,
                "a socket of no interface has no MTU",
            )),
        }
    }

    /// What an error of the interface means: it is down, or it was removed.
    pub fn interface_failure(&self, failure: Failure) -> Failure {
        let Family::Packet { interface, .. } = self.family else {
            return failure;
        };
        let name = self.interface.as_deref().unwrap_or_default();
        let (code, what) = if interface::exists(interface) {
            (Code::InterfaceDown, "is down")
        } else {
            (Code::Disconnected, "was removed")
        };
        let message = format!("the interface {name} {what}").into();
        Failure {
            code,
            message,
            ..failure
        }
    }

    /// The error that poll spoke of; 0 where there is none.
    pub fn take_error(&self) -> i32 {
        let mut errno = 0i32;
        match get(&self.fd, libc::SOL_SOCKET, libc::SO_ERROR, &mut errno, "SO_ERROR") {
            Ok(()) => errno,
            Err(failure) => failure.errno,
        }
    }

    pub fn drops(&mut self) -> Result<u64, Failure> {
        if self.is_packet() {
            // SAFETY: plain numbers, for which zeros are valid.
            let mut stats: libc::tpacket_stats = unsafe { std::mem::zeroed() };
            let (level, name) = (libc::SOL_PACKET, libc::PACKET_STATISTICS);
            get(&self.fd, level, name, &mut stats, "PACKET_STATISTICS")?;
            self.drops += u64::from(stats.tp_drops);
        } else {
            let mut info = [0u32; MEMINFO_VARS];
            get(&self.fd, libc::SOL_SOCKET, SO_MEMINFO, &mut info, "SO_MEMINFO")?;
            self.drops = u64::from(info[MEMINFO_DROPS]);
        }
        Ok(self.drops)
    }

    pub fn set_membership(&self, join: bool, group: &[u8], name: Option<&str>) -> Result<(), Failure> {
        match (self.family, group.len()) {
            (Family::Packet { interface, .. }, 6) => {
                // SAFETY: plain numbers, for which zeros are valid.
                let mut request: libc::packet_mreq = unsafe { std::mem::zeroed() };
                request.mr_ifindex = interface as i32;
                request.mr_type = libc::PACKET_MR_MULTICAST as u16;
                request.mr_alen = 6;
                request.mr_address[..6].copy_from_slice(group);
                let option = if join {
                    libc::PACKET_ADD_MEMBERSHIP
                } else {
                    libc::PACKET_DROP_MEMBERSHIP
                };
                set(
                    &self.fd,
                    libc::SOL_PACKET,
                    option,
                    &request,
                    "PACKET_ADD_MEMBERSHIP",
                )
            }
            (Family::V4, 4) => {
                let option = if join {
                    libc::IP_ADD_MEMBERSHIP
                } else {
                    libc::IP_DROP_MEMBERSHIP
                };
                let group = u32::from_ne_bytes([group[0], group[1], group[2], group[3]]);
                let request = v4_request(group, index_or_zero(name)?);
                set(&self.fd, libc::IPPROTO_IP, option, &request, "IP_ADD_MEMBERSHIP")
            }
            (Family::V6, 16) => {
                let option = if join {
                    libc::IPV6_ADD_MEMBERSHIP
                } else {
                    libc::IPV6_DROP_MEMBERSHIP
                };
                let mut address = libc::in6_addr { s6_addr: [0; 16] };
                address.s6_addr.copy_from_slice(group);
                let request = libc::ipv6_mreq {
                    ipv6mr_multiaddr: address,
                    ipv6mr_interface: index_or_zero(name)? as _,
                };
                set(
                    &self.fd,
                    libc::IPPROTO_IPV6,
                    option,
                    &request,
                    "IPV6_ADD_MEMBERSHIP",
                )
            }
            (_, length) => Err(Failure::new(
                Code::DeviceSetting,
                format!("a group of {length} bytes, which this socket cannot join"),
            )),
        }
    }

    pub fn set_multicast(
        &self,
        name: Option<&str>,
        ttl: Option<i32>,
        loopback: Option<bool>,
    ) -> Result<(), Failure> {
        let loopback = loopback.map(i32::from);
        match self.family {
            Family::V4 => {
                let level = libc::IPPROTO_IP;
                if name.is_some() {
                    let request = v4_request(0, index_or_zero(name)?);
                    set(
                        &self.fd,
                        level,
                        libc::IP_MULTICAST_IF,
                        &request,
                        "IP_MULTICAST_IF",
                    )?;
                }
                self.set_number(level, libc::IP_MULTICAST_TTL, ttl, "IP_MULTICAST_TTL")?;
                self.set_number(level, libc::IP_MULTICAST_LOOP, loopback, "IP_MULTICAST_LOOP")
            }
            Family::V6 => {
                let level = libc::IPPROTO_IPV6;
                let index = name.map(|name| index_or_zero(Some(name))).transpose()?;
                let index = index.map(|index| index as i32);
                self.set_number(level, libc::IPV6_MULTICAST_IF, index, "IPV6_MULTICAST_IF")?;
                self.set_number(level, libc::IPV6_MULTICAST_HOPS, ttl, "IPV6_MULTICAST_HOPS")?;
                self.set_number(level, libc::IPV6_MULTICAST_LOOP, loopback, "IPV6_MULTICAST_LOOP")
            }
            Family::Packet { .. } => Err(Failure::new(
                Code::DeviceSetting,
                "a packet socket has no TTL and no loop",
            )),
        }
    }

    fn set_number(
        &self,
        level: i32,
        name: i32,
        value: Option<i32>,
        what: &'static str,
    ) -> Result<(), Failure> {
        value.map_or(Ok(()), |value| set(&self.fd, level, name, &value, what))
    }

    /// Past the system's limit where we may, up to it where we may not.
    fn set_kernel_receive_bytes(&self, bytes: u32) -> Result<(), Failure> {
        let bytes = bytes.min(i32::MAX as u32 / 2) as i32;
        let forced = set(&self.fd, libc::SOL_SOCKET, libc::SO_RCVBUFFORCE, &bytes, "");
        forced.or_else(|_| set(&self.fd, libc::SOL_SOCKET, libc::SO_RCVBUF, &bytes, "SO_RCVBUF"))
    }
}

fn family_of(address: &[u8]) -> i32 {
    if address.len() == 6 {
        libc::AF_INET
    } else {
        libc::AF_INET6
    }
}

fn create(family: i32, kind: i32, protocol: i32) -> Result<OwnedFd, Failure> {
    let kind = kind | libc::SOCK_CLOEXEC | libc::SOCK_NONBLOCK;
    // SAFETY: no memory is passed.
    let fd = unsafe { libc::socket(family, kind, protocol) };
    if fd < 0 {
        return Err(with_hint(Failure::last("socket", Phase::Open)));
    }
    // SAFETY: just created, owned by nobody else.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

/// The capability is the usual thing that is missing, and the errno does not say so.
fn with_hint(mut failure: Failure) -> Failure {
    if failure.code == Code::DevicePermission {
        let exe = std::env::current_exe().map_or("<program>".into(), |path| path.display().to_string());
        failure.message = format!(
            "{}: raw sockets need CAP_NET_RAW: run with sudo, or `sudo setcap cap_net_raw+ep {exe}`; \
             in a systemd unit AmbientCapabilities=CAP_NET_RAW, for a container --cap-add NET_RAW",
            failure.message
        )
        .into();
    }
    failure
}

fn attach(fd: &OwnedFd, filter: &[libc::sock_filter]) -> Result<(), Failure> {
    let program = libc::sock_fprog {
        len: u16::try_from(filter.len())
            .map_err(|_| Failure::new(Code::DeviceSetting, "a filter too long"))?,
        filter: filter.as_ptr().cast_mut(),
    };
    set(
        fd,
        libc::SOL_SOCKET,
        libc::SO_ATTACH_FILTER,
        &program,
        "SO_ATTACH_FILTER",
    )?;
    set(
        fd,
        libc::SOL_SOCKET,
        libc::SO_LOCK_FILTER,
        &1i32,
        "SO_LOCK_FILTER",
    )
}

fn bind(fd: &OwnedFd, address: &SocketAddress) -> Result<(), Failure> {
    let SocketAddress { storage, len } = address;
    // SAFETY: an address of that length.
    if unsafe { libc::bind(fd.as_raw_fd(), (&raw const *storage).cast(), *len) } < 0 {
        let mut failure = Failure::last("bind", Phase::Open);
        if failure.code == Code::DevicePermission {
            let hint = "ports below 1024 need CAP_NET_BIND_SERVICE";
            failure.message = format!("{}: {hint}", failure.message).into();
        }
        return Err(failure);
    }
    Ok(())
}

fn name_of(fd: &OwnedFd) -> Result<Vec<u8>, Failure> {
    let mut name = SocketAddress::empty();
    let storage = (&raw mut name.storage).cast();
    // SAFETY: room for any address, and its length.
    if unsafe { libc::getsockname(fd.as_raw_fd(), storage, &raw mut name.len) } < 0 {
        return Err(Failure::last("getsockname", Phase::Open));
    }
    let mut out = [0; ADDRESS_BYTES_MAX];
    let len = encode(&name, &mut out);
    Ok(out[1..len].to_vec())
}

fn v4_request(group: u32, index: u32) -> libc::ip_mreqn {
    libc::ip_mreqn {
        imr_multiaddr: libc::in_addr { s_addr: group },
        imr_address: libc::in_addr { s_addr: 0 },
        imr_ifindex: index as i32,
    }
}

/// 0: the one that the routes say.
fn index_or_zero(name: Option<&str>) -> Result<u32, Failure> {
    name.map_or(Ok(0), interface::index_of)
}

fn set<T>(fd: &OwnedFd, level: i32, name: i32, value: &T, what: &'static str) -> Result<(), Failure> {
    let len = std::mem::size_of::<T>() as libc::socklen_t;
    // SAFETY: a value of that size, of the type that the option has.
    let result = unsafe { libc::setsockopt(fd.as_raw_fd(), level, name, (&raw const *value).cast(), len) };
    if result < 0 {
        return Err(Failure::last(what, Phase::Open));
    }
    Ok(())
}

fn get<T>(fd: &OwnedFd, level: i32, name: i32, value: &mut T, what: &'static str) -> Result<(), Failure> {
    let mut len = std::mem::size_of::<T>() as libc::socklen_t;
    let out = (&raw mut *value).cast();
    // SAFETY: room of that size, of the type that the option has.
    if unsafe { libc::getsockopt(fd.as_raw_fd(), level, name, out, &raw mut len) } < 0 {
        return Err(Failure::last(what, Phase::Use));
    }
    Ok(())
}
