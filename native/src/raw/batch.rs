//! Many packets a system call: recvmmsg and sendmmsg, and datagrams of one size as one (UDP GSO and GRO).

use std::os::fd::RawFd;

use crate::errors::{last_errno, Code, Failure};
use crate::raw::address::{Family, SocketAddress, ADDRESS_BYTES_MAX};

/// Messages in one call.
const SLOTS_MAX: usize = 32;
/// Bytes of one receive's buffers; pages that no packet touches cost nothing.
const BUFFER_BYTES_MAX: usize = 1024 * 1024;
/// `UDP_MAX_SEGMENTS` of older kernels.
const SEGMENTS_MAX: usize = 64;
/// A datagram's bytes with segmentation are those of one IP packet at most, headers included.
const SEGMENTED_BYTES_MAX: usize = 65_000;
/// Of one control message with a number: room for its header on every machine.
const CONTROL_BYTES: usize = 32;

/// Aligned for a cmsghdr.
#[repr(C, align(8))]
#[derive(Clone, Copy)]
struct Control([u8; CONTROL_BYTES]);

/// Buffers of one socket for what comes.
pub struct Receiver {
    buffer: Vec<u8>,
    message_bytes: usize,
}

/// One received message.
pub struct Message<'a> {
    pub from: &'a SocketAddress,
    pub bytes: &'a [u8],
    /// Where the kernel joined datagrams: the size of each but the last.
    pub segment: Option<usize>,
    pub truncated: bool,
}

impl Receiver {
    pub fn new(message_bytes: usize) -> Self {
        let slots = (BUFFER_BYTES_MAX / message_bytes).clamp(1, SLOTS_MAX);
        Receiver {
            buffer: vec![0; slots * message_bytes],
            message_bytes,
        }
    }

    /// Takes up to `count` messages; how many, or the errno.
    pub fn receive(
        &mut self,
        fd: RawFd,
        count: usize,
        mut each: impl FnMut(Message<'_>),
    ) -> Result<usize, i32> {
        let count = count.min(self.buffer.len() / self.message_bytes);
        let mut addresses = [SocketAddress::empty(); SLOTS_MAX];
        let mut controls = [Control([0; CONTROL_BYTES]); SLOTS_MAX];
        // SAFETY: plain numbers and pointers, for which zeros are valid.
        let mut pieces: [libc::iovec; SLOTS_MAX] = unsafe { std::mem::zeroed() };
        // SAFETY: as above.
        let mut messages: [libc::mmsghdr; SLOTS_MAX] = unsafe { std::mem::zeroed() };
        for (slot, chunk) in self
            .buffer
            .chunks_exact_mut(self.message_bytes)
            .take(count)
            .enumerate()
        {
            pieces[slot].iov_base = chunk.as_mut_ptr().cast();
            pieces[slot].iov_len = chunk.len();
            let header = &mut messages[slot].msg_hdr;
            header.msg_name = (&raw mut addresses[slot].storage).cast();
            header.msg_namelen = addresses[slot].len;
            header.msg_iov = &raw mut pieces[slot];
            header.msg_iovlen = 1;
            header.msg_control = (&raw mut controls[slot]).cast();
            header.msg_controllen = CONTROL_BYTES as _;
        }
        // SAFETY: `count` headers, each of which names memory that outlives the call.
        let received = unsafe {
            libc::recvmmsg(
                fd,
                messages.as_mut_ptr(),
                count as _,
                libc::MSG_DONTWAIT as _,
                std::ptr::null_mut(),
            )
        };
        if received < 0 {
            return Err(last_errno());
        }
        let received = received as usize;
        for slot in 0..received {
            let header = &messages[slot].msg_hdr;
            let len = (messages[slot].msg_len as usize).min(self.message_bytes);
            each(Message {
                from: &addresses[slot],
                bytes: &self.buffer[slot * self.message_bytes..][..len],
                segment: segment_of(header),
                truncated: header.msg_flags & libc::MSG_TRUNC != 0,
            });
        }
        Ok(received)
    }
}

fn segment_of(header: &libc::msghdr) -> Option<usize> {
    // SAFETY: the kernel filled the control bytes of this header, and says how many.
    unsafe {
        let first = libc::CMSG_FIRSTHDR(header);
        if first.is_null() || (*first).cmsg_level != libc::SOL_UDP || (*first).cmsg_type != libc::UDP_GRO {
            return None;
        }
        let size = libc::CMSG_DATA(first).cast::<i32>().read_unaligned();
        usize::try_from(size).ok().filter(|size| *size > 0)
    }
}

/// Records put together for one sendmmsg.
pub struct Batch {
    messages: Vec<Outgoing>,
    pieces: Vec<libc::iovec>,
    /// Why the record after the last message cannot be sent.
    pub refusal: Option<Failure>,
}

struct Outgoing {
    to: SocketAddress,
    /// Address as in the record, to see whether the next is for the same place.
    key: ([u8; ADDRESS_BYTES_MAX], usize),
    records: usize,
    first_piece: usize,
    bytes: usize,
    /// Bytes of the first record, and so of all but the last.
    segment: usize,
    /// A shorter record ended it.
    full: bool,
}

/// What a message of a batch was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sent {
    pub records: usize,
    pub segment: usize,
}

impl Batch {
    /// Of the oldest records. `segment_bytes_max`: datagrams of one size up to it go as one message; 0: none do.
    pub fn gather<'a>(
        records: impl Iterator<Item = (&'a [u8], &'a [u8])>,
        family: Family,
        segment_bytes_max: usize,
    ) -> Self {
        let mut batch = Batch {
            messages: Vec::with_capacity(SLOTS_MAX),
            pieces: Vec::with_capacity(4 * SLOTS_MAX),
            refusal: None,
        };
        for record in records {
            if let Err(why) = batch.add(record, family, segment_bytes_max) {
                batch.refusal = why;
                break;
            }
        }
        batch
    }

    /// `Err`: no more fit, or this one cannot be sent.
    fn add(
        &mut self,
        (first, second): (&[u8], &[u8]),
        family: Family,
        segment_bytes_max: usize,
    ) -> Result<(), Option<Failure>> {
        let mut key = [0; ADDRESS_BYTES_MAX];
        let have = first.len().min(key.len());
        key[..have].copy_from_slice(&first[..have]);
        let more = second.len().min(key.len() - have);
        key[have..have + more].copy_from_slice(&second[..more]);
        let head = 1 + usize::from(key[0]);
        if head > have + more {
            return Err(Some(Failure::new(
                Code::DeviceSetting,
                "a record without an address",
            )));
        }
        key[head..].fill(0);
        let in_first = head.min(first.len());
        let body = [&first[in_first..], &second[head - in_first..]];
        let bytes = body[0].len() + body[1].len();
        let joins = self.messages.last().is_some_and(|last| {
            last.key == (key, head)
                && !last.full
                && bytes > 0
                && bytes <= last.segment
                && last.segment <= segment_bytes_max
                && last.records < SEGMENTS_MAX
                && last.bytes + bytes <= SEGMENTED_BYTES_MAX
        });
        if joins {
            let last = self.messages.last_mut().expect("a message to join");
            last.records += 1;
            last.bytes += bytes;
            last.full = bytes < last.segment;
        } else {
            if self.messages.len() == SLOTS_MAX {
                return Err(None);
            }
            self.messages.push(Outgoing {
                to: family.decode(&key[1..head]).map_err(Some)?,
                key: (key, head),
                records: 1,
                first_piece: self.pieces.len(),
                bytes,
                segment: bytes,
                full: false,
            });
        }
        for piece in body.into_iter().filter(|piece| !piece.is_empty()) {
            self.pieces.push(libc::iovec {
                iov_base: piece.as_ptr().cast_mut().cast(),
                iov_len: piece.len(),
            });
        }
        Ok(())
    }

    pub fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }

    pub fn oldest(&self) -> Sent {
        let Outgoing { records, segment, .. } = self.messages[0];
        Sent { records, segment }
    }

    /// Sends what the kernel takes; how many records, or the errno of the oldest message.
    /// The records must still be in the ring.
    pub fn send(&mut self, fd: RawFd) -> Result<usize, i32> {
        let count = self.messages.len();
        let mut controls = [Control([0; CONTROL_BYTES]); SLOTS_MAX];
        // SAFETY: plain numbers and pointers, for which zeros are valid.
        let mut headers: [libc::mmsghdr; SLOTS_MAX] = unsafe { std::mem::zeroed() };
        for slot in 0..count {
            let end = self
                .messages
                .get(slot + 1)
                .map_or(self.pieces.len(), |next| next.first_piece);
            let message = &mut self.messages[slot];
            let header = &mut headers[slot].msg_hdr;
            header.msg_name = (&raw mut message.to.storage).cast();
            header.msg_namelen = message.to.len;
            header.msg_iov = self.pieces.as_mut_ptr().wrapping_add(message.first_piece);
            header.msg_iovlen = (end - message.first_piece) as _;
            if message.records > 1 {
                name_segment(header, &mut controls[slot], message.segment as u16);
            }
        }
        let flags = libc::MSG_DONTWAIT | libc::MSG_NOSIGNAL;
        // SAFETY: `count` headers, each of which names memory that outlives the call.
        let sent = unsafe { libc::sendmmsg(fd, headers.as_mut_ptr(), count as _, flags as _) };
        if sent < 0 {
            return Err(last_errno());
        }
        Ok(self.messages[..sent as usize]
            .iter()
            .map(|message| message.records)
            .sum())
    }
}

fn name_segment(header: &mut libc::msghdr, control: &mut Control, segment: u16) {
    header.msg_control = (&raw mut *control).cast();
    header.msg_controllen = CONTROL_BYTES as _;
    // SAFETY: the control bytes are aligned and have room for one header with a u16, as CMSG_SPACE says.
    unsafe {
        header.msg_controllen = libc::CMSG_SPACE(2) as _;
        let first = libc::CMSG_FIRSTHDR(header);
        (*first).cmsg_level = libc::SOL_UDP;
        (*first).cmsg_type = libc::UDP_SEGMENT;
        (*first).cmsg_len = libc::CMSG_LEN(2) as _;
        libc::CMSG_DATA(first).cast::<u16>().write_unaligned(segment);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(port: u8, len: usize) -> Vec<u8> {
        let mut record = vec![6, 127, 0, 0, 1, 0, port];
        record.resize(7 + len, port);
        record
    }

    fn gathered(records: &[Vec<u8>], segment_bytes_max: usize) -> Vec<(usize, usize)> {
        let pairs = records.iter().map(|record| (&record[..], &[][..]));
        let batch = Batch::gather(pairs, Family::V4, segment_bytes_max);
        assert!(batch.refusal.is_none());
        batch
            .messages
            .iter()
            .map(|message| (message.records, message.bytes))
            .collect()
    }

    #[test]
    fn datagrams_of_one_size_to_one_place_are_one_message_and_a_shorter_one_ends_it() {
        let lens = [100, 100, 40, 40, 100];
        let records: Vec<_> = lens.iter().map(|len| record(1, *len)).collect();
        assert_eq!(gathered(&records, 1500), [(3, 240), (1, 40), (1, 100)]);
        assert_eq!(gathered(&records, 0).len(), 5);
        assert_eq!(gathered(&records, 50), [(1, 100), (1, 100), (2, 80), (1, 100)]);
    }

    #[test]
    fn another_place_is_another_message_and_so_is_an_empty_datagram() {
        let records = [record(1, 10), record(2, 10), record(2, 0), record(2, 10)];
        assert_eq!(gathered(&records, 1500), [(1, 10), (1, 10), (1, 0), (1, 10)]);
    }

    #[test]
    fn a_message_has_sixty_four_segments_and_one_packet_of_bytes_at_most() {
        let small: Vec<_> = (0..70).map(|_| record(1, 10)).collect();
        assert_eq!(gathered(&small, 1500), [(64, 640), (6, 60)]);
        let large: Vec<_> = (0..8).map(|_| record(1, 10_000)).collect();
        assert_eq!(gathered(&large, 20_000), [(6, 60_000), (2, 20_000)]);
    }

    #[test]
    fn a_record_is_read_wherever_the_ring_wraps_and_one_without_its_address_is_refused() {
        let record = record(1, 10);
        for split in 0..=record.len() {
            let batch = Batch::gather([record.split_at(split)].into_iter(), Family::V4, 0);
            assert!(batch.refusal.is_none());
            let bytes: usize = batch.pieces.iter().map(|piece| piece.iov_len).sum();
            assert_eq!(bytes, 10, "split at {split}");
        }
        let batch = Batch::gather([record[..5].split_at(2)].into_iter(), Family::V4, 0);
        assert!(batch.is_empty() && batch.refusal.is_some());
    }
}
