//! The driver of a socket: batches into the ring while there is room, batches out of it, requests.

use std::os::fd::RawFd;
use std::sync::{Arc, OnceLock};

use crate::errors::{Code, Failure, Phase};
use crate::handle::DriverEnds;
use crate::poll_thread::{Driver, Interest, Ready};
use crate::raw::address::{encode, ADDRESS_BYTES_MAX};
use crate::raw::batch::{Batch, Message, Receiver};
use crate::raw::options::SocketConfig;
use crate::raw::socket::{Local, Socket};
use crate::ring::HEADER_BYTES;

/// Calls in one turn, so that neither direction starves the other nor requests.
const CALLS_PER_TURN: usize = 8;
/// What one received message costs in the ring beside its bytes, where the kernel joined as many as it does.
const SEGMENTS_OVERHEAD_BYTES: usize = 128 * (HEADER_BYTES + ADDRESS_BYTES_MAX);
/// More than any datagram has.
const ANY_SEGMENT: usize = usize::MAX;

#[derive(Debug)]
pub enum SocketRequest {
    Mtu,
    Drops,
    Membership {
        join: bool,
        group: Vec<u8>,
        interface: Option<String>,
    },
    Multicast {
        interface: Option<String>,
        ttl: Option<i32>,
        loopback: Option<bool>,
    },
    #[cfg(any(test, feature = "test-hooks"))]
    Panic,
}

pub struct SocketDriver {
    config: SocketConfig,
    ends: DriverEnds<SocketRequest>,
    local: Arc<OnceLock<Local>>,
    open: Option<Open>,
    /// Datagrams of one size up to this go out as one message; the kernel refused larger ones. 0: none.
    segment_bytes_max: usize,
    /// The kernel took no more; poll says when it does.
    blocked: bool,
}

struct Open {
    socket: Socket,
    receiver: Receiver,
    /// What must be free in the ring before a message is received.
    record_bytes_max: usize,
    /// Messages longer than the interface allowed when it was opened.
    truncated: u64,
}

impl SocketDriver {
    pub fn new(config: SocketConfig, local: Arc<OnceLock<Local>>, ends: DriverEnds<SocketRequest>) -> Self {
        SocketDriver {
            config,
            ends,
            local,
            open: None,
            segment_bytes_max: 0,
            blocked: false,
        }
    }

    fn read(&mut self) -> Result<(), Failure> {
        for _ in 0..CALLS_PER_TURN {
            let open = self.open.as_mut().ok_or_else(Failure::closed)?;
            let intake = &mut self.ends.intake;
            if !intake.has_room(open.record_bytes_max) {
                return Ok(());
            }
            let count = intake.free() / open.record_bytes_max;
            let fd = open.socket.fd();
            let truncated_count = &mut open.truncated;
            let received = open.receiver.receive(fd, count, |message| {
                let Message {
                    from,
                    bytes,
                    segment,
                    truncated,
                } = message;
                // Of an interface whose MTU grew: half a packet is none.
                if truncated {
                    *truncated_count += 1;
                    return;
                }
                let mut address = [0; ADDRESS_BYTES_MAX];
                let head = encode(from, &mut address);
                match segment {
                    Some(size) => {
                        for datagram in bytes.chunks(size) {
                            intake.push_record_of(&address[..head], datagram);
                        }
                    }
                    None => {
                        intake.push_record_of(&address[..head], bytes);
                    }
                }
            });
            match received {
                Ok(_) => {}
                Err(libc::EAGAIN) => return Ok(()),
                Err(errno) => self.on_error(errno, "recvmmsg")?,
            }
        }
        Ok(())
    }

    fn write(&mut self) -> Result<(), Failure> {
        for _ in 0..CALLS_PER_TURN {
            if !self.ends.outlet.has_work() {
                return Ok(());
            }
            let open = self.open.as_ref().ok_or_else(Failure::closed)?;
            let mut batch = Batch::gather(
                self.ends.outlet.records(),
                open.socket.family,
                self.segment_bytes_max,
            );
            if batch.is_empty() {
                let why = batch.refusal.unwrap_or_else(Failure::closed);
                self.ends.outlet.fail_oldest(&why);
                continue;
            }
            match batch.send(open.socket.fd()) {
                Ok(records) => self.ends.outlet.settle_records(records),
                Err(libc::EAGAIN) => {
                    self.blocked = true;
                    return Ok(());
                }
                Err(libc::EINTR) => {}
                // The interface computes no checksums: no segmentation on any way, to be safe.
                Err(libc::EIO) if batch.oldest().records > 1 => self.segment_bytes_max = 0,
                // Datagrams of this size are larger than its packets; IP sends them in fragments.
                Err(libc::EINVAL | libc::EMSGSIZE) if batch.oldest().records > 1 => {
                    self.segment_bytes_max = batch.oldest().segment - 1;
                }
                Err(errno) => {
                    // EIO is how a tty says that it is gone, and a packet's own failure here.
                    let mut failure = Failure::from_errno(errno, "sendmmsg", Phase::Use);
                    if failure.is_fatal() {
                        failure.code = Code::NativeIo;
                    }
                    let lost = open.socket.is_packet() && is_interface_error(errno);
                    if lost {
                        failure = open.socket.interface_failure(failure);
                    }
                    self.ends.outlet.fail_oldest(&failure);
                    if lost {
                        return Err(failure);
                    }
                }
            }
        }
        Ok(())
    }

    /// Of a packet socket its interface is down or gone, which ends it. Of others, ICMP said something about
    /// an earlier datagram, which is nobody's failure.
    fn on_error(&self, errno: i32, syscall: &'static str) -> Result<(), Failure> {
        let open = self.open.as_ref().ok_or_else(Failure::closed)?;
        if !open.socket.is_packet() || !is_interface_error(errno) {
            return match errno {
                libc::EBADF | libc::EFAULT | libc::ENOTSOCK => {
                    Err(Failure::from_errno(errno, syscall, Phase::Use))
                }
                _ => Ok(()),
            };
        }
        let failure = Failure::from_errno(errno, syscall, Phase::Use);
        Err(open.socket.interface_failure(failure))
    }

    fn answer_requests(&mut self) -> Result<(), Failure> {
        while let Some((id, request)) = self.ends.requests.next() {
            let answer = self.carry_out(request);
            self.ends.requests.answer(id, answer);
        }
        Ok(())
    }

    fn carry_out(&mut self, request: SocketRequest) -> Result<f64, Failure> {
        let Open {
            socket, truncated, ..
        } = self.open.as_mut().ok_or_else(Failure::closed)?;
        match request {
            SocketRequest::Mtu => return Ok(f64::from(socket.mtu()?)),
            SocketRequest::Drops => return Ok((socket.drops()? + *truncated) as f64),
            SocketRequest::Membership {
                join,
                group,
                interface,
            } => socket.set_membership(join, &group, interface.as_deref())?,
            SocketRequest::Multicast {
                interface,
                ttl,
                loopback,
            } => socket.set_multicast(interface.as_deref(), ttl, loopback)?,
            #[cfg(any(test, feature = "test-hooks"))]
            SocketRequest::Panic => panic!("on the thread, on purpose"),
        }
        Ok(0.0)
    }
}

fn is_interface_error(errno: i32) -> bool {
    matches!(errno, libc::ENETDOWN | libc::ENXIO | libc::ENODEV)
}

impl Driver for SocketDriver {
    fn open(&mut self) -> Result<RawFd, Failure> {
        let socket = Socket::open(&self.config)?;
        let fd = socket.fd();
        let joined = if socket.local.receive_offload {
            SEGMENTS_OVERHEAD_BYTES
        } else {
            HEADER_BYTES + ADDRESS_BYTES_MAX
        };
        let record_bytes_max = socket.message_bytes_max() + joined;
        if self.ends.intake.free() < record_bytes_max {
            return Err(Failure::new(
                Code::DeviceSetting,
                format!("a receive ring that holds one packet has {record_bytes_max} bytes"),
            ));
        }
        self.segment_bytes_max = if socket.local.segmentation { ANY_SEGMENT } else { 0 };
        let _ = self.local.set(socket.local.clone());
        self.open = Some(Open {
            receiver: Receiver::new(socket.message_bytes_max()),
            record_bytes_max,
            truncated: 0,
            socket,
        });
        Ok(fd)
    }

    fn interest(&mut self) -> Interest {
        let record = self.open.as_ref().map_or(0, |open| open.record_bytes_max);
        Interest {
            read: self.ends.intake.has_room(record),
            write: self.ends.outlet.has_work(),
            timeout: None,
        }
    }

    fn turn(&mut self, ready: Ready) -> Result<(), Failure> {
        self.answer_requests()?;
        if ready.error {
            let errno = self.open.as_ref().map_or(0, |open| open.socket.take_error());
            self.on_error(errno, "poll")?;
        }
        if ready.readable {
            self.read()?;
        }
        if ready.writable {
            self.blocked = false;
        }
        // What was just put in is tried at once; poll is asked only after the kernel has refused.
        if !self.blocked {
            self.write()?;
        }
        Ok(())
    }

    fn close(&mut self, why: &Failure) {
        // The socket first: whoever hears that the handle has ended may bind its address again.
        self.open = None;
        self.ends.outlet.fail_until(u64::MAX, why);
        self.ends.requests.end(why);
    }
}

#[cfg(test)]
#[path = "driver_tests.rs"]
mod tests;
