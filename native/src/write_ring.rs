//! The way out: JavaScript puts writes in, the poll thread hands them to the descriptor.
//!
//! Every write is a record with a number, counted from 1. Writes are settled in order: `settled` is the
//! number of the last one, and those that failed are listed beside it. A write that failed takes none of the
//! others with it, unless the descriptor itself is lost.

use std::io::IoSlice;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::doorbell::events;
use crate::errors::Failure;
use crate::poll_thread::Control;
use crate::ring::{ring, Consumer, Producer, HEADER_BYTES};

struct Shared {
    settled: AtomicU64,
    /// Ascending; as many at most as the ring holds writes.
    failures: Mutex<Vec<(u64, Failure)>>,
    /// The thread found nothing to write and sleeps.
    idle: AtomicBool,
    bytes: AtomicU64,
}

impl Shared {
    fn failures(&self) -> MutexGuard<'_, Vec<(u64, Failure)>> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// JavaScript's end.
pub struct Outbox {
    producer: Producer,
    shared: Arc<Shared>,
    control: Arc<Control>,
    accepted: u64,
}

/// The thread's end.
pub struct Outlet {
    consumer: Consumer,
    shared: Arc<Shared>,
    control: Arc<Control>,
    /// Bytes of the oldest write that the descriptor has taken already.
    written: usize,
}

pub fn write_ring(capacity: usize, control: &Arc<Control>) -> (Outbox, Outlet) {
    let (producer, consumer) = ring(capacity);
    let shared = Arc::new(Shared {
        settled: AtomicU64::new(0),
        failures: Mutex::new(Vec::new()),
        idle: AtomicBool::new(false),
        bytes: AtomicU64::new(0),
    });
    let outbox = Outbox {
        producer,
        shared: shared.clone(),
        control: control.clone(),
        accepted: 0,
    };
    let outlet = Outlet {
        consumer,
        shared,
        control: control.clone(),
        written: 0,
    };
    (outbox, outlet)
}

impl Outbox {
    /// Longest single write.
    pub fn write_bytes_max(&self) -> usize {
        self.producer.capacity() - HEADER_BYTES
    }

    /// The number of the write, or nothing where there is no room now.
    pub fn push(&mut self, bytes: &[u8]) -> Option<u64> {
        if !self.producer.push_record(bytes) {
            return None;
        }
        self.accepted += 1;
        if self.shared.idle.swap(false, SeqCst) {
            self.control.waker.wake();
        }
        Some(self.accepted)
    }

    /// Number of the last write that was put in.
    pub fn accepted(&self) -> u64 {
        self.accepted
    }

    /// Number of the last settled write, and the failures up to it since the last time.
    pub fn take_settled(&self) -> (u64, Vec<(u64, Failure)>) {
        let settled = self.shared.settled.load(SeqCst);
        let mut failures = self.shared.failures();
        let later = failures.partition_point(|(number, _)| *number <= settled);
        let rest = failures.split_off(later);
        (settled, std::mem::replace(&mut *failures, rest))
    }

    /// Bytes that the descriptor has taken.
    pub fn bytes(&self) -> u64 {
        self.shared.bytes.load(SeqCst)
    }
}

impl Outlet {
    /// Whether a write waits. If not, the next one wakes the thread.
    pub fn has_work(&self) -> bool {
        if !self.consumer.is_empty() {
            return true;
        }
        self.shared.idle.store(true, SeqCst);
        // A write may have come between the two lines above; it saw no idle thread and woke nobody.
        if self.consumer.is_empty() {
            return false;
        }
        self.shared.idle.store(false, SeqCst);
        true
    }

    /// Number of the last settled write.
    pub fn settled(&self) -> u64 {
        self.shared.settled.load(SeqCst)
    }

    /// Of packets: the oldest waiting writes, one after the other, each in up to two pieces.
    pub fn records(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        let mut offset = 0;
        std::iter::from_fn(move || {
            let len = self.consumer.record_len_at(offset)?;
            let record = self.consumer.slices(offset + HEADER_BYTES, len);
            offset += HEADER_BYTES + len;
            Some(record)
        })
    }

    /// Of a stream: fills `pieces` with what comes next, headers left out; how many of them. Empty writes
    /// are settled on the way by `advance`.
    pub fn gather<'a>(&'a self, pieces: &mut [IoSlice<'a>]) -> usize {
        let mut filled = 0;
        for (first, second) in self.records_after(self.written) {
            for piece in [first, second] {
                if piece.is_empty() {
                    continue;
                }
                if filled == pieces.len() {
                    return filled;
                }
                pieces[filled] = IoSlice::new(piece);
                filled += 1;
            }
        }
        filled
    }

    /// Of a stream: the descriptor took `len` bytes of what `gather` gave.
    pub fn advance(&mut self, mut len: usize) {
        self.shared.bytes.fetch_add(len as u64, SeqCst);
        let mut count = 0;
        let mut offset = 0;
        while let Some(whole) = self.consumer.record_len_at(offset) {
            let left = whole - self.written;
            if len < left {
                self.written += len;
                break;
            }
            len -= left;
            self.written = 0;
            offset += HEADER_BYTES + whole;
            count += 1;
        }
        self.consumer.consume(offset);
        self.settle(count);
    }

    /// Of packets: the oldest `count` writes are done.
    pub fn settle_records(&mut self, count: usize) {
        let mut bytes = 0;
        let mut offset = 0;
        for _ in 0..count {
            let len = self.consumer.record_len_at(offset).expect("a write that waits");
            bytes += len;
            offset += HEADER_BYTES + len;
        }
        self.shared.bytes.fetch_add(bytes as u64, SeqCst);
        self.consumer.consume(offset);
        self.settle(count as u64);
    }

    /// The oldest write failed; the rest of it is dropped.
    pub fn fail_oldest(&mut self, failure: &Failure) {
        self.fail_until(self.settled() + 1, failure);
    }

    /// Every waiting write with a number up to `last` fails.
    pub fn fail_until(&mut self, last: u64, failure: &Failure) {
        let mut count = 0;
        let mut offset = 0;
        let settled = self.settled();
        while settled + count < last {
            let Some(len) = self.consumer.record_len_at(offset) else {
                break;
            };
            offset += HEADER_BYTES + len;
            count += 1;
            self.shared.failures().push((settled + count, failure.clone()));
        }
        if count == 0 {
            return;
        }
        self.written = 0;
        self.consumer.consume(offset);
        self.settle(count);
    }

    fn records_after(&self, written: usize) -> impl Iterator<Item = (&[u8], &[u8])> {
        let mut skip = written;
        self.records().map(move |(first, second)| {
            let in_first = skip.min(first.len());
            let in_second = skip - in_first;
            skip = 0;
            (&first[in_first..], &second[in_second..])
        })
    }

    fn settle(&mut self, count: u64) {
        if count == 0 {
            return;
        }
        self.shared.settled.fetch_add(count, SeqCst);
        self.control.bell.ring(events::SETTLED);
    }
}

#[cfg(test)]
#[path = "write_ring_tests.rs"]
mod tests;
