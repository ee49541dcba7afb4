//! A bounded byte ring for one producer and one consumer, on two threads, without a lock.
//!
//! ```text
//!   head                tail                 positions count for ever and wrap with usize;
//!    ↓ filled            ↓ vacant            the byte at position p lies at p mod capacity,
//!   [############........................]   so the capacity is a power of two
//! ```
//! Bytes are either a stream, or records `[u32 le length][bytes]` that go in and out whole.
//! The producer may touch only the vacant part and the consumer only the filled part; each end is one value
//! that is not `Clone`, and its methods take `&mut self`, so the parts never overlap.
//! Positions are stored sequentially consistent: the flags beside a ring (`receive_ring`, `write_ring`) rely
//! on one order of "position moved" and "flag changed" that both threads see.

use std::cell::UnsafeCell;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::Arc;

/// The length before each record.
pub const HEADER_BYTES: usize = 4;

struct Shared {
    bytes: Box<[UnsafeCell<u8>]>,
    head: AtomicUsize,
    tail: AtomicUsize,
}

// SAFETY: the cells are reached only through one Producer and one Consumer, which keep to disjoint parts.
unsafe impl Send for Shared {}
unsafe impl Sync for Shared {}

impl Shared {
    fn filled(&self) -> usize {
        self.tail.load(SeqCst).wrapping_sub(self.head.load(SeqCst))
    }

    /// The `len` bytes from `position` on, as an index and the lengths before and after the wrap.
    fn split(&self, position: usize, len: usize) -> (usize, usize, usize) {
        let start = position & (self.bytes.len() - 1);
        let first = len.min(self.bytes.len() - start);
        (start, first, len - first)
    }

    fn cell(&self, index: usize) -> *mut u8 {
        // Of the whole slice, so that the pointer may walk along it.
        UnsafeCell::raw_get(self.bytes.as_ptr()).wrapping_add(index)
    }
}

pub struct Producer(Arc<Shared>);
pub struct Consumer(Arc<Shared>);

/// A ring of at least `capacity` bytes (the next power of two).
pub fn ring(capacity: usize) -> (Producer, Consumer) {
    let capacity = capacity.max(2 * HEADER_BYTES).next_power_of_two();
    // Zeroed pages come from the kernel when they are touched, so an idle ring costs nothing.
    let zeroed = vec![0u8; capacity].into_boxed_slice();
    // SAFETY: UnsafeCell<u8> has the layout of u8.
    let bytes = unsafe { Box::from_raw(Box::into_raw(zeroed) as *mut [UnsafeCell<u8>]) };
    let shared = Arc::new(Shared {
        bytes,
        head: AtomicUsize::new(0),
        tail: AtomicUsize::new(0),
    });
    (Producer(shared.clone()), Consumer(shared))
}

impl Producer {
    pub fn capacity(&self) -> usize {
        self.0.bytes.len()
    }

    pub fn free(&self) -> usize {
        self.capacity() - self.0.filled()
    }

    /// The vacant part, for a system call to fill from its beginning; `commit` hands over what it wrote.
    pub fn vacant(&mut self) -> (&mut [u8], &mut [u8]) {
        let tail = self.0.tail.load(SeqCst);
        self.slices(tail, self.free())
    }

    pub fn commit(&mut self, len: usize) {
        assert!(len <= self.free(), "committed more than was vacant");
        self.0
            .tail
            .store(self.0.tail.load(SeqCst).wrapping_add(len), SeqCst);
    }

    /// Copies a record in whole; false and nothing done where there is no room for it now.
    pub fn push_record(&mut self, record: &[u8]) -> bool {
        match self.record_slot(record.len()) {
            Some((first, second)) => {
                let (a, b) = record.split_at(first.len());
                first.copy_from_slice(a);
                second.copy_from_slice(b);
            }
            None => return false,
        }
        self.commit_record(record.len());
        true
    }

    /// Room for a record of up to `len` bytes, its header left out; `commit_record` hands it over.
    pub fn record_slot(&mut self, len: usize) -> Option<(&mut [u8], &mut [u8])> {
        if len.checked_add(HEADER_BYTES)? > self.free() || u32::try_from(len).is_err() {
            return None;
        }
        let tail = self.0.tail.load(SeqCst);
        Some(self.slices(tail.wrapping_add(HEADER_BYTES), len))
    }

    /// `len` may be less than the slot had.
    pub fn commit_record(&mut self, len: usize) {
        let tail = self.0.tail.load(SeqCst);
        let header = (len as u32).to_le_bytes();
        let (first, second) = self.slices(tail, HEADER_BYTES);
        let split = first.len();
        first.copy_from_slice(&header[..split]);
        second.copy_from_slice(&header[split..]);
        self.commit(HEADER_BYTES + len);
    }

    fn slices(&mut self, position: usize, len: usize) -> (&mut [u8], &mut [u8]) {
        let (start, first, second) = self.0.split(position, len);
        // SAFETY: the callers pass a part of the vacant bytes, which only this producer touches while it is
        // borrowed; the two slices do not overlap.
        unsafe {
            (
                std::slice::from_raw_parts_mut(self.0.cell(start), first),
                std::slice::from_raw_parts_mut(self.0.cell(0), second),
            )
        }
    }
}

impl Consumer {
    pub fn capacity(&self) -> usize {
        self.0.bytes.len()
    }

    pub fn len(&self) -> usize {
        self.0.filled()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The filled part, oldest first; `consume` gives it back.
    pub fn filled(&self) -> (&[u8], &[u8]) {
        self.slices(0, self.len())
    }

    pub fn consume(&mut self, len: usize) {
        assert!(len <= self.len(), "consumed more than was there");
        self.0
            .head
            .store(self.0.head.load(SeqCst).wrapping_add(len), SeqCst);
    }

    /// Moves bytes of a stream into `out`; how many.
    pub fn read_into(&mut self, out: &mut [u8]) -> usize {
        let len = self.len().min(out.len());
        self.copy(0, &mut out[..len]);
        self.consume(len);
        len
    }

    /// Moves as many whole records, headers included, as fit `out`; how many bytes. `Err`: the next record
    /// alone needs that many.
    pub fn drain_records(&mut self, out: &mut [u8]) -> Result<usize, usize> {
        let mut used = 0;
        while let Some(len) = self.record_len_at(used) {
            let whole = HEADER_BYTES + len;
            if whole > out.len() - used {
                if used == 0 {
                    return Err(whole);
                }
                break;
            }
            used += whole;
        }
        self.copy(0, &mut out[..used]);
        self.consume(used);
        Ok(used)
    }

    /// Length of the record whose header is `offset` bytes after the oldest byte, if there is one.
    pub fn record_len_at(&self, offset: usize) -> Option<usize> {
        if offset >= self.len() {
            return None;
        }
        let mut header = [0; HEADER_BYTES];
        self.copy(offset, &mut header);
        Some(u32::from_le_bytes(header) as usize)
    }

    /// `len` bytes from `offset` after the oldest on, in up to two pieces.
    pub fn slices(&self, offset: usize, len: usize) -> (&[u8], &[u8]) {
        assert!(offset + len <= self.len(), "read more than was there");
        let head = self.0.head.load(SeqCst);
        let (start, first, second) = self.0.split(head.wrapping_add(offset), len);
        // SAFETY: a part of the filled bytes, which the producer does not touch before `consume`, and that
        // needs `&mut self`.
        unsafe {
            (
                std::slice::from_raw_parts(self.0.cell(start), first),
                std::slice::from_raw_parts(self.0.cell(0), second),
            )
        }
    }

    /// Drops everything; how many bytes.
    pub fn clear(&mut self) -> usize {
        let len = self.len();
        self.consume(len);
        len
    }

    fn copy(&self, offset: usize, out: &mut [u8]) {
        let (first, second) = self.slices(offset, out.len());
        out[..first.len()].copy_from_slice(first);
        out[first.len()..].copy_from_slice(second);
    }
}

#[cfg(test)]
#[path = "ring_tests.rs"]
mod tests;
